"""Runs moto's server with empty objects in the bucket `listed`: usage: moto-with-keys.py COUNT [moto_server's options]."""

import sys

from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import main

count = int(sys.argv[1])
backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
backend.create_bucket("listed", "us-east-1")
for number in range(count):
    backend.put_object("listed", f"folder-{number % 100}/key-{number}", b"")
main(sys.argv[2:])

"""Runs a program that submits a training job with the SageMaker Python SDK, and writes the request that the SDK sends.

Usage: python submit.py PROGRAM REQUEST

The SDK's calls to S3 reach the server of AWS_ENDPOINT_URL_S3. Everything else is answered here. CreateTrainingJob is written
to the file REQUEST, and ends the program with the exit code 0.
"""
import json
import os
import runpy
import sys

import botocore.client

PROGRAM, REQUEST = sys.argv[1:]
ROLE = "arn:aws:iam::123456789012:role/Training"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
original = botocore.client.BaseClient._make_api_call


def call(client, operation, parameters):
    if client.meta.service_model.service_name == "s3":
        return original(client, operation, parameters)
    if operation == "CreateTrainingJob":
        with open(REQUEST, "w") as file:
            json.dump(parameters, file, indent=2)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
    if operation == "GetCallerIdentity":
        return {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/x", "UserId": "x"}
    if operation == "SimulatePrincipalPolicy":
        # The SDK checks whether the role may do what the job needs.
        allowed = {"EvalResourceName": "*", "EvalDecision": "allowed"}
        return {"EvaluationResults": [{"EvalActionName": name, **allowed} for name in parameters["ActionNames"]]}
    if operation == "GetRole":
        return {"Role": {"Arn": ROLE, "RoleName": "Training", "AssumeRolePolicyDocument": TRUST}}
    raise NotImplementedError(f"no answer to {operation}")


botocore.client.BaseClient._make_api_call = call
runpy.run_path(PROGRAM, run_name="__main__")
raise SystemExit("the program submitted no training job")

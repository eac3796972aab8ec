"""Trains with boto3: against AWS as it is, against optml's local endpoint with the variables that it sets."""
import io
import json
import os
import tarfile
import time

import boto3

HERE = os.path.dirname(os.path.abspath(__file__))
IMAGE = os.environ.get("TRAINING_IMAGE", "optml:latest")
ROLE = os.environ.get("ROLE_ARN", "arn:aws:iam::000000000000:role/training")

account = boto3.client("sts").get_caller_identity()["Account"]
bucket = os.environ.get("BUCKET", f"training-example-{account}")
s3, sagemaker, logs = boto3.client("s3"), boto3.client("sagemaker"), boto3.client("logs")


def upload():
    """Puts the data and the source into the bucket, which is made if it is missing."""
    if bucket not in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
        region = s3.meta.region_name
        place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        s3.create_bucket(Bucket=bucket, **place)
    s3.upload_file(os.path.join(HERE, "points.csv"), bucket, "data/points.csv")
    source = io.BytesIO()
    with tarfile.open(fileobj=source, mode="w:gz") as archive:
        archive.add(os.path.join(HERE, "src", "train.py"), "train.py")
    source.seek(0)
    s3.upload_fileobj(source, bucket, "source/sourcedir.tar.gz")


def start(name):
    sagemaker.create_training_job(
        TrainingJobName=name,
        RoleArn=ROLE,
        AlgorithmSpecification={
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        },
        HyperParameters={
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": f"s3://{bucket}/source/sourcedir.tar.gz",
            "rate": "0.1",
            "epochs": "300",
        },
        InputDataConfig=[
            {
                "ChannelName": "train",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{bucket}/data/"}},
            }
        ],
        OutputDataConfig={"S3OutputPath": f"s3://{bucket}/models"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )


upload()
name = f"line-python-{int(time.time() * 1000)}"
start(name)
sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 900})

group = "/aws/sagemaker/TrainingJobs"
for event in logs.filter_log_events(logGroupName=group, logStreamNamePrefix=f"{name}/", filterPattern='"epoch="')["events"]:
    print(event["message"])

job = sagemaker.describe_training_job(TrainingJobName=name)
print(job["TrainingJobStatus"], {one["MetricName"]: round(one["Value"], 6) for one in job["FinalMetricDataList"]})
key = job["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{bucket}/")
with tarfile.open(fileobj=io.BytesIO(s3.get_object(Bucket=bucket, Key=key)["Body"].read())) as archive:
    print("line:", json.load(archive.extractfile("line.json")))

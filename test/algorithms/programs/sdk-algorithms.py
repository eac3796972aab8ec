# Trains AWS's built-in algorithms by the unmodified SageMaker SDK at the endpoint of the environment: sdk-algorithms.py ALGORITHM
# Prints, as the last line, what DescribeTrainingJob answers about the job.
import json
import sys
import tempfile

import boto3
import numpy as np
import sagemaker
from sagemaker import image_uris
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput

ROLE = "arn:aws:iam::000000000000:role/any"
session = sagemaker.Session(boto3.Session(region_name="eu-west-1"))
common = dict(role=ROLE, instance_count=1, instance_type="ml.m5.large", sagemaker_session=session)
random = np.random.default_rng(0)
features = random.random((300, 4)).astype("float32")
labels = (features[:, 0] > 0.5).astype("float32")


def xgboost():
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        np.savetxt(file.name, np.c_[labels, features], delimiter=",", fmt="%.6g")
        data = session.upload_data(file.name, key_prefix="xgboost")
    image = image_uris.retrieve("xgboost", "eu-west-1", "1.7-1")
    estimator = Estimator(image, output_path=f"s3://{session.default_bucket()}/out", **common)
    estimator.set_hyperparameters(objective="binary:logistic", num_round=5, eval_metric="auc,error")
    inputs = {"train": TrainingInput(data, content_type="csv"), "validation": TrainingInput(data, content_type="text/csv")}
    estimator.fit(inputs, logs=False)
    return estimator


def kmeans():
    estimator = sagemaker.KMeans(k=3, **common)
    estimator.fit(estimator.record_set(features), mini_batch_size=100, logs=False)
    return estimator


def linear_learner():
    estimator = sagemaker.LinearLearner(predictor_type="binary_classifier", epochs=3, **common)
    estimator.fit(estimator.record_set(features, labels=labels), mini_batch_size=100, logs=False)
    return estimator


estimator = {"xgboost": xgboost, "kmeans": kmeans, "linear-learner": linear_learner}[sys.argv[1]]()
job = session.describe_training_job(estimator.latest_training_job.name)
print(json.dumps({
    "name": job["TrainingJobName"],
    "image": job["AlgorithmSpecification"]["TrainingImage"],
    "status": job["TrainingJobStatus"],
    "model": estimator.model_data,
    "metrics": {metric["MetricName"]: metric["Value"] for metric in job.get("FinalMetricDataList", [])},
    "definitions": [metric["Name"] for metric in job["AlgorithmSpecification"]["MetricDefinitions"]],
}))

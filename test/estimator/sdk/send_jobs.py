"""Sends the jobs of a file with the SageMaker Python SDK 2, unmodified, to the endpoint of the environment."""
import json
import logging
import re
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
import jsonschema
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.inputs import FileSystemInput, ShuffleConfig, TrainingInput
from sagemaker.instance_group import InstanceGroup
from sagemaker.pytorch import PyTorch
from sagemaker.sklearn import SKLearn
from sagemaker.xgboost import XGBoost

CLASSES = {"Estimator": Estimator, "PyTorch": PyTorch, "ScikitLearn": SKLearn, "XGBoost": XGBoost}
# Their values are names of the user's own.
OPEN = {"hyperparameters", "environment", "tags", "metricDefinitions"}


def snake(name):
    # checkpointS3Uri, s3Data: a digit belongs to the word before it.
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def converted(value):
    if isinstance(value, dict):
        return {snake(name): converted(inner) for name, inner in value.items()}
    return [converted(inner) for inner in value] if isinstance(value, list) else value


def options_of(given, groups):
    options = {}
    for name, value in given.items():
        options[snake(name)] = value if name in OPEN else converted(value)
    if groups:
        options["instance_groups"] = list(groups.values())
    chosen = (options.get("distribution") or {}).get("instance_groups")
    if chosen:
        options["distribution"]["instance_groups"] = [groups[name] for name in chosen]
    return options


def input_of(value):
    if isinstance(value, str):
        return value
    if "fileSystemId" in value:
        return FileSystemInput(**converted(value))
    options = converted(value)
    if "shuffle_config" in options:
        options["shuffle_config"] = ShuffleConfig(**options["shuffle_config"])
    return TrainingInput(**options)


def inputs_of(value):
    if value is None or isinstance(value, str) or "s3Data" in value or "fileSystemId" in value:
        return None if value is None else input_of(value)
    return {name: input_of(inner) for name, inner in value.items()}


session = sagemaker.Session()
# The SDK checks its configuration again for every option of every job: a minute in all.
jsonschema.validate = lambda *_, **__: None
for job in json.load(open(sys.argv[1])):
    given = dict(job["options"])
    groups = {group["instanceGroupName"]: InstanceGroup(**converted(group)) for group in given.pop("instanceGroups", [])}
    estimator = CLASSES[job["estimator"]](sagemaker_session=session, **options_of(given, groups))
    estimator.fit(inputs_of(job.get("inputs")), wait=False, job_name=job["name"])

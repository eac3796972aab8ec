# Prints, as the last line, the distinct names that the SageMaker SDK gives to training images of these frameworks: all regions,
# versions, versions of Python, and processors.
import functools
import json
import sys

from sagemaker import image_uris, utils

# Each call would read the same files again.
image_uris.config_for_framework = functools.cache(image_uris.config_for_framework)
utils._botocore_resolver = functools.cache(utils._botocore_resolver)

INSTANCE_TYPES = {"cpu": "ml.m5.large", "gpu": "ml.p3.2xlarge"}


def images(framework):
    scope = image_uris.config_for_framework(framework)["training"]
    for version, config in scope["versions"].items():
        bases = [base for base in config if isinstance(config[base], dict) and "registries" in config[base]]
        # Some versions list what differs by Python, and those of Hugging Face by the framework below.
        for base in bases or [None]:
            entry = config[base] if base else config
            for python in entry.get("py_versions", [base]):
                for processor in entry.get("processors", config.get("processors", scope.get("processors"))):
                    for region in entry["registries"]:
                        yield region, image_uris.retrieve(
                            framework,
                            region,
                            version,
                            py_version=python,
                            base_framework_version=base if framework == "huggingface" else None,
                            instance_type=INSTANCE_TYPES[processor],
                            image_scope="training",
                        ), version, base, python


found = {}
for framework in sys.argv[1:]:
    found[framework] = list(images(framework))
print(json.dumps(found))

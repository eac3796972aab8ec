# Prints, as the last line, for each training image that the SageMaker SDK names for these frameworks, its name: all regions and versions.
import functools
import json
import sys

from sagemaker import image_uris, utils

# Each call would read the same files again.
image_uris.config_for_framework = functools.cache(image_uris.config_for_framework)
utils._botocore_resolver = functools.cache(utils._botocore_resolver)

names = {}
for framework in sys.argv[1:]:
    config = image_uris.config_for_framework(framework)
    scope = config.get("training", config)
    aliases = scope.get("version_aliases", {})
    names[framework] = []
    for version in [*scope["versions"], *aliases]:
        registries = scope["versions"][aliases.get(version, version)]["registries"]
        for region in registries:
            name = image_uris.retrieve(framework, region, version, image_scope="training", instance_type="ml.m5.large")
            names[framework].append([version, region, name])
print(json.dumps(names))

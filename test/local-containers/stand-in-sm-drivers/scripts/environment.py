# A stand-in: writes the variables of a script to a file that the shell reads (contract C90, C91).
import json
import os
import shlex

config = "/opt/ml/input/config"


def read(name):
    with open(os.path.join(config, name + ".json")) as file:
        return json.load(file)


def decoded(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


resources = read("resourceconfig")
channels = read("inputdataconfig")
hyperparameters = {name: decoded(value) for name, value in read("hyperparameters").items()}
variables = {
    "TRAINING_JOB_NAME": os.environ["TRAINING_JOB_NAME"],
    "SM_MODEL_DIR": "/opt/ml/model",
    "SM_OUTPUT_DIR": "/opt/ml/output",
    "SM_CURRENT_HOST": resources["current_host"],
    "SM_CURRENT_INSTANCE_TYPE": resources["current_instance_type"],
    "SM_HOSTS": json.dumps(resources["hosts"]),
    "SM_NETWORK_INTERFACE_NAME": resources["network_interface_name"],
    "SM_HPS": json.dumps(hyperparameters),
    **{"SM_CHANNEL_" + name.upper(): "/opt/ml/input/data/" + name for name in channels},
}
# A new file beside the configuration: /opt/ml/input has to be writable.
with open("/opt/ml/input/sm_training.env", "w") as file:
    for name, value in variables.items():
        file.write("{}={}\n".format(name, shlex.quote(value)))

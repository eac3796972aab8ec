# Writes the variables of the script, each between quotes, whatever is in it.
import json
import os

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
hyperparameters = {name: decoded(value) for name, value in read("hyperparameters").items()}
variables = {
    "TRAINING_JOB_NAME": os.environ["TRAINING_JOB_NAME"],
    "SM_MODEL_DIR": "/opt/ml/model",
    "SM_CURRENT_HOST": resources["current_host"],
    "SM_CURRENT_INSTANCE_TYPE": resources["current_instance_type"],
    "SM_HOSTS": json.dumps(resources["hosts"]),
    "SM_NETWORK_INTERFACE_NAME": resources["network_interface_name"],
    "SM_HPS": json.dumps(hyperparameters),
}
for name, value in hyperparameters.items():
    variables["SM_HP_" + name.upper().replace("-", "_")] = value if isinstance(value, str) else json.dumps(value)
for name in read("inputdataconfig"):
    variables["SM_CHANNEL_" + name.upper()] = "/opt/ml/input/data/" + name
with open("/opt/ml/input/sm_training.env", "w") as file:
    for name, value in variables.items():
        file.write("export {}='{}'\n".format(name, value))

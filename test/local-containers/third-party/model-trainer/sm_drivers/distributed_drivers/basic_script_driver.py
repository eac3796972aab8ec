# Runs the entry script and logs its output.
import json
import logging
import os
import subprocess
import sys
import traceback

logging.basicConfig(stream=sys.stdout, format="%(message)s", level=int(os.environ.get("SM_LOG_LEVEL", "20")))
log = logging.getLogger("sagemaker")


def arguments():
    for name, value in json.loads(os.environ["SM_HPS"]).items():
        yield "--" + name
        yield value if isinstance(value, str) else json.dumps(value)


def run(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for line in process.stdout:
        log.info(line.decode("utf-8").strip())
    if process.wait() != 0:
        raise subprocess.CalledProcessError(process.returncode, command)


try:
    with open("/opt/ml/input/data/sm_drivers/sourcecode.json") as file:
        script = json.load(file)["entry_script"]
    program = "/bin/bash" if script.endswith(".sh") else sys.executable
    run([program, script, *arguments()])
except subprocess.CalledProcessError as error:
    with open("/opt/ml/output/failure", "w") as file:
        file.write(traceback.format_exc())
    sys.exit(error.returncode & 0xFF)
except Exception:
    with open("/opt/ml/output/failure", "w") as file:
        file.write(traceback.format_exc())
    sys.exit(1)

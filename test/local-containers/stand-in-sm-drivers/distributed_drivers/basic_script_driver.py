# A stand-in: runs the entry script on one host, without a launcher (contract C90 to C92).
import json
import os
import subprocess
import sys
import traceback

with open("/opt/ml/input/data/sm_drivers/sourcecode.json") as file:
    source = json.load(file)


def arguments():
    for name, value in json.loads(os.environ["SM_HPS"]).items():
        yield "--" + name
        yield value if isinstance(value, str) else json.dumps(value)


try:
    script = source["entry_script"]
    program = ["/bin/bash", script] if script.endswith(".sh") else [sys.executable, script]
    subprocess.run([*program, *arguments()], check=True)
except subprocess.CalledProcessError as error:
    with open("/opt/ml/output/failure", "w") as file:
        file.write(traceback.format_exc())
    sys.exit(error.returncode)

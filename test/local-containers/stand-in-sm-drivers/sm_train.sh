#!/bin/bash
# A stand-in: the order of steps is that of the SDK's script (contract C90).
set -e
drivers=/opt/ml/input/data/sm_drivers
python=$(command -v python3 || command -v python) || exit 1
echo "Using $("$python" --version)"
"$python" "$drivers/scripts/environment.py"
set -a
. /opt/ml/input/sm_training.env
set +a
cd /opt/ml/input/data/code
"$python" "$drivers/distributed_drivers/basic_script_driver.py"
echo "The driver has ended"

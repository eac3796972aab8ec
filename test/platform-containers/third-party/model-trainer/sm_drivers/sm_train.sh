#!/bin/bash
set -e
drivers=/opt/ml/input/data/sm_drivers
python=$(command -v python3 || command -v python) || exit 1
"$python" "$drivers/scripts/environment.py"
set -x
source /opt/ml/input/sm_training.env
set +x
cd /opt/ml/input/data/code
"$python" "$drivers/distributed_drivers/basic_script_driver.py"

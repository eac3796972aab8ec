#!/bin/bash
set -e
drivers=/opt/ml/input/data/sm_drivers
python=$(command -v python3 || command -v python) || exit 1
"$python" "$drivers/scripts/environment.py"
source /opt/ml/input/sm_training.env
cd /opt/ml/input/data/code
"$python" "$drivers/distributed_drivers/basic_script_driver.py"

#!/bin/sh
# Installs Python packages below /packages, from where an image copies them: without their tests, and compiled, so that no
# job has to. Two builds leave the same files.
#
#   install-python-packages.sh ARGUMENT...      arguments of `pip install`
set -eu
here=$(dirname -- "$0")
export PIP_BREAK_SYSTEM_PACKAGES=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# Wheels only: there is no compiler.
pip install --root /packages --no-compile --only-binary :all: --no-warn-script-location --find-links /wheels \
  --constraint "$here/python-packages.txt" "$@"

find /packages -depth \( -type d -name tests -o -path '*/torch/test' \) -exec rm -r {} +
# 45 MB of programs that test PyTorch and compile for it. The one that stays shares tensors between processes.
find /packages -path '*/torch/bin/*' ! -name torch_shm_manager -delete

# A compiled file contains the time of its source. A few modules are for newer versions of Python only.
find /packages -exec touch --no-dereference --date=@1686355200 {} +
PYTHONHASHSEED=0 python3 -m compileall -qq -s /packages -p / /packages || true

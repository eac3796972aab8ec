#!/bin/sh
# Runs src/train.sh through `train`, in a folder that is laid out as the platform's /opt/ml.
#
#   sh run.sh [--top 5]    FAIL=1 shows a job that fails. JOB_DIR is the job's folder (default: job, beside this file).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$(dirname -- "$here")")

sh "$root/examples/install-and-build.sh"

job=${JOB_DIR:-$here/job}
mkdir -p -- "$job"
job=$(CDPATH='' cd -- "$job" && pwd)
if [ "$#" -eq 0 ]; then set -- --top 3; fi
node "$root/examples/make-job.mjs" "$job" training "$@"
cp -- "$here/text.txt" "$job/input/data/training/"

export SAGEMAKER_BASE_DIR="$job" SAGEMAKER_SUBMIT_DIRECTORY="$here/src" SAGEMAKER_PROGRAM=train.sh
export SAGEMAKER_CONTAINER_LOG_LEVEL="${SAGEMAKER_CONTAINER_LOG_LEVEL:-warning}"
code=0
node "$root/dist/bin/train.cjs" || code=$?

if [ "$code" -ne 0 ]; then
  echo "train ended with exit code $code, the script's own, and wrote $job/output/failure:" >&2
  cat -- "$job/output/failure" >&2
  exit "$code"
fi
echo "Model: $job/output/model.tar.gz"

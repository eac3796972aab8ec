#!/bin/sh
# What `docker run IMAGE ...` runs, behind tini: any command as it is, and optml for its options (`--help`).
[ $# -gt 0 ] || set -- train
[ "${1#-}" = "$1" ] || set -- optml "$@"

command=$(command -v -- "$1")
if [ ! -x "$command" ]; then
  echo "optml: there is no command '$1' in this image. 'train' runs the training job, 'bash' opens a shell." >&2
  exit 127
fi

# An arbitrary uid has no home: HOME is "/". `train` sees to that by itself, behind other entry points too; here a shell,
# npm and the like get one, by the same rule (src/process/home-variables.ts).
if [ "$1" != train ] && [ "${HOME:-/}" = / ] && [ ! -w / ]; then
  home=${TMPDIR:-/tmp}/optml-home-$(id -u)
  if mkdir -m 700 -- "$home" 2>/dev/null || { [ -d "$home" ] && [ ! -L "$home" ] && [ -O "$home" ] && [ -w "$home" ]; }; then
    export HOME="$home"
  fi
fi

exec "$@"

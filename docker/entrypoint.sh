#!/bin/sh
# What `docker run IMAGE ...` runs, behind tini: any command as it is, and optml for its options (`--help`).
[ "${1#-}" = "${1-}" ] || set -- optml "$@"

if ! command -v -- "${1-}" >/dev/null; then
  echo "optml: there is no command '${1-}' in this image. 'train' runs the training job, 'bash' opens a shell." >&2
  exit 127
fi

# An arbitrary uid has no home: HOME is "/". `train` sees to that itself, behind other entrypoints too
# (src/environment/home.ts); this is for a shell, npm and the like.
if [ "${HOME:-/}" = / ] && [ ! -w / ]; then
  HOME=${TMPDIR:-/tmp}/optml-home-$(id -u)
  export HOME
  mkdir -p -m 700 -- "$HOME" || true
fi

exec "$@"

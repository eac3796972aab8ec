#!/bin/sh
# Makes `train` (dist/bin/train.cjs) ready: installs and builds what is missing or older than its sources.
set -eu
cd -- "$(dirname -- "$0")/.."

if [ ! -d node_modules ]; then
  echo "Installing the dependencies of optml"
  npm ci --no-audit --no-fund --loglevel=error >/dev/null
fi
if [ ! -f dist/bin/train.cjs ] || [ -n "$(find src .build -newer dist/bin/train.cjs | head -n 1)" ]; then
  echo "Building optml"
  npm run --silent build
fi

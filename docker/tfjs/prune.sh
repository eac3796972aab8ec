#!/bin/sh
# Leaves of the packages of TensorFlow.js what Node loads: no bundles for browsers, types, source maps, command-line tools.
set -eu
cd node_modules
for package in * .??*; do
  case $package in @tensorflow | long | seedrandom) ;; *) rm -r "$package" ;; esac
done
find @tensorflow -depth -type d \( -name node_modules -o -name wasm-out \) -exec rm -r {} +
find . -type f ! -name package.json ! -iname 'LICENSE*' ! -path '*/dist/*.node.js' ! -path '*/dist/*.wasm' \
  ! -path './long/index.js' ! -path './long/src/*' ! -path './seedrandom/*.js' -delete
find seedrandom -type f \( -name '*.min.js' -o -name Gruntfile.js -o -path '*/coverage/*' \) -delete
find . -type d -empty -delete
chmod -R u=rwX,go=rX .

#!/bin/sh
# Installs the packages that packages.txt lists for a variant, and leaves nothing behind that differs from build to build.
#
#   install-packages.sh VARIANT
set -eu
variant=$1
list=$(dirname -- "$0")/packages.txt

codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
packages=$(awk -v variant="$variant" -v codename="$codename" \
  '$1 == variant { print codename == "bookworm" ? $2 "=" $3 : $2 }' "$list")
[ -n "$packages" ] || { echo "install-packages.sh: $list lists nothing for '$variant'" >&2; exit 1; }

# Else the day of the build would stand in /etc/shadow, for each user that a package adds.
export SOURCE_DATE_EPOCH=1686355200
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # one word a package
apt-get install -qq --yes --no-install-recommends $packages
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/ldconfig/aux-cache /var/cache/debconf/*-old /var/lib/dpkg/*-old \
  /var/log/apt /var/log/*.log

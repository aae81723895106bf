#!/bin/sh
# Installs Debian's Chromium, for the test of the console, if there is none. As root on Debian or Ubuntu.
set -eu

case ${1:-} in
  '') [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || exec "$(dirname "$0")/with-apt" "$0" install ;;
  install)
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium
    ;;
  *)
    echo "usage: $0" >&2
    exit 2
    ;;
esac

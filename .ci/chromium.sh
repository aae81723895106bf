#!/bin/sh
# Installs Debian's Chromium, for the test of the console, if there is none. As root on Debian or Ubuntu.
set -eu
[ -x "${CHROMIUM:-/usr/bin/chromium}" ] && exit
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium

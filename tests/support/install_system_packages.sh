#!/bin/sh
# The system packages that the tests need, where this user may install them; says so where not.
set -eu
command -v chromium >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y chromium >/dev/null
else
    echo "tests of the page need Chromium: install it (Debian: apt-get install chromium); they fail without it" >&2
fi

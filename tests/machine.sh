#!/bin/sh
# Install what the browser, PDF and spelling tests need, when this is Debian and we are root.
set -eu
wanted="chromium-headless-shell libvoikko1 voikko-fi poppler-utils qpdf"
missing=""
for package in $wanted; do
    dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
if ! command -v pg_ctlcluster >/dev/null 2>&1 && [ -z "${TEST_POSTGRESQL_URL:-}" ]; then
    missing="$missing postgresql"
fi
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "Not installed here (needs root on Debian):$missing; the tests that need them are left out."
    exit 0
fi
echo "Installing for the tests:$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=120 update >/dev/null
# shellcheck disable=SC2086  # a list of names
apt-get -q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends $missing >/dev/null

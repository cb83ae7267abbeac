#!/bin/sh
# Debian's chromium, for the tests that open pages. Where it cannot be installed those tests are skipped, and say so.
set -u
command -v chromium >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing chromium (once) ..."
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null 2>&1 || true
fi
command -v chromium >/dev/null 2>&1 || echo "chromium is missing: the tests that open pages are skipped" >&2
exit 0

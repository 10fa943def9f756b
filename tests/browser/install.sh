#!/bin/sh
# Make sure a Chromium is there for the browser tests: Debian's, where root may install it.
# Without root it says what will be skipped; with CI=true a missing browser fails the tests themselves.
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing Chromium for the browser tests"
  apt-get update -qq >/dev/null && apt-get install -y -qq chromium >/dev/null && exit 0
fi
echo "no Chromium here and no right to install it: the tests in tests/browser/ will be skipped"

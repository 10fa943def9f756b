#!/bin/sh
# Make sure that what tests need beyond Python is there: Debian's Chromium for the browser tests and, in CI,
# LibreOffice, which makes the old formats (.xls, .doc, .pdf) that the reader is tested on. Only root may install;
# without it this says what will be skipped. With CI=true a missing one fails the tests that need it.
missing=""
command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 ||
  command -v google-chrome >/dev/null 2>&1 || missing="chromium"
if [ "${CI:-}" = true ] && ! command -v soffice >/dev/null 2>&1; then
  missing="$missing libreoffice-writer libreoffice-calc"
fi
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "installing for the tests: $missing"
  apt-get update -qq >/dev/null
  # shellcheck disable=SC2086 # a list of packages
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null && missing=""
fi
case "$missing" in *chromium*)
  echo "no Chromium here and no right to install it: the tests in tests/browser/ will be skipped" ;;
esac
command -v soffice >/dev/null 2>&1 ||
  echo "no LibreOffice here: the tests that read .xls, .doc and .pdf made by it will be skipped"

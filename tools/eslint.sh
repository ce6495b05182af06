#!/bin/sh
# Lint our JavaScript where Node.js and the browser driver's packages are there.
set -eu
lint=tests/browser/node_modules/.bin/eslint
if [ ! -x "$lint" ]; then
  echo "eslint: skipped, Node.js is not installed" >&2
  exit 0
fi
exec "$lint" -c tests/browser/eslint.config.mjs src/handbill/reader src/handbill/desk tests/browser/driver.mjs tests/browser/tuf.mjs

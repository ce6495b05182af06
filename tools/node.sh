#!/bin/sh
# Fetch the browser driver for the page tests, where Node.js is there. Without it those tests skip.
set -eu
dir=tests/browser
[ -f "$dir/package-lock.json" ] || exit 0
command -v npm >/dev/null 2>&1 || exit 0
stamp=$dir/node_modules/.ready
if [ ! -f "$stamp" ] || [ "$dir/package-lock.json" -nt "$stamp" ]; then
  (cd "$dir" && npm ci --silent --ignore-scripts --no-audit --no-fund) && touch "$stamp"
fi

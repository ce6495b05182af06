#!/bin/sh
# Fetch what the letter page carries of others, as locked, and bundle it for browsers of 2013 on.
set -eu
cd "$(dirname "$0")"
npm ci --silent --ignore-scripts --no-audit --no-fund
node vendor.mjs

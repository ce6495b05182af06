#!/bin/sh
# Make the virtual environment: setup.sh VENV LOCK. Says the one command that mends a missing piece.
set -eu
venv=$1
lock=$2
python=${PYTHON:-python3}
say() { printf '%s\n' "$*" >&2; }
if ! command -v "$python" >/dev/null 2>&1; then
  say "error: $python not found"
  say "hint: sudo apt-get install python3 python3-venv   (or: brew install python@3.12)"
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  say "error: $("$python" --version) is too old, expected 3.11 or newer"
  say "hint: make PYTHON=python3.12 demo   (with the name of a newer Python)"
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
  say "error: $python has no venv module"
  say "hint: sudo apt-get install python3-venv"
  exit 1
fi
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
pip="$venv/bin/python -m pip --disable-pip-version-check --quiet"
say "setting up: packages of requirements/$lock.lock (once; a few minutes on a slow line)"
$pip install --require-hashes -r "requirements/$lock.lock"
$pip install --require-hashes -r requirements/build.lock
$pip install --no-deps --no-build-isolation --no-index -e .

#!/bin/sh
# Makes .venv with exactly the locked packages. Assumes only Python >= 3.11 and a package registry that pip reaches.
set -eu
python=${PYTHON:-python3}
venv=${VENV:-.venv}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "insightctl needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1). Try: make PYTHON=python3.12 ..." >&2
  exit 1
}

has_pip() { "$venv/bin/python" -m pip --version >/dev/null 2>&1; }

make_venv() {
  rm -rf "$venv"
  "$python" -m venv "$venv" >/dev/null 2>&1 && has_pip && return
  # Debian ships python3 without ensurepip: an empty environment, filled by whatever pip there is.
  rm -rf "$venv"
  "$python" -m venv --without-pip "$venv" >/dev/null 2>&1 || true
  if [ -x "$venv/bin/python" ]; then
    "$python" -m pip --python "$venv/bin/python" install --quiet pip >/dev/null 2>&1 && has_pip && return
  fi
  if command -v uv >/dev/null 2>&1; then
    rm -rf "$venv"; uv venv --quiet --seed --python "$python" "$venv" && has_pip && return
  fi
  if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null
    rm -rf "$venv"; "$python" -m venv "$venv" && has_pip && return
  fi
  echo "cannot make a virtual environment: install python3-venv (Debian, Ubuntu) or uv, then run make again" >&2
  exit 1
}

if ! [ -x "$venv/bin/python" ] || ! { has_pip || [ -x "$venv/bin/uv" ]; }; then make_venv; fi
[ -x "$venv/bin/uv" ] || "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv || true

if [ -x "$venv/bin/uv" ]; then
  uv="$venv/bin/uv"
  "$uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --require-hashes -r requirements.lock
  "$uv" pip install --quiet --compile-bytecode --python "$venv/bin/python" --no-deps --no-build-isolation --editable .
else
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
fi
# also where PYTHONDONTWRITEBYTECODE is set: without it every start compiles some 200 modules
"$venv/bin/python" -m compileall -q insightctl || true
touch "$venv/.ready"

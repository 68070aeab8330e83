#!/bin/sh
# Find a Python of 3.11 or newer and hand over to scripts/setup.py. Usage: sh scripts/setup.sh run|dev
set -eu
cd "$(dirname "$0")/.."

fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for candidate in ${PYTHON:+"$PYTHON"} .venv/bin/python python3.13 python3.12 python3.11 python3 python3.14 python; do
    if fits "$candidate"; then
        exec "$candidate" scripts/setup.py "$1"
    elif [ -n "${PYTHON:-}" ] && [ "$candidate" = "$PYTHON" ]; then
        echo "campaign-flow: PYTHON=$PYTHON is not a Python of 3.11 or newer." >&2
        exit 1
    fi
done

found=$(python3 --version 2>/dev/null || echo 'no python3')
echo "campaign-flow: Python 3.11 or newer is missing (found: $found). Install it, or set PYTHON=/path/to/python3.11." >&2
exit 1

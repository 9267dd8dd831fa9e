#!/bin/sh
# The tests that take more than a few seconds: those marked slow, and the server's soak where a repository is given.
#
#     tests/slow.sh [REPOSITORY [EDITS]]
set -eu
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
"$python" -m pytest -m slow
if [ $# -gt 0 ]; then
    PYTHONPATH=. "$python" tests/tools/soak_server.py "$@"
fi

#!/bin/sh
# Bring bench's own environment up to date (peers from PyPI) and run the named areas.
set -eu
cd "$(dirname "$0")/.."
uv=var/tools/uv/bin/uv
[ -x "$uv" ] || uv=uv
UV_SYSTEM_CERTS=1 UV_PROJECT_ENVIRONMENT="$PWD/var/bench/venv" "$uv" sync --quiet --project bench --locked
exec var/bench/venv/bin/python -m bench.run "$@"

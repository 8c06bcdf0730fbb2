#!/usr/bin/env bash
# The whole suite. Browser tests need Chromium: under CI=true its absence is a failure.
set -euo pipefail
cd "$(dirname "$0")/.."
arguments=(-q -n "${TEST_WORKERS:-2}" --dist loadfile)
if ! command -v chromium >/dev/null 2>&1; then
  [ "${CI:-}" != true ] || { echo "Chromium is missing, and CI may not go without it." >&2; exit 1; }
  count=$(.venv/bin/python -m pytest --collect-only -q -m browser 2>/dev/null | grep -c '::' || true)
  echo "Chromium is missing: $count browser tests are not run." >&2
  arguments+=(-m "not browser")
fi
exec .venv/bin/python -m pytest "${arguments[@]}" "$@"

#!/usr/bin/env bash
# The whole suite, or what is named: scripts/test.sh tests/goals -k secrecy
# Browser tests need Chromium; where it is missing they are counted, and under CI=true that is a failure,
# as is any test that is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
chromium=${CHROMIUM:-/usr/bin/chromium}
arguments=(-q -n "${TEST_WORKERS:-2}" --dist loadfile --no-loadscope-reorder --durations 15 --durations-min 5)
if ! command -v "$chromium" >/dev/null 2>&1; then
  [ "${CI:-}" != true ] || { echo "Chromium is missing, and CI may not go without it." >&2; exit 1; }
  count=$(.venv/bin/python -m pytest --collect-only -q -m browser 2>/dev/null | grep -c '::' || true)
  echo "Chromium is missing: $count browser tests are not run." >&2
  arguments+=(-m "not browser")
fi
report=$(mktemp)
trap 'rm -f "$report"' EXIT
.venv/bin/python -m pytest "${arguments[@]}" "$@" | tee "$report"
if [ "${CI:-}" = true ] && tail -1 "$report" | grep -Eq '[0-9]+ (skipped|deselected|xfailed|xpassed)'; then
  echo "CI runs every test; the line above names some that were not." >&2
  exit 1
fi

#!/usr/bin/env bash
# Makes .venv from a lock file when its checksum changed, and installs missing Debian packages where it may.
# Usage: scripts/setup.sh base|dev
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-base}
lock="requirements/$kind.txt"
stamp=".venv/.made-from-$kind"

say() { printf '%s\n' "$*" >&2; }
give_up() { say "$@"; exit 1; }

make_with_uv() {
  [ -x .venv/bin/python ] || uv venv --quiet --python '>=3.11' .venv || give_up "Python 3.11 or newer is missing: apt-get install python3"
  uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"
}

make_with_pip() {
  local python; python=$(command -v python3 || true)
  [ -n "$python" ] || give_up "Python 3.11 or newer is missing: apt-get install python3 python3-venv"
  "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
    || give_up "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1)."
  if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null \
      || give_up "The venv package of Python is missing: apt-get install python3-venv"
    "$python" -m venv .venv
  fi
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
}

sum=$(sha256sum "$lock" | cut -d' ' -f1)
if [ ! -x .venv/bin/python ] || [ "$(cat "$stamp" 2>/dev/null || true)" != "$sum" ]; then
  say "Installing the Python packages of $lock, once …"
  if command -v uv >/dev/null 2>&1 && uv --version >/dev/null 2>&1; then make_with_uv; else make_with_pip; fi \
    || give_up "The Python packages could not be installed; what stopped them stands above."
  printf '%s' "$sum" > "$stamp"
fi

# PDFs need Pango, the tests also a browser and PDF tools; everything else runs without them.
packages=()
libraries=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true)
[[ $libraries == *libpangoft2-1.0* ]] || packages+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)
if [ "$kind" = dev ]; then
  command -v "${CHROMIUM:-chromium}" >/dev/null 2>&1 || packages+=(chromium)
  command -v pdftotext >/dev/null 2>&1 || packages+=(poppler-utils)
  command -v msgfmt >/dev/null 2>&1 || packages+=(gettext)
fi
[ ${#packages[@]} -gt 0 ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  say "Installing ${packages[*]} …"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}"; } >/dev/null 2>&1 && exit 0
fi
say "Going on without PDFs (or browser tests). To have them: sudo apt-get install ${packages[*]}"

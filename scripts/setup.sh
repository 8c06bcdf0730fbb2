#!/usr/bin/env bash
# Makes .venv from a lock file when its checksum changed, and installs missing Debian packages where it may.
# Usage: scripts/setup.sh base|dev
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-base}
lock="requirements/$kind.txt"

say() { printf '%s\n' "$*" >&2; }

sum=$(sha256sum "$lock" | cut -d' ' -f1)
stamp=".venv/.made-from-$kind"
if [ "$(cat "$stamp" 2>/dev/null || true)" != "$sum" ]; then
  if command -v uv >/dev/null 2>&1; then
    [ -x .venv/bin/python ] || uv venv --quiet --python '>=3.11' .venv
    uv pip install --quiet --python .venv/bin/python --require-hashes -r "$lock"
  else
    python=$(command -v python3 || true)
    [ -n "$python" ] || { say "Python 3.11 or newer is missing: apt-get install python3 python3-venv"; exit 1; }
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1)."; exit 1; }
    if [ ! -x .venv/bin/pip ]; then
      "$python" -c 'import ensurepip' 2>/dev/null || { say "The venv package of Python is missing: apt-get install python3-venv"; exit 1; }
      "$python" -m venv .venv
    fi
    .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
  fi
  printf '%s' "$sum" > "$stamp"
fi

# The database driver and the web framework need nothing more; PDFs need Pango, the tests a browser and PDF tools.
packages=()
command -v fc-match >/dev/null 2>&1 || packages+=(fontconfig)
ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || packages+=(libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core)
if [ "$kind" = dev ]; then
  command -v chromium >/dev/null 2>&1 || packages+=(chromium)
  command -v pdftotext >/dev/null 2>&1 || packages+=(poppler-utils)
  command -v msgfmt >/dev/null 2>&1 || packages+=(gettext)
fi
if [ ${#packages[@]} -gt 0 ] && command -v apt-get >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ]; then
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "${packages[@]}"; } >/dev/null 2>&1 \
      || say "Could not install ${packages[*]}; going on without."
  else
    say "For PDFs (and browser tests), type: sudo apt-get install ${packages[*]}"
  fi
fi

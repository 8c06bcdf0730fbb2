#!/usr/bin/env bash
# What can be known without running the tests.
set -euo pipefail
cd "$(dirname "$0")/.."
export SECRET_KEY=${SECRET_KEY:-check-only-kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk}
export PLUMBLINE_DATA=${PLUMBLINE_DATA:-$(mktemp -d)}
py=.venv/bin
$py/ruff check .
$py/ruff format --check --quiet . || { echo "format: run .venv/bin/ruff format ." >&2; exit 1; }
$py/djlint --lint --quiet templates
$py/mypy --no-error-summary .
$py/python manage.py check
$py/python manage.py makemigrations --check --dry-run
DEBUG=0 BASE_URL=https://plumbline.example AUDIT_KEY=$SECRET_KEY $py/python -W ignore manage.py check --deploy --fail-level WARNING
echo "checks passed"

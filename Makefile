# Two commands for newcomers: `make run` and `make test`. Each makes what it needs by itself.
SHELL := /bin/bash
PORT ?= 8000
PY := .venv/bin/python

.PHONY: run test check bench demo messages lock

run: ## set up and run Plumbline with demo people; PORT=8010, PLUMBLINE_DATA=folder, DEMO=0
	@scripts/setup.sh base
	@DEBUG=$${DEBUG-1} BASE_URL=$${BASE_URL-http://127.0.0.1:$(PORT)} exec $(PY) manage.py serve --bind $${HOST-127.0.0.1}:$(PORT)

check: ## lint, format, types, templates, migrations
	@scripts/setup.sh dev
	@scripts/check.sh

test: check ## everything above and the whole suite
	@scripts/test.sh

bench: ## how fast, against the floor of this machine
	@scripts/setup.sh dev
	@$(PY) -m tests.bench

demo: ## fill an empty database with the demo organisation
	@scripts/setup.sh base
	@$(PY) manage.py migrate --verbosity 0 && $(PY) manage.py load_starter_pack && $(PY) manage.py demo

messages: ## compile locale/*/LC_MESSAGES/*.po after a change (needs gettext)
	@for file in locale/*/LC_MESSAGES/*.po; do msgfmt --check-format -o $${file%.po}.mo $$file || exit 1; done

lock: ## renew requirements/*.txt from pyproject.toml (needs uv)
	@uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements/base.txt
	@uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url pyproject.toml --group dev -o requirements/dev.txt

.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
export PORT

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.venv/installed: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv || { echo 'python3-venv is missing: apt-get install python3-venv'; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

setup: .venv/installed ## make .venv and install everything

demo: setup ## the whole product in a world of its own: fictional platforms that change while you watch
	CONDUCTATLAS_VAR=$(or $(CONDUCTATLAS_VAR),var/demo) $(BIN)/python manage.py dev --demo

run: setup ## poll the real catalog
	$(BIN)/python manage.py dev

test: setup ## the tests without browser and faults (under 5 minutes)
	$(BIN)/pytest -m "not browser and not fault and not slow" -n 2 --dist loadfile

test-all: setup ## all tests: test, then browser, faults and slow ones
	$(BIN)/pytest -m "not browser and not fault and not slow" -n 2 --dist loadfile
	$(BIN)/pytest -m "browser or fault or slow"

check: setup ## style, types, import directions, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python manage.py check --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: setup ## the figures that can be made here; needs the data pack at CONDUCTATLAS_DATA
	$(BIN)/python bench/poll.py $${CONDUCTATLAS_DATA:-../shared/data}/poll
	$(BIN)/python bench/replay.py $${CONDUCTATLAS_DATA:-../shared/data}/replay
	$(BIN)/python bench/timeline.py

lock: setup ## pin requirements.in and requirements-dev.in anew
	$(BIN)/pip-compile --quiet --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras requirements.in -o requirements.txt
	$(BIN)/pip-compile --quiet --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --strip-extras requirements-dev.in -o requirements-dev.txt

clean: ## remove .venv, var (also where root keeps it) and caches
	for var in var var/demo var/test; do $(PYTHON) -m conductatlas.local forget $$var; done
	rm -rf .venv var .mypy_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help setup demo run test test-all check bench lock clean

# Linli 邻里. `make` alone lists what can be made.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
LINLI := $(BIN)/linli
export PORT
# pip must neither ask nor look for a newer self, and everything must work without a home.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYTHONUNBUFFERED := 1

.PHONY: help run test test-browser test-points measure classify check format clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(VENV)/.installed ## the demo line on http://127.0.0.1:8000 (PORT changes it); Ctrl-C ends it
	@$(LINLI) secrets
	@$(LINLI) migrate
	@$(LINLI) load fixtures/demo/community.toml --in-office-hours
	@$(LINLI) voice render
	@exec $(LINLI) serve

test: $(VENV)/.installed-dev ## every test but the browser's, on SQLite and on PostgreSQL
	$(BIN)/pytest -n 2 -m "not browser"

test-browser: $(VENV)/.installed-dev ## the whole story in Debian's Chromium
	@command -v chromium >/dev/null || { echo "The browser tests need Chromium. On Debian or Ubuntu: apt-get install chromium"; exit 1; }
	$(BIN)/pytest -m browser

test-points: $(VENV)/.installed-dev ## the points book for long: random orders of everything, and a storm of eight processes
	$(BIN)/pytest --hypothesis-profile=thorough tests/unit/test_points_states.py
	$(BIN)/python -m tests.points_storm

CASUAL ?=
measure: $(VENV)/.installed-dev ## how texts are read, into docs/understanding.md (CASUAL=FILE.tsv adds casual texts)
	$(BIN)/python -m tests.understanding_measure $(if $(CASUAL),--casual $(CASUAL))

classify: $(VENV)/.installed ## the extra [classify]: installs it and learns from the sentences
	$(BIN)/python -m pip install --quiet --editable '.[classify]'
	$(LINLI) classify train

check: $(VENV)/.installed-dev ## style, types and the rules of the architecture
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was made; var/ stays, since it holds the database
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Linli needs Python 3.11 or newer; '$(PYTHON)' is not. Name another: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps make a second start quick and independent of the network.
$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

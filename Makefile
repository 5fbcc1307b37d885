# What each does: make help. Needs Python 3.11 or later, make and the package registry; nothing else.

PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
  $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
STAMPS := $(VENV)/stamps

unexport PYTHONDONTWRITEBYTECODE  # what pip leaves uncompiled is compiled once, and not at every start
export TRACKER_DATA ?= instance
DB ?= sqlite
DEMO ?= full
ifeq ($(DB),postgres)
SERVED := $(BIN)/python scripts/with_postgres.py $(TRACKER_DATA)/postgres
NEEDS := $(STAMPS)/postgres
endif

.PHONY: help run test suite check browser bench soak dist
.DEFAULT_GOAL := help

help: ## print this
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 9
	@echo "settings: DEMO=empty  DB=postgres  PORT=8000  BROWSER=skip  PYTHON=python3.12; README.md has the rest"

run: $(STAMPS)/run $(NEEDS) ## install, load the demo once, and serve it on http://127.0.0.1:8000/
	@$(SERVED) sh -c '$(BIN)/tracker init --no-people && $(BIN)/tracker demo load $(if $(filter empty,$(DEMO)),--empty) \
	  && TRACKER_DEMO=1 exec $(BIN)/tracker run'

test: ## everything it needs, then all tests; BROWSER=skip leaves out the browser
	@$(MAKE) --no-print-directory -j2 check suite

suite: browser $(STAMPS)/dev
	$(BIN)/python -m pytest -n 3 --dist loadscope -m "not soak$(if $(filter skip,$(BROWSER)), and not browser)"

check: $(STAMPS)/dev ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

browser: ## a real Chromium: installed with apt where it is missing and permitted
	@BROWSER=$(BROWSER) sh scripts/chromium.sh

bench: $(STAMPS)/dev ## speed, side by side with the floor
	$(BIN)/python -m bench

soak: $(STAMPS)/dev ## what must be repeated until it means something
	$(BIN)/python -m pytest -m soak --timeout 3600

dist: $(STAMPS)/dev ## the wheel and the source archive, in dist/
	$(BIN)/python -m build --outdir dist

$(STAMPS)/venv:
	@test -n "$(PYTHON)" || { echo "There is no Python 3.11 or later on this machine: install one, or say make PYTHON=…"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: $(STAMPS)/venv pyproject.toml hatch_build.py
	$(PIP) --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/venv pyproject.toml hatch_build.py
	$(PIP) --editable '.[dev]'
	@touch $@ $(STAMPS)/run $(STAMPS)/postgres

$(STAMPS)/postgres: $(STAMPS)/run
	$(PIP) --editable '.[postgres]'
	@touch $@

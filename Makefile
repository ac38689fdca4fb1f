.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UNDER_GEVENT := $(BIN)/python -m gevent.monkey --module pytest

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1\t/' | expand -t 22

# Where Debian's ensurepip is missing, the system's pip fills the environment from outside.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV); }

$(VENV)/.run: requirements.lock pyproject.toml | $(BIN)/python
	tools/install requirements.lock
	@touch $@

$(VENV)/.test: requirements-test.lock $(VENV)/.run
	tools/install requirements-test.lock
	@touch $@

start: $(VENV)/.run  ## start the whole cockpit in the foreground, home ./home
	@exec ./cockpit start --home home --example helpdesk --example nightly

test: check  ## everything, with the short version of each long test
	tools/install-debian
	tools/install-node-packages
	$(UNDER_GEVENT) tests/flows -m "not long" -q

test-long: check  ## everything, in full
	tools/install-debian
	tools/install-node-packages
	$(UNDER_GEVENT) tests/flows -q

check: $(VENV)/.test  ## fast checks: format, lint, types, layers, unit tests
	$(BIN)/ruff format --check src tests bench docs examples
	$(BIN)/ruff check src tests bench docs examples
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(UNDER_GEVENT) tests/unit tests/shape -q

fix: $(VENV)/.test  ## format, and mend what the linter can
	$(BIN)/ruff format src tests bench docs examples
	$(BIN)/ruff check --fix src tests bench docs examples

docs: $(VENV)/.test  ## write the generated pages anew
	$(BIN)/python docs/generate.py

bench: $(VENV)/.test  ## measure every figure against its peer
	for b in bench/[a-z]*.py; do $(BIN)/python $$b || exit 1; done

lock:  ## resolve the dependencies anew
	tools/lock

.PHONY: help start test test-long check fix docs bench lock

# Everything that the commands below need is put into .venv, once; a stamp file says what is there.
#
#   make run                    serve the programme
#   make test                   the tests, on up to four cores (ARGS="tests/flows -x" some of them, ARGS="-n 0" on one)
#   make telegram-demo          the bot on a made-up Telegram, played in the browser
#   make bench                  the figures of tests/bench/README.md (ARGS="--rounds 1 --only echo" some of them)
#   make check                  lint, format, types, layers, sizes, content
#   make lock                   write the lock files anew (ARGS=--upgrade: with the newest versions)
#   make clean                  remove .venv and caches, never data/

.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help run test telegram-demo bench check lock clean

# The first of these that is new enough; choose another with make PYTHON=/path/to/python
SUITABLE := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11,\
            $(shell $(p) -c '$(SUITABLE)' >/dev/null 2>&1 && echo $(p))) python3)

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
ARGS ?=

help:
	@sed -n '/^#   make/s/^#   //p' Makefile

# ---- what people call

run: $(VENV)/installed-run
	$(BIN)/nhipcau run $(ARGS)

# Each process has databases, ports and a browser of its own, and who is done takes over what another has before it.
test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

telegram-demo: $(VENV)/installed-dev
	$(BIN)/python -m tests.simulators.telegram_demo $(ARGS)

bench: $(VENV)/installed-dev
	$(BIN)/python -m tests.bench $(ARGS)

check: $(VENV)/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest --quiet tests/test_sizes.py tests/test_repository.py
	NHIPCAU_PROGRAMME=an-giang $(BIN)/nhipcau check
	NHIPCAU_PROGRAMME=ha-noi $(BIN)/nhipcau check

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find bot storage tests -name __pycache__ -type d -prune -exec rm -rf {} +

# ---- .venv: first an empty one, then what the lock files name, then the project itself without looking further

$(VENV)/made:
	@$(PYTHON) -c '$(SUITABLE)' || { \
	  echo "Nhịp Cầu needs Python 3.11 to 3.14; \"$(PYTHON)\" is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "With another one: make PYTHON=python3.12" >&2; exit 1; }
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed-run: $(VENV)/made requirements.lock pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/made requirements-dev.lock pyproject.toml
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

# ---- the lock files: one answer for every system and every Python from 3.11; the second is the first and more.
# uv resolves them; it stands in a folder of its own, since nothing else needs it. Neither names a package index.

UV_VERSION := 0.13.9
COMPILE := UV_CUSTOM_COMPILE_COMMAND='make lock' $(VENV)/uv/bin/uv pip compile --quiet --universal \
  --python-version 3.11 --fork-strategy fewest --generate-hashes

lock: $(VENV)/uv/made-$(UV_VERSION)
	$(COMPILE) $(ARGS) pyproject.toml --group build -o requirements.lock
	$(COMPILE) $(ARGS) pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock

$(VENV)/uv/made-$(UV_VERSION): | $(VENV)/made
	$(PYTHON) -m venv --clear $(VENV)/uv
	$(VENV)/uv/bin/pip --disable-pip-version-check install --quiet uv==$(UV_VERSION)
	@touch $@

PYTHON ?= python3
PORT ?= 8000
NUMBER ?= 30
VENV := .venv
BIN := $(VENV)/bin
DEMO_PASSWORD := instance/demo-password

export LMS_DATA_DIR ?= $(CURDIR)/instance

# make run: serve the product on this machine. make check: before each commit. make test: the whole suite.
.PHONY: run dev check test faults mutants install install-dev machine bench format clean

run: $(VENV)/installed
	@$(BIN)/python -m lms.cli.development --port $(PORT)

# the site of make run with live reload, in one process: a change of a file is there at the next request
dev: $(VENV)/installed
	@LMS_ENV=development LMS_BASE_URL=http://127.0.0.1:8001 $(BIN)/flask --app wsgi run --debug --port 8001

test: machine $(VENV)/installed-dev
	@$(BIN)/python -m tests.run

# before each commit: style, types and the fast tests, within a minute
check: $(VENV)/installed-dev
	@$(BIN)/python -m tests.run check

# attacks that take minutes, with the figures of docs/reliability.md
faults: $(VENV)/installed-dev
	@$(BIN)/python -m tests.faults.measure

# small faults put into a copy of the program one at a time: which of them does no test notice?
mutants: $(VENV)/installed-dev
	@$(BIN)/python -m tests.mutants --number $(NUMBER) $(if $(SEED),--seed $(SEED))

bench: $(VENV)/installed
	@$(BIN)/python -m bench

install: $(VENV)/installed
install-dev: $(VENV)/installed-dev

$(VENV)/installed: requirements.txt setup.cfg
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what the program needs (a minute the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/installed-dev: requirements-dev.txt $(VENV)/installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

# What the browser and spelling tests need, as root on Debian; elsewhere the suite says what it leaves out.
machine:
	@tests/machine.sh

format: $(VENV)/installed-dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) *.egg-info .pytest_cache .mypy_cache .ruff_cache .mutants

# What people type. Each target makes what it needs; `make help` prints this list.
PYTHON ?= python3
BIN := .venv/bin
AREA ?= tuan-giao
PERIOD ?= 2021-S1
# Tests that wait for a process leave a processor idle: one worker more than there are.
WORKERS = $$(( $$(getconf _NPROCESSORS_ONLN) + 1 ))

.PHONY: help setup report test lab lint format bench faults badge advisories screenshots lock clean

help: ## print this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 20

setup: .venv/ready ## make .venv with what the reports need, pinned by requirements.lock

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "ictplan needs Python 3.11 or newer; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
	  { echo "python3 cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

report: .venv/ready ## make the reports of one area and period, and say where to look (AREA=…, PERIOD=…)
	$(BIN)/ictplan run --area $(AREA) --period $(PERIOD)

test: .venv/ready-dev ## run the tests; installs what they need, Chromium too where it may
	@sh tests/install.sh
	$(BIN)/python -m pytest -n $(WORKERS) --maxprocesses=8 --dist loadfile --no-loadscope-reorder

lab: .venv/ready ## open JupyterLab on working copies in lab/, on this machine only, with a token
	$(BIN)/python -m ictplan_utils.workspace.lab
	$(BIN)/jupyter lab --ip=localhost --notebook-dir=lab "--LabApp.app_settings_dir=$(CURDIR)/notebooks/.lab" --LabApp.default_url=/lab/tree/BAT-DAU.md

lint: .venv/ready-dev ## check style: code and notebooks
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb

format: .venv/ready-dev ## put code and notebooks into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/nbstripout --keep-id notebooks/*.ipynb

bench: .venv/ready-dev ## measure speed, reading and forecast skill; prints figures against goals
	$(BIN)/python benchmarks/batch_speed.py
	$(BIN)/python benchmarks/audit_speed.py
	$(BIN)/python benchmarks/ingest.py
	$(BIN)/python benchmarks/nation.py
	@if [ -n "$(SERIES)" ]; then $(BIN)/python benchmarks/forecast_skill.py $(SERIES) && \
	  $(BIN)/python benchmarks/forecast_split.py $(SERIES) && $(BIN)/python benchmarks/target_chances.py $(SERIES); \
	  else echo "forecast skill: name a file of half-year series with: make bench SERIES=half_years.csv.gz"; fi

faults: .venv/ready-dev ## inject faults: kills, full disks, bad input; prints injected and survived
	$(BIN)/python -m pytest tests/faults --faults=long --kills=$(or $(KILLS),200)

badge: ## print the Binder badge of a copy published on GitHub
	@sh .ci/badge

advisories: ## ask a public database (OSV) for known holes in the pinned packages; needs the network
	@$(PYTHON) .ci/advisories.py requirements.lock requirements-dev.lock

screenshots: .venv/ready-dev ## photograph every page at phone, desktop and A4 size, into screenshots/
	$(BIN)/python tests/browser/screenshots.py

lock: ## renew the pinned versions (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  pyproject.toml --all-extras --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove what was made: outputs, screenshots, caches (not .venv, not data)
	rm -rf outputs/* screenshots .pytest_cache .ruff_cache .hypothesis

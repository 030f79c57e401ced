# The commands of the course.
#   make tour     install, then walk through it: train, measure, one HTML report
#   make test     install, then prove it: lint, types, tests, all lessons, browser
#   make check    the part of `make test` without lessons and browser
#   make lab      open JupyterLab at lesson 00, on a working copy in my-lessons/
#   make lessons  rebuild the notebooks      make assets  checkpoints: what is missing or stale
#   make bench    measure speed              make clean   remove what these made

VENV ?= .venv
PYTHON ?= $(shell command -v python3.11 || command -v python3)
# Another PyTorch build: TORCH_INDEX=ADDRESS, the index that pytorch.org names for CPU or CUDA
TORCH_INDEX ?=
WORKERS ?= 2

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := tour
.DELETE_ON_ERROR:
.PHONY: tour test check lab lessons assets bench clean lint types quick unit notebooks browser

BUILD := $(abspath build)
BIN := $(abspath $(VENV))/bin
HERE := $(BIN)/python -P -m
PIP := env -u XDG_CACHE_HOME $(BIN)/python -m pip --disable-pip-version-check install \
	--progress-bar off -c constraints.txt $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))
BRIEFLY := awk '/^(Collecting|Installing collected|Successfully)/ {print substr($$0, 1, 78); fflush()}'

# Waiting threads sleep instead of spinning, and two are enough for models of this size.
export OMP_WAIT_POLICY ?= PASSIVE
export OMP_NUM_THREADS ?= 2
export PYTHONHASHSEED ?= 0
# Nothing is written to the home directory, and nothing is fetched while the course runs.
export HF_HOME = $(BUILD)/cache/huggingface
export HF_HUB_OFFLINE = 1
export XDG_CACHE_HOME = $(BUILD)/cache
export MYPY_CACHE_DIR = $(BUILD)/cache/mypy
export RUFF_CACHE_DIR = $(BUILD)/cache/ruff
export IPYTHONDIR = $(BUILD)/cache/ipython
export JUPYTER_RUNTIME_DIR = $(BUILD)/cache/jupyter/runtime
# JupyterLab keeps the reader's own settings; the tests must not see them.
lint types quick unit notebooks browser lessons: export JUPYTER_CONFIG_DIR = $(BUILD)/cache/jupyter/config
lint types quick unit notebooks browser lessons: export JUPYTER_DATA_DIR = $(BUILD)/cache/jupyter/data
# Two processes side by side, one thread each.
quick unit notebooks lessons: export OMP_NUM_THREADS = 1

PYTEST := $(BIN)/python -m pytest -q
NOT_LESSONS := --ignore=tests/notebooks --ignore=tests/browser

tour: $(VENV)/.installed
	@$(HERE) rectutor tour --out build/tour

lab: $(VENV)/.installed
	@$(HERE) rectutor lab --folder my-lessons

test: lint types unit notebooks browser
	@if command -v chromium chromium-browser google-chrome google-chrome-stable >/dev/null; \
	then echo "make test: passed, browser tests included"; \
	else echo "make test: passed; browser tests were SKIPPED, there is no Chromium here"; fi

check: lint types quick
	@echo "make check: passed; lessons and browser are part of make test"

lint: $(VENV)/.installed-test
	@echo "== lint"
	@$(HERE) ruff check .
	@$(HERE) ruff format --check .

types: $(VENV)/.installed-test | lint
	@echo "== types"
	@$(HERE) mypy

quick: $(VENV)/.installed-test | types
	@echo "== unit, property, layer-table and documentation tests, doctests"
	@$(PYTEST) -n $(WORKERS) $(NOT_LESSONS) -m "not slow"

unit: $(VENV)/.installed-test | types
	@echo "== unit, property, layer-table and documentation tests, doctests"
	@$(PYTEST) -n $(WORKERS) $(NOT_LESSONS)

# The lessons for learners are committed as they ran; those with solutions must show the same.
notebooks: $(VENV)/.installed-test | unit
	@echo "== lessons: planted errors, budgets, network, grading"
	@$(PYTEST) -n $(WORKERS) tests/notebooks
	@echo "== lessons: every cell run and compared"
	@$(BIN)/python -m rectutor.course.build --only solved
	@$(PYTEST) -c tests/notebooks/nbval.ini --rootdir . -n $(WORKERS) notebooks build/solved

browser: $(VENV)/.installed-test | notebooks
	@echo "== browser"
	@$(PYTEST) tests/browser

lessons: $(VENV)/.installed-test
	@$(BIN)/python -m rectutor.course.build

assets: $(VENV)/.installed
	@$(HERE) rectutor.training.language
	@$(HERE) rectutor.training.adapters
	@$(HERE) rectutor.training.assets
	@$(HERE) rectutor.training.shipped_families
	@$(HERE) rectutor.training.shipped_titles
	@$(HERE) rectutor.training.shipped_agent

bench: $(VENV)/.installed-test
	@$(BIN)/python tests/bench/run.py --out build/bench
	@$(BIN)/python tests/bench/run_lm.py --out build/bench
	@$(BIN)/python tests/bench/run_codes.py --out build/bench
	@$(BIN)/python tests/bench/run_beams.py --out build/bench
	@$(BIN)/python tests/bench/run_views.py --out build/bench

clean:
	@rm -rf build $(VENV) dist .pytest_cache .hypothesis
	@echo "removed $(VENV) and build/; my-lessons/ is yours and stays"

$(BIN)/python:
	@echo "== making $(VENV) with $(PYTHON)"
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("rectutor needs Python 3.11 or newer, this is " + sys.version.split()[0] + "; try: make PYTHON=python3.11")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "== installing into $(VENV): about 2 GB, some minutes the first time"
	@$(PIP) -e . | $(BRIEFLY)
	@touch $@

$(VENV)/.installed-test: pyproject.toml constraints.txt | $(VENV)/.installed
	@echo "== installing what the tests need"
	@$(PIP) -e '.[test,grading]' | $(BRIEFLY)
	@touch $@

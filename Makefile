# Needs Python 3.11 or newer and make; everything else goes into .venv.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
PIP_ARGS ?=
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-compile \
	-c constraints.txt $(PIP_ARGS)

# A command of that name may be a stub that fails, or lack venv: try it before taking it.
PROBE := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
CANDIDATES := $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python

.PHONY: run setup test test-slow test-gpu lint bench bench-engine bench-judge bench-tui bench-peers \
	wheel-smoke clean help

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(VENV)/.ready-to-run ## start a search: make run ARGS="--iterations 20"
	@$(BIN)/fie-tui run $(ARGS)

setup: $(VENV)/.ready-to-run ## install into .venv and do nothing else

test: $(VENV)/.ready-to-test ## the quick tests
	$(BIN)/python -m pytest -q -n 3 --dist loadfile -m "not slow and not gpu" $(ARGS)

test-slow: $(VENV)/.ready-to-test ## the tests that take longer
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "slow and not gpu" $(ARGS)

test-gpu: $(VENV)/.ready-to-test ## the tests that need a CUDA GPU
	$(BIN)/python -m pytest -q -m gpu $(ARGS)

lint: $(VENV)/.ready-to-test ## style, types and layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-to-run ## 60 iterations of the embedded track from each of three seeds
	@mkdir -p build
	$(BIN)/python tests/bench/bench_search.py --output build/bench-search.json $(ARGS)

bench-engine: $(VENV)/.ready-to-test ## throughput and bookkeeping beside stock OpenEvolve
	@mkdir -p build
	$(BIN)/python -m tests.bench.bench_engine --output build/bench-engine.json $(ARGS)

bench-judge: $(VENV)/.ready-to-test ## our judge beside flashinfer-bench's own; needs a CUDA GPU and DATASET=DIR
	@mkdir -p build
	$(BIN)/python -m tests.bench.bench_judge --dataset "$(DATASET)" --output build/bench-judge.json $(ARGS)

bench-tui: $(VENV)/.ready-to-test ## the board's bytes, CPU time and latencies in a terminal
	@mkdir -p build
	$(BIN)/python -m tests.bench.bench_tui --output build/bench-tui.json $(ARGS)

bench-peers: $(BIN)/python ## the same of other terminal programs, beside ours
	@mkdir -p build/peers
	@for peer in harlequin toolong "posting tree-sitter<0.26"; do \
		place=build/peers/$${peer%% *}; \
		$(BIN)/python -m venv $$place && $$place/bin/python -m pip install -q $$peer || exit 1; \
	done
	$(MAKE) bench-tui ARGS="--peers build/peers $(ARGS)"

picture: $(VENV)/.ready-to-run ## the README's picture, from a search of 60 iterations
	@rm -rf build/picture
	$(BIN)/fie-tui run --headless --track moe-mini --proposer operators --iterations 60 \
		--run-dir build/picture/moe-mini
	$(BIN)/fie-tui shot build/picture/moe-mini --candidate best --output docs/board.svg

wheel-smoke: $(VENV)/.ready-to-test ## build the wheel, install it elsewhere, run it
	.ci/wheel-smoke $(BIN)/python

clean: ## remove the environment and what was built
	rm -rf $(VENV) build dist

$(BIN)/python:
	@for python in $(CANDIDATES); do \
		if "$$python" -c '$(PROBE)' >/dev/null 2>&1; then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
		echo "fie-tui needs Python 3.11 or newer with its venv module (Debian: apt install" \
			"python3-venv); name one with make PYTHON=/path/to/python3" >&2; exit 2; \
	fi; \
	echo "setting up $(VENV) with $$($$found --version) - once, about a minute"; \
	"$$found" -m venv $(VENV)

$(VENV)/.ready-to-run: pyproject.toml constraints.txt | $(BIN)/python
	@$(PIP) -e .
	@touch $@

$(VENV)/.ready-to-test: $(VENV)/.ready-to-run
	@$(PIP) -e '.[dev]'
	@touch $@

# Two commands do everything: `make demo` and `make test`. Neither needs root.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
RUN    := $(VENV)/.ready-newsroom
DEV    := $(VENV)/.ready-dev
JOBS   ?= 2

.PHONY: help demo test check lint bench clean setup dev browser
help:
	@echo "make demo   set up, then press, copy, check, and take letters in: the sample newsroom"
	@echo "make test   set up, then run the tests"
	@echo "make check  linters, types, layers, sizes"
	@echo "make bench  the measurements behind docs/performance.md"

setup: $(RUN)
dev: $(DEV)

$(RUN): requirements/newsroom.lock pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" sh tools/setup.sh "$(VENV)" newsroom && touch $@

$(DEV): requirements/dev.lock pyproject.toml tools/setup.sh
	@PYTHON="$(PYTHON)" sh tools/setup.sh "$(VENV)" dev && touch $@ $(RUN)

demo: $(RUN)
	@$(BIN)/python demo/run.py

test: $(DEV)
	@sh tools/node.sh
	@$(BIN)/python tools/real_media.py >/dev/null || true
	@$(BIN)/python -m pytest -n $(JOBS)

check: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tools/sizes.py
	@sh tools/node.sh
	@sh tools/eslint.sh

lint: check

bench: $(DEV)
	@sh tools/node.sh
	@$(BIN)/python benchmarks/run.py

clean:
	rm -rf out .mypy_cache .ruff_cache .pytest_cache .hypothesis

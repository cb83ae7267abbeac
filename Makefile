# One command each. Everything lives in .venv; nothing is assumed but Python >= 3.11, make and the package registries.
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= python3
export VENV PYTHON
# where bytecode may not be kept, each worker compiles all tests anew: ten CPU seconds and more
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test test-all coverage lint format bench docs lock clean wheel

help:  ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(VENV)/.ready: requirements.lock pyproject.toml tools/bootstrap.sh
	@echo "setting up $(VENV) (once) ..."
	@sh tools/bootstrap.sh

demo: $(VENV)/.ready  ## generated logs with a planted incident, then the main job on them
	@$(BIN)/insightctl demo --out demo-data

test: $(VENV)/.ready  ## lint, types, contracts, and the fast tests
	@sh tools/chromium.sh
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest -n 2 --dist worksteal -m "not slow"

coverage: $(VENV)/.ready  ## the fast tests with coverage: half as slow again
	@$(BIN)/pytest -n 2 --cov --cov-report=term -m "not slow"

test-all: $(VENV)/.ready  ## the slow tests too, and all examples of the others
	@sh tools/chromium.sh
	@HYPOTHESIS_PROFILE=full $(BIN)/pytest -n 2 --dist worksteal

lint: $(VENV)/.ready  ## ruff, mypy --strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

format: $(VENV)/.ready  ## let ruff lay out the code
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(VENV)/.ready  ## figures against peers (docs/performance.md)
	@$(BIN)/python -m bench

docs: $(VENV)/.ready  ## write the generated pages of docs/ again
	@$(BIN)/python -m tools.docs

lock: $(VENV)/.ready  ## resolve the development environment anew
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
	  --no-annotate --python-version 3.11 --group dev --all-extras \
	  --output-file requirements.lock pyproject.toml

wheel: $(VENV)/.ready  ## the wheel, in dist/
	@$(BIN)/uv build --quiet --wheel --no-build-isolation --python $(BIN)/python

clean:  ## remove what can be made again
	rm -rf $(VENV) dist build demo-data .mypy_cache .ruff_cache .pytest_cache .coverage*

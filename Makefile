# Each target works in a fresh clone: it makes .venv first, and does not make it again.
.DEFAULT_GOAL := help
.PHONY: help demo test check bench serve docs lock migration clean

PYTHON ?= python3
WORKERS ?= 2
BIN := .venv/bin
export PYTHON

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /\1\t/' | expand -t 12

demo: .venv/.runtime ## a night over a simulated jurisdiction, then its answer key
	@scripts/system-packages chromium driver fonts
	@$(BIN)/xuncha demo

test: .venv/.test ## all tests, on SQLite and on PostgreSQL
	@scripts/system-packages chromium driver fonts postgresql
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope

check: .venv/.test ## lint, format, types, import arrows, generated pages
	@scripts/check

bench: .venv/.test ## measure: all ratios, kept as JSON (python -m benchmarks.compare)
	@$(BIN)/python -m benchmarks

serve: .venv/.runtime ## the operators' desk on the data of the last demo
	@$(BIN)/xuncha serve --demo

docs: .venv/.test ## write the generated pages of docs/ anew
	@$(BIN)/python -m scripts.docs

lock: .venv/.test ## pin the dependencies anew
	@scripts/lock

migration: .venv/.test ## a new revision from models.py: make migration NAME="what it does"
	@scripts/migration "$(NAME)"

clean: ## remove what was made here; the data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info

.venv/.runtime: requirements/runtime.txt pyproject.toml scripts/environment
	@scripts/environment runtime

.venv/.cluster .venv/.metrics: .venv/.%: requirements/%.txt .venv/.runtime
	@scripts/environment $*

.venv/.test: requirements/test.txt pyproject.toml scripts/environment
	@scripts/environment test

# make run: the main job on real data. make test: all tests. Both set up everything they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup run app results e2e test check check-full bench clean

setup: $(STAMP)

$(STAMP): pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $(STAMP)

run: setup
	$(BIN)/doorstroom run prop-2021 --replications 10

app: setup
	$(BIN)/streamlit run app.py

# Computes what comes with the app: the ready scenarios and the back-tests; after any change of the model.
results: setup
	$(BIN)/python -m experiments.ready_results
	$(BIN)/python -m experiments.backing

e2e: setup
	missing=; for tool in chromium node:nodejs npm; do \
		command -v $${tool%%:*} >/dev/null || missing="$$missing $${tool##*:}"; \
	done; \
	[ -z "$$missing" ] || (apt-get update -qq && apt-get install -y -qq --no-install-recommends $$missing)
	cd e2e && npm ci --no-audit --no-fund --silent
	node e2e/run.mjs $(BIN)/python

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check
	$(BIN)/python -m pytest -m "not full" -n 2
	$(MAKE) e2e

check-full: check
	$(BIN)/python -m pytest -n 2
	$(BIN)/python benchmarks/speed.py

bench: setup
	$(BIN)/python benchmarks/speed.py

clean:
	rm -rf $(VENV) .numba_cache .pytest_cache .mypy_cache .ruff_cache build *.egg-info

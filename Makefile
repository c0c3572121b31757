# make run: the main job on real data. make test: all tests. Both set up everything they need, and say what they do.
PYTHON ?= python3
# In a checkout that others own and have not set up, the environment comes in your own cache folder, one per checkout.
HERE := $(shell test -w . -o -e .venv/.installed && echo yes)
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/doorstroom-environments
VENV ?= $(if $(HERE),.venv,$(CACHE)/$(firstword $(shell pwd -P | cksum)))
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
STEP := $(PYTHON) .ci/step.py

.PHONY: setup run app results e2e test check check-full coverage mutants bench lock licences sbom release clean

setup: $(STAMP)

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Nodig is Python 3.11, 3.12 of 3.13; kies er een met: make PYTHON=python3.12 ..." >&2; exit 1; }
	@test "$(VENV)" = .venv || echo "De omgeving komt in $(VENV)" >&2
	@$(STEP) "Omgeving maken in $(VENV)" $(PYTHON) -m venv $(VENV)
	@$(STEP) "Pakketten installeren, een tot drie minuten" $(BIN)/python -m pip install --progress-bar off \
		--disable-pip-version-check --require-hashes --no-deps --requirement requirements.lock
	@$(STEP) "Doorstroom zelf installeren" $(BIN)/python -m pip install --disable-pip-version-check --no-deps \
		--no-build-isolation --editable .
	@touch $(STAMP)

run: setup
	@$(STEP) --show "Doorrekenen; de eerste keer wordt de rekenkern vertaald, wat ongeveer een minuut duurt" \
		$(BIN)/doorstroom run prop-2021 --replications 10

app: setup
	$(BIN)/doorstroom app

# Renews what is kept of the model and takes minutes: back-tests, verdicts and the pages made of them. After any change of
# the model version or of a figure; `doorstroom calibrate` first when the ensembles are older too (CONTRIBUTING.md).
results: setup
	$(BIN)/python -m experiments.history.evidence
	$(BIN)/doorstroom calibrate prop-2021 --screen 4
	$(BIN)/doorstroom forecast prop-2021 --archive
	$(BIN)/doorstroom claims --store
	$(BIN)/doorstroom docs

e2e: setup
	@e2e/run.sh $(BIN)/python

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test:
	@echo "make test doet vier dingen en duurt op twee kernen ongeveer een kwartier:"
	@echo "  1. installeren, alleen de eerste keer (1 tot 3 minuten)"
	@echo "  2. de code nakijken: ruff, mypy en de importregels (een halve minuut)"
	@echo "  3. de tests met pytest (ongeveer 10 minuten)"
	@echo "  4. de app in een browser (ongeveer 3 minuten; zonder Chromium wordt gezegd wat er niet is getest)"
	@echo "== Stap 1 van 4: installeren"
	@$(MAKE) --no-print-directory setup
	@echo "== Stap 2 van 4: de code nakijken"
	@$(MAKE) --no-print-directory check
	@echo "== Stap 3 van 4: pytest"
	$(BIN)/python -m pytest -m "not full" -n 2 --dist loadgroup
	@echo "== Stap 4 van 4: de app in een browser"
	@$(MAKE) --no-print-directory e2e

check-full: check coverage
	$(BIN)/python -m pytest -n 2 --dist loadgroup
	$(BIN)/python benchmarks/speed.py

# Which branches of sim and models their own tests reach; it fails under 95 %. Of compiled code nothing sees that:
# tests/laws/test_uncompiled.py does stretches of a run in the Python that it is written in.
UNITS := agenda cache_folder calendar compare exports jobs levers lives luck observed outcomes outputs queues register \
	replications results scenario schedule snapshot statistics steps strange_calls sweep_file trace
COVERING := $(UNITS:%=tests/unit/test_%.py) $(addprefix tests/house/test_,parameters.py refusals.py sources.py) \
	$(addprefix tests/laws/test_,cut_and_continue.py refusals.py rules_of_the_chain.py strange_snapshots.py uncompiled.py)

coverage: setup
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest $(COVERING)
	@$(BIN)/coverage combine --quiet
	$(BIN)/coverage report
	@$(BIN)/coverage json --quiet -o - | $(BIN)/python -c 'import json, sys; all = json.load(sys.stdin)["totals"]; \
		share = all["covered_branches"] / all["num_branches"]; print(f"Branches of sim and models: {share:.1%}"); \
		sys.exit(share < 0.95)'

# Once a week: of a hundred small faults in sim and in models, how many do laws, theory and oracle notice? Hours of work,
# which a second call goes on with.
mutants: setup
	$(BIN)/python benchmarks/mutants.py --count 100 --at-least 0.8 sim models

bench: setup
	$(BIN)/python benchmarks/speed.py

# Both locks hold the hash of every file of every package, for Python 3.11 to 3.13 on any machine. Versions that are in
# them stay; `make lock UPGRADE=--upgrade` renews all.
lock: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url $(UPGRADE) pyproject.toml --all-extras --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-annotate --no-emit-index-url pyproject.toml --extra app --constraint requirements.lock \
		--output-file requirements-app.lock
	@$(MAKE) --no-print-directory licences

# The table of licences in docs/ (fails on one that may not be used), and the list of packages of a release.
licences: setup
	$(BIN)/python .ci/supply.py licences

sbom: setup
	$(BIN)/python .ci/supply.py sbom dist

# What is published with a tag: the wheel and its list of packages, in dist/.
release: check-full
	rm -rf build dist
	$(BIN)/python -m pip wheel --no-index --no-deps --no-build-isolation --wheel-dir dist .
	@$(MAKE) --no-print-directory sbom

clean:
	rm -rf $(VENV) .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build *.egg-info

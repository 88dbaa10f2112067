# Korgoo's commands. Each target calls what it needs; nothing outside .venv, node_modules and var is touched.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PINS := requirements/dev.txt
OTHER := var/other-numpy
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard src/korgoo/web/locale/*/LC_MESSAGES/*.po))

# Where the caller's environment forbids bytecode, each of the suite's processes would compile all sources anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test test-unit check bench system-deps pins format clean

setup: $(VENV)/.installed $(CATALOGUES)  ## the .venv with the korgoo command and all that the other targets need

$(VENV)/.installed: $(PINS) pyproject.toml
	@echo "korgoo: creating $(VENV) with hash-pinned packages"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "korgoo: Python 3.11 or newer is needed; set PYTHON=python3.x"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(PINS)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

ASSETS := $(VENV)/.assets

$(ASSETS): package-lock.json assets/install.sh assets/build.mjs assets/fallback.mjs assets/place-names.json $(VENV)/.installed
	@echo "korgoo: fetching the pages' scripts and drawing the fallback map"
	@sh assets/install.sh $(BIN)/python
	@touch $@

demo: setup $(ASSETS)  ## a made-up town on http://localhost:8000/; DEMO="--people 50" passes options on
	@$(BIN)/korgoo demo $(DEMO)

%.mo: %.po $(VENV)/.installed
	@$(BIN)/python -m korgoo.web.locale_build

format: setup  ## rewrite the sources in the one format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

check: setup  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: setup $(ASSETS) $(OTHER)/.installed  ## the whole suite; what is not run for want of a server is said
	@$(MAKE) --no-print-directory test-unit
	KORGOO_OTHER_NUMPY=$(CURDIR)/$(OTHER)/bin/python $(BIN)/pytest -n auto --ignore=tests/unit
	$(BIN)/python tests/on_postgres.py -q -n auto tests/integration/records tests/integration/runtime/test_engine_loop.py tests/integration/runtime/test_pair_loop.py tests/integration/runtime/test_removal_loop.py tests/integration/runtime/test_wish_by_gateway.py tests/integration/evidence/test_installation.py tests/integration/evidence/test_asked_bundles.py tests/web

UNITS := $(BIN)/pytest -q --durations=10 --durations-min=0.1

# Two halves at once, of about the same length and without a test in common: plans and the engine's files but those in m,
# and all others. Each of xdist's workers would collect all tests, which takes longer than half of them.
test-unit: setup  ## the unit tests alone, in seconds; names what takes more than 0.1 s
	@said=$$(mktemp); $(UNITS) tests/unit/engine tests/unit/planning --ignore-glob='*/engine/test_m*' >"$$said" 2>&1 & half=$$!; \
	$(UNITS) tests/unit --ignore=tests/unit/planning --ignore-glob='*/engine/test_[!m]*'; other=$$?; \
	wait $$half; half=$$?; cat "$$said"; rm -f "$$said"; exit $$((half | other))

$(OTHER)/.installed: requirements/other-numpy.txt  # a second numpy: the same rows must give the same bytes
	@test -x $(OTHER)/bin/python || $(PYTHON) -m venv $(OTHER)
	@$(OTHER)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

bench: setup  ## every benchmark, one table each; those with a database on PostgreSQL too
	for name in engine gateway latency restart journal; do $(BIN)/korgoo bench $$name || exit 1; done
	$(BIN)/python bench/parts/on_postgres.py gateway latency restart journal
	$(BIN)/python bench/zone_exits.py
	$(BIN)/python bench/noise_fit.py

system-deps:  ## PostgreSQL and Chromium by apt-get, for the tests that need them
	@if command -v chromium >/dev/null && ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; then echo "korgoo: PostgreSQL and Chromium are there"; \
	else apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql chromium; fi

pins: setup  ## compile requirements/*.in into hash-pinned files without index lines
	cd requirements && for name in run dev other-numpy node; do ../$(BIN)/uv pip compile --quiet --generate-hashes --no-header --universal --no-annotate --python-version 3.11 --exclude-newer "$$(date -u -d '7 days ago' +%Y-%m-%dT00:00:00Z)" -o $$name.txt $$name.in; done

clean:  ## remove what was built; var/ with its data stays
	rm -rf $(VENV) node_modules src/korgoo/web/static/vendor .mypy_cache .ruff_cache .pytest_cache

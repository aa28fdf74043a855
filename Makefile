# Every target sets itself up in .venv, from the two lock files, on a machine with Python 3.11 or 3.12 and a C compiler.
# PYTHON=/path/to/python chooses the interpreter; WORKERS=1 keeps the tests on one core.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?=
WORKERS ?= 2
BIN := .venv/bin
READY := .venv/ready
DEMO_PATIENT := fixtures/peroneal-leg-crossing.json
DEMO_AS_OF := 2026-03-01
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq install

.PHONY: help demo serve test bench bench-service soak-service check format validate prove docs samples readme lock lowest clean setup

help:
	@echo "make demo      assess one patient and print the plan"
	@echo "make serve     run the service in development mode, to try it with the fixtures"
	@echo "make test      run the tests"
	@echo "make check     lint, format check, strict type check"
	@echo "make format    format the code and mend what the linter can mend"
	@echo "make validate  hold every fixture's FHIR output to the npm validators (needs Node.js 20)"
	@echo "make bench     measure against the marks; writes bench-results.json (BENCH=--quick: a short run)"
	@echo "make bench-service  the service's speed, beside an empty endpoint of its framework"
	@echo "make soak-service   sixteen clients while the database is stopped and started: nothing may be lost"
	@echo "make prove     prove the safety invariants for every patient; mutate the rules and name the survivors"
	@echo "make samples   copy the workbench's patients anew from fixtures/"
	@echo "make docs      write anew from the code: algorithm, human edition, CQL Library, vocabulary, the table of settings"
	@echo "make readme    put the demo's real output into README.md"
	@echo "make lock      resolve the lock files anew"
	@echo "make lowest    run the tests with the oldest packages that pyproject.toml allows"
	@echo "make clean     remove everything that was made, .venv included"

demo: $(READY)
	@$(BIN)/footdrop assess $(DEMO_PATIENT) --as-of $(DEMO_AS_OF)

# Nobody is authenticated here; docs/service.md says what to call, and what production needs.
serve: $(READY)
	@mkdir -p build
	@echo "Try: curl -s -H 'Content-Type: application/fhir+json' --data-binary @$(DEMO_PATIENT) \\"
	@echo "  'http://127.0.0.1:8080/assess?format=text&as_of=$(DEMO_AS_OF)'   (or open http://127.0.0.1:8080/docs)"
	@FOOTDROP_DEVELOPMENT=true FOOTDROP_DATABASE_URL=sqlite:///build/footdrop.db FOOTDROP_SPOOL=build/spool \
	  $(BIN)/footdrop serve

test: $(READY)
	@bash .ci/postgresql
	@bash .ci/browser
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

bench: $(READY)
	$(BIN)/python -m tests.bench.run $(BENCH)

bench-service: $(READY)
	$(BIN)/python -m tests.bench.service $(BENCH)

# Sixteen clients for MINUTES while the database is stopped and started; needs PostgreSQL's server, as make test does.
MINUTES ?= 10
soak-service: $(READY)
	@bash .ci/postgresql
	$(BIN)/python -m tests.bench.soak --minutes $(MINUTES)

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

validate: $(READY)
	@command -v npm >/dev/null || { echo "make validate needs Node.js 20 and npm" >&2; exit 1; }
	rm -rf build/fhir && mkdir -p build/fhir
	for expected in fixtures/*.expected.toml; do \
	  patient=$${expected%.expected.toml}; \
	  as_of=$$(sed -n 's/^as_of = "\(.*\)"/\1/p' "$$expected"); \
	  if [ -f "$$patient.py" ]; then $(BIN)/python "$$patient.py" 5000; else cat "$$patient".*json; fi | \
	    $(BIN)/footdrop assess - --as-of "$$as_of" --format fhir > "build/fhir/$${patient##*/}.json"; \
	done
	cd tests/validators && npm ci --silent --no-fund --no-audit
	node tests/validators/validate.mjs build/fhir/*.json

# Every invariant for every Case of the vocabulary, then what the named cases miss; exits 1 while anything is unproved.
prove: $(READY)
	$(BIN)/python -m tests.proof

docs: $(READY)
	$(BIN)/python -m guideline.edition docs
	$(BIN)/python -m fhir_adapters.vocabulary_page docs/vocabulary.md
	$(BIN)/python -m fhir_adapters.service.settings docs/service.md

# The workbench's patients are copies of fixtures; a test holds them to that. A new one: an empty file of its name.
samples:
	for copy in fhir_adapters/service/pages/samples/*.*json; do cp "fixtures/$${copy##*/}" "$$copy"; done

# The README shows what the command really prints; a test holds it to that.
readme: $(READY)
	@mkdir -p build && $(BIN)/footdrop assess $(DEMO_PATIENT) --as-of $(DEMO_AS_OF) > build/demo.txt
	@awk '/<!-- demo:end -->/ { inside = 0 } \
	  !inside { print } \
	  /<!-- demo:begin -->/ { inside = 1; print "```text"; \
	    while ((getline line < "build/demo.txt") > 0) print line; print "```" }' README.md > build/README.md
	@mv build/README.md README.md

setup: $(READY)

$(READY): pyproject.toml requirements.lock requirements-build.lock .ci/venv
	@PYTHON='$(PYTHON)' bash .ci/venv .venv
	@echo "Installing the locked dependencies into .venv (one of them is compiled) ..."
	@$(PIP) --require-hashes -r requirements-build.lock
	@$(PIP) --require-hashes --no-build-isolation --use-pep517 -r requirements.lock
	@$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q cql_like guideline fhir_adapters
	@$(BIN)/python -m guideline.prepare
	@touch $@

# uv resolves for both Pythons and every platform at once, and writes the hash of each published file.
UV_COMPILE = build/lock/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-emit-index-url --no-annotate
lock:
	@PYTHON='$(PYTHON)' bash .ci/venv build/lock
	@build/lock/bin/python -m pip --disable-pip-version-check -qq install uv
	@{ echo "# What is tested, for Python 3.11 and 3.12. Written by 'make lock' from pyproject.toml."; \
	   $(UV_COMPILE) --extra service --group dev pyproject.toml; } > build/requirements.lock
	@{ echo "# What the service's image holds. Written by 'make lock' from pyproject.toml."; \
	   $(UV_COMPILE) --extra service --constraint build/requirements.lock pyproject.toml; } > build/requirements-service.lock
	@{ echo "# What installs and compiles the rest. Written by 'make lock' from pyproject.toml."; \
	   $(UV_COMPILE) --group build; } > build/requirements-build.lock
	@mv build/requirements.lock build/requirements-build.lock build/requirements-service.lock .

# A bound that nobody tests is a guess. Only what pyproject.toml names itself is old; what that needs is as new as it can be.
lowest:
	@bash .ci/postgresql
	@bash .ci/browser
	@PYTHON='$(PYTHON)' bash .ci/venv build/lowest
	@build/lowest/bin/python -m pip --disable-pip-version-check -qq install uv
	@build/lowest/bin/uv pip compile --quiet --resolution lowest-direct --all-extras --group dev \
	  --no-emit-index-url pyproject.toml -o build/lowest.txt
	@build/lowest/bin/python -m pip --disable-pip-version-check -qq install "setuptools>=77" wheel
	@build/lowest/bin/python -m pip --disable-pip-version-check -qq install --no-build-isolation -r build/lowest.txt
	@build/lowest/bin/python -m pip --disable-pip-version-check -qq install --no-deps --no-build-isolation --editable .
	build/lowest/bin/python -m pytest -n $(WORKERS) --dist worksteal

clean:
	rm -rf .venv build dist *.egg-info bench-results.json .pytest_cache .mypy_cache .ruff_cache .hypothesis \
	  tests/validators/node_modules tests/bench/cql_execution/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

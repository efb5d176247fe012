# Every target sets up what it needs. On a new machine only Python 3.11+ and make are assumed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SPARK_STAMP := $(VENV)/.installed-spark
export SENDWARDEN_DATA ?= ../shared/data

.PHONY: demo test check bench setup setup-spark lock clean format docs

demo: setup
	$(BIN)/sendwarden demo $(ARGS)

# Compiled files are kept, whatever the shell says: without them each process compiles all again.
test: export PYTHONDONTWRITEBYTECODE :=
test: setup setup-spark
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m sendwarden docs --check
	$(BIN)/hadolint Dockerfile

bench: setup
	$(BIN)/python -m benchmarks $(ARGS)

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup
	$(BIN)/python -m sendwarden docs

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Sendwarden needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

setup-spark: $(SPARK_STAMP)

# 450 MB, half a minute; of no use without Java, so a machine without it is left as it is.
$(SPARK_STAMP): $(STAMP) requirements-spark.lock
	@if command -v java >/dev/null; then \
	  $(BIN)/pip install --quiet --disable-pip-version-check --no-build-isolation --require-hashes -r requirements-spark.lock \
	  && touch $@; \
	else echo "no Java here: the tests on Spark will be skipped"; fi

# Resolves pyproject.toml anew; needs uv on the PATH.
lock:
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --all-extras --no-emit-package pyspark --no-emit-package py4j pyproject.toml -o requirements.lock
	uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements.lock pyproject.toml -o requirements-serving.lock
	echo 'pyspark>=4.0' | uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements.lock - -o requirements-spark.lock

clean:
	rm -rf $(VENV) var build *.egg-info .mypy_cache .ruff_cache

# `make run` and `make test` need python3 (3.11 to 3.13) with pip, git and make; nothing else is installed on the machine.
PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/.stamps
export PYTHONPATH := src
# Six processes that compile everything anew take four times as long to start, and 40 MB more.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test faults lint words bench lock clean
.DEFAULT_GOAL := run

run: $(STAMPS)/base
	@exec $(BIN)/python -m entrypoints.supervise

test: $(STAMPS)/dev
	$(BIN)/python -m pytest --ignore=tests/faults -m "not long" -rs -p xdist -n 3 --dist loadfile --no-loadscope-reorder

faults: $(STAMPS)/dev
	$(BIN)/python -m pytest tests/faults tests/walls -m "faults or long" -s

lint: $(STAMPS)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy src/core
	$(BIN)/lint-imports
	$(BIN)/deptry .

# What pages and declarations say, into the catalogues of the other languages.
words: $(STAMPS)/dev
	$(BIN)/python -m entrypoints.languages.gather

bench: bench/.venv/.stamps/bench
	bench/.venv/bin/python -m bench

# An environment without pip in it: pip fetches uv, locked by hash, and uv does the rest in a second.
$(STAMPS)/uv: requirements/uv.txt
	$(PYTHON) -m venv --without-pip .venv
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@mkdir -p $(STAMPS) && touch $@

# `sync` would take what the other has put there, so each adds; without uv, pip does the same more slowly.
$(STAMPS)/base: $(STAMPS)/uv requirements/base.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt \
		|| $(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes -r requirements/base.txt
	@touch $@

$(STAMPS)/dev: $(STAMPS)/base requirements/dev.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt \
		|| $(PYTHON) -m pip --python $(BIN)/python install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

bench/.venv/.stamps/bench: $(STAMPS)/uv requirements/bench.txt requirements/dev.txt
	$(PYTHON) -m venv --without-pip bench/.venv
	$(BIN)/uv pip install --quiet --python bench/.venv/bin/python --require-hashes -r requirements/bench.txt
	@mkdir -p bench/.venv/.stamps && touch $@

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --custom-compile-command "make lock"

lock: $(STAMPS)/uv
	$(COMPILE) pyproject.toml -o requirements/base.txt
	$(COMPILE) pyproject.toml --group dev -c requirements/base.txt -o requirements/dev.txt
	$(COMPILE) pyproject.toml --group dev --group bench -c requirements/dev.txt -o requirements/bench.txt
	echo "uv==$$($(BIN)/uv --version | cut -d' ' -f2)" | $(COMPILE) - -o requirements/uv.txt

# What can be made again; never the state in var/ and never .env.
clean:
	rm -rf .venv bench/.venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

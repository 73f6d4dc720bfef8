# `make run` and `make test` are all that a fresh machine needs: they install what is missing
# into .venv and ask nothing. PYTHON=... chooses the Python to build .venv with.

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

CANDIDATES := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
CAN_MAKE_VENV := import ensurepip, venv
# Fails where the Python that .venv was made with is gone, or is another one by now.
HAS_PIP := import pip, sys; sys.exit(sys.prefix == sys.base_prefix)

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.DEFAULT_GOAL := help
.PHONY: help run test faults bench check format lock specs install runtime clean

help: ## Show this
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

run: runtime ## Start everything on this machine; Ctrl-C stops it
	@$(BIN)/todochat up

test: install ## Run the tests; ARGS="-k words" runs some
	@$(BIN)/pytest -n 2 --dist worksteal $(ARGS)

faults: install ## Prove at full size that no turn is ever lost; takes minutes
	@$(BIN)/pytest -n 2 --dist worksteal --full tests/faults $(ARGS)

bench: install ## Measure what a long conversation costs, and how soon a stop is one
	@$(BIN)/python -m tests.bench.history_cost
	@$(BIN)/python -m tests.bench.stopping

check: install ## Lint, format, types, layers, dead code, dependencies
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/vulture
	@$(BIN)/deptry .

format: install ## Put the code into shape
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

lock: install ## Pin what pyproject.toml asks for, with hashes and no addresses
	@$(BIN)/python -m pip install -qq uv
	@$(call compile,requirements.lock,--group build)
	@$(call compile,requirements-dev.lock,--group build --group dev)

specs: install ## Write what is generated in specs/
	@$(BIN)/python -m tests.specs.write

install: ## Install what running, testing and checking need
	@$(call ensure_venv)
	@$(call ensure_installed,dev,requirements-dev.lock,requirements.lock requirements-dev.lock)

runtime:
	@$(call ensure_venv)
	@$(call ensure_installed,run,requirements.lock,requirements.lock)

clean: ## Remove .venv and the caches; the data stays
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -not -path './node_modules/*' -prune -exec rm -rf {} +

# A candidate counts only if it runs: version managers leave commands behind that do not. A .venv
# that was moved here with the folder above it has programs that look for their old place.
define ensure_venv
$(BIN)/python -c '$(HAS_PIP)' 2>/dev/null && grep -qF "$(CURDIR)/$(BIN)/" $(BIN)/pip && exit 0; \
found=; \
for python in $(CANDIDATES); do \
  "$$python" -c '$(NEW_ENOUGH)' >/dev/null 2>&1 || continue; \
  found="$${found:-$$python}"; \
  "$$python" -c '$(CAN_MAKE_VENV)' >/dev/null 2>&1 || continue; \
  echo "Making $(VENV) with $$("$$python" --version)"; \
  rm -rf $(VENV); \
  exec "$$python" -m venv $(VENV); \
done; \
if [ -z "$$found" ]; then \
  echo "Todochat needs Python 3.11 or newer, and found none. PYTHON=/path/to/python names one." >&2; \
else \
  echo "$$found has no venv module: install it first (Debian, Ubuntu: apt install python3-venv)." >&2; \
fi; \
exit 1
endef

# $(1) stamp, $(2) lock to install, $(3) locks it depends on. The development lock holds all of the
# runtime lock, so it stamps both. Stamps are checksums, and written last: an installation that was
# interrupted, or is of other locks, is done again.
define ensure_installed
sum="$$(cat $(3) pyproject.toml | cksum)"; \
if [ "$$sum" = "$$(cat $(VENV)/.installed-$(1) 2>/dev/null)" ]; then exit 0; fi; \
echo "Installing $(2) into $(VENV); this takes a moment the first time"; \
rm -f $(VENV)/.installed-*; \
$(BIN)/python -m pip install -qq --require-hashes -r $(2) && \
$(BIN)/python -m pip install -qq --no-deps --no-build-isolation -e . && \
{ [ $(1) = run ] || cat requirements.lock pyproject.toml | cksum > $(VENV)/.installed-run; } && \
echo "$$sum" > $(VENV)/.installed-$(1)
endef

define compile
$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header pyproject.toml $(2) --output-file $(1)
endef

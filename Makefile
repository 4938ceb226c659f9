# Everything works in .venv and a cache folder; nothing is installed on the machine.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.10 python3.14; do \
	$$p -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null \
	&& { command -v $$p; break; }; done)
BIN = .venv/bin
FAST = -m "not lab and not slow"

.PHONY: run test check format lint types contracts fast drills crash bench screenshots protos schema completions nodes house clean

run: .venv/run  ## this node, or the demo node where this machine is none
	@$(BIN)/unshim --demo-if-no-node --fail-on never

test: .venv/dev  ## everything that this machine can run, on every Python that it has
	@scripts/test

check: .venv/dev format lint types contracts fast  ## what every commit passes

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

fast:
	$(BIN)/python -m pytest -q -n 2 --dist loadfile $(FAST)

drills: .venv/dev  ## the long ones, of which `make test` runs a part
	@UNSHIM_DRILLS=1 $(BIN)/python -m pytest -q -n 2 -m drill

crash: .venv/dev  ## the worker killed, refused and cut off from power at every point (root; docs/reliability.md)
	@$(BIN)/python -m tests.crash

bench: .venv/dev  ## a table of times, sizes and ratios; BEFORE=folder: of another checkout too
	@$(BIN)/python scripts/bench.py $(if $(BEFORE),--before $(BEFORE))

screenshots: .venv/dev
	$(BIN)/python scripts/screenshots.py

protos: .venv/dev
	scripts/protos

completions: .venv/dev
	$(BIN)/python -m scripts.completions

nodes: .venv/dev  ## record the test nodes again, on the lab's real node (root)
	$(BIN)/python -m scripts.record_nodes

house: .venv/dev  ## rooms, floors, circles and arrows back, from the imports; and sizes
	@$(BIN)/python -m scripts.house

.venv/run: pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "unshim needs Python 3.10 to 3.14" >&2; exit 1; }
	@echo "Setting unshim up in .venv, once. That takes a minute or two:"
	@echo "  1/2 an environment for $(PYTHON)"
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@echo "  2/2 what unshim needs (pip)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c requirements.lock -e .
	@echo "Done: $(BIN)/unshim. On a recorded node: $(BIN)/unshim --demo"
	@touch $@

.venv/dev: .venv/run
	@echo "What the tests need (pip)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c requirements.lock -e '.[dev]'
	@touch $@

clean:
	rm -rf .venv .venv-* .mypy_cache .ruff_cache .pytest_cache dist

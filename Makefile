# Two commands need no set-up of yours: `make demo` and `make test`. Each target prepares what it needs.
# PYTHON=/path/to/python3.12 chooses the interpreter; ARGS="..." passes options on to tests and benchmarks.

.POSIX:
.DEFAULT_GOAL := help
VENV_PYTHON = .venv/bin/python
SETUP = sh scripts/setup.sh

.PHONY: help demo learn serve web web-api test contract check chaos bench eval release clean setup

help:
	@echo 'make demo          the example campaign, run to its end; the app stays up until Ctrl-C (ONCE=1: exits after the report)'
	@echo 'make learn         does it find out what is hidden? recipients with secret tastes, five weekly runs, beside the truth'
	@echo 'make serve         the same stack without the example'
	@echo 'make web           build the web app (demo and serve do it by themselves)'
	@echo 'make web-api       write down what the API says, for the web app (after a change of routes)'
	@echo 'make test          every test (ARGS="tests/stack -k name" for some)'
	@echo 'make contract      10,000 generated requests to every route, in sequences; none may end in a 5xx (EXAMPLES=n, SEED=n)'
	@echo 'make check         style, types, import contract, migrations'
	@echo 'make chaos         every process killed at random while journeys run; nothing may be lost, doubled or stuck'
	@echo 'make bench         speed beside a hand-written workflow'
	@echo 'make eval          how right the models are, on public data, beside published figures'
	@echo 'make release       check, test, tag and build VERSION=1.2.3'
	@echo 'make clean         remove what runs left behind (.run); make clean ALL=1 removes .venv too'

setup:
	@$(SETUP) dev

demo:
	@$(SETUP) run
	@$(VENV_PYTHON) -m scripts.web build --optional
	@ONCE='$(ONCE)' $(VENV_PYTHON) -m stack.demo

learn:
	@$(SETUP) run
	@$(VENV_PYTHON) -m stack.simulation

serve:
	@$(SETUP) run
	@$(VENV_PYTHON) -m scripts.web build --optional
	@$(VENV_PYTHON) -m stack.serve

web:
	@$(SETUP) run
	@$(VENV_PYTHON) -m scripts.web build

web-api:
	@$(SETUP) run
	@$(VENV_PYTHON) -m scripts.openapi

test:
	@$(SETUP) dev
	@$(VENV_PYTHON) -m tests $(ARGS)

contract:
	@$(SETUP) dev
	@CAMPAIGN_FLOW_CONTRACT_EXAMPLES="$${EXAMPLES:-10000}" CAMPAIGN_FLOW_CONTRACT_SEED="$${SEED:-7}" \
		$(VENV_PYTHON) -m tests -n0 tests/api/test_contract_sequences.py -s

check:
	@$(SETUP) dev
	@$(VENV_PYTHON) -m scripts.check

chaos:
	@$(SETUP) run
	@$(VENV_PYTHON) -m stack.chaos
	@$(VENV_PYTHON) -m stack.chaos.promotions

bench:
	@$(SETUP) dev
	@$(VENV_PYTHON) -m scripts.web build --optional
	@$(VENV_PYTHON) -m benchmarks $(ARGS)
	@$(VENV_PYTHON) -m benchmarks.promotions

eval:
	@$(SETUP) run
	@nice -n 5 $(VENV_PYTHON) -m evaluation $(ARGS)

release:
	@$(SETUP) dev
	@$(VENV_PYTHON) -m scripts.release '$(VERSION)'

clean:
	@rm -rf .run dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@if [ -n '$(ALL)' ]; then rm -rf .venv web/node_modules web/dist; fi

# Megdan: the commands that everybody uses; what stands behind them is in deploy/local/.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=
# exec: a signal sent to make then reaches the program itself and no shell in between.
LOCAL = exec $(PYTHON) -m deploy.local
export PORT HOST

.PHONY: run test check bench drill audit demo-reset

run: ## both demo towns at PORT; Ctrl-C stops everything
	@$(LOCAL).run

test: ## the whole suite; ARGS= goes to pytest
	@$(LOCAL).test $(ARGS)

check: ## the gate: style, types, layers, migrations, security, translations
	@$(LOCAL).check

drill: ## the long proofs: kills, searches for visitors, first round of 600 signs
	@export MEGDAN_DRILL=1 MEGDAN_PROOF_VOTES=20000; $(LOCAL).test -m "install or drill" $(ARGS)

audit: ## every page in a browser: language x width x theme
	@export MEGDAN_AUDIT=1; $(LOCAL).test -m browser $(ARGS)

bench: ## speed beside other programs, into var/bench/
	@$(LOCAL).bench $(ARGS)

demo-reset: ## the demo as on its first day
	@$(LOCAL).demo_reset

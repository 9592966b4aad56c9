# Two commands: `make demo` shows Vardiya, `make test` checks it. Both may be repeated.
# Everything is installed into .venv; nothing else on the machine changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INPUTS := pyproject.toml constraints.txt hatch_build.py
DEMO_DIR ?= var/demo

.DELETE_ON_ERROR:
.PHONY: demo test check fast messages screenshots docs clean

demo: $(VENV)/.installed
	@$(BIN)/python hatch_build.py
	@VARDIYA_DATA_DIR=$(DEMO_DIR) VARDIYA_DEMO=1 VARDIYA_ROTA_SECONDS=10 VARDIYA_LOG_LEVEL=warning $(BIN)/vardiya demo

test: $(VENV)/.installed-dev
	@$(BIN)/python hatch_build.py
	@BIN=$(BIN) sh .ci/checks

# The same without the slow tests, for working on the code.
fast: $(VENV)/.installed-dev
	@$(BIN)/python hatch_build.py
	@$(BIN)/pytest -q -n 2 -m "not slow and not browser and not bench"

# New and changed texts into the catalogues of every language.
messages: $(VENV)/.installed-dev
	@$(BIN)/pybabel -q extract -F webapp/translations/babel.cfg -k _l -k N_ \
		--no-location --sort-output -o webapp/translations/messages.pot .
	@$(BIN)/pybabel -q update -i webapp/translations/messages.pot \
		-d webapp/translations --no-fuzzy-matching --ignore-obsolete

# The README's pictures, from the demo centre; its tables, from the code.
screenshots: $(VENV)/.installed-dev
	@$(BIN)/python hatch_build.py
	@$(BIN)/python -m tests.screenshots.take

docs: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.project.readme_blocks

$(VENV)/bin/python:
	@echo "Making a virtual environment in $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Vardiya needs Python 3.11 or newer; PYTHON=... chooses one." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --upgrade "pip>=25.1"

$(VENV)/.installed: $(VENV)/bin/python $(INPUTS)
	@echo "Installing Vardiya and what it needs (about a minute)"
	@$(BIN)/python -m pip install -q -c constraints.txt -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	@echo "Installing what the checks need"
	@$(BIN)/python -m pip install -q -c constraints.txt --group dev
	@touch $@

clean:
	rm -rf $(VENV) webapp/static webapp/assets/node_modules build dist

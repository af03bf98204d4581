# Two commands matter: `make demo` and `make test`. Both work on a machine that has Python 3.11+, make and the
# package registries; what they need is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
AXE := 4.14.1
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: demo test test-fast lint format bench tagger example schema install install-test install-dev install-bench install-example constraints clean

demo: install
	@mkdir -p demo
	LENS_LIBRARY=demo/library $(BIN)/lens analyze examples/kitchen-table.flac --names "Maya,Jonas" --export demo/kitchen-table.html
	@LENS_LIBRARY=demo/library $(BIN)/lens --quiet export $$(LENS_LIBRARY=demo/library $(BIN)/lens --json --quiet sessions | $(BIN)/python -c "import json,sys; print(json.load(sys.stdin)[0]['id'])") --to demo/kitchen-table.json
	@echo "The report: demo/kitchen-table.html (open it in a browser); the data: demo/kitchen-table.json"
	@echo "To listen and to correct: LENS_LIBRARY=demo/library $(BIN)/lens open"

test: install-test
	$(BIN)/python -m pytest

test-fast: install-test
	$(BIN)/python -m pytest -m "not slow"

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install-bench install-test
	$(BIN)/python benchmarks/speech.py
	$(BIN)/python benchmarks/decoding.py
	$(BIN)/python benchmarks/voices.py
	$(BIN)/python benchmarks/live.py
	$(BIN)/python benchmarks/chain.py
	$(BIN)/python benchmarks/gain.py
	$(BIN)/python benchmarks/recording.py
	$(BIN)/python benchmarks/measures.py
	$(BIN)/python benchmarks/tagging.py
	$(BIN)/python benchmarks/topics.py
	$(BIN)/python benchmarks/review.py

tagger: install
	$(BIN)/python -u -m analysis.tagging.training

schema: install
	$(BIN)/python -c "import pathlib; from analysis.report.schema import schema; pathlib.Path('docs/session.schema.json').write_text(schema(), encoding='utf-8')"

example: install-example
	$(BIN)/python examples/make_kitchen_table.py

# One stamp per set of dependencies: a second `make` installs nothing.
install: $(VENV)/.installed
install-test: $(VENV)/.installed-test
install-dev: $(VENV)/.installed-dev
install-bench: $(VENV)/.installed-bench
install-example: $(VENV)/.installed-example

$(VENV)/.python:
	$(PYTHON) -m venv $(VENV)
	@touch $@

# torch comes first and by itself: a CPU build is taken where pip is told of one (find-links or an extra index,
# for instance PIP_EXTRA_INDEX_URL), and what asks for torch later is content with it.
$(VENV)/.installed: $(VENV)/.python pyproject.toml constraints.txt
	$(PIP) torch
	$(PIP) --editable .
	@touch $@

$(VENV)/.installed-%: $(VENV)/.installed
	$(PIP) --editable ".[$*]"
	@touch $@

# A browser, a sound server and axe-core (accessibility) for the tests; on Debian and Ubuntu, elsewhere they must be
# there already.
$(VENV)/.installed-test: $(VENV)/.installed
	$(PIP) --editable ".[test]"
	sh tests/support/install_system_packages.sh
	npm install --silent --no-audit --no-fund --prefix $(VENV)/npm axe-core@$(AXE)
	@touch $@

# Pin what is installed now; to be run after a deliberate upgrade.
constraints: install-test install-dev install-bench install-example
	(echo "# Every version that the tests ran with (Python 3.11, Linux x86_64). Made by \`make constraints\`."; \
	$(BIN)/python -m pip freeze --exclude-editable | sed 's/+cpu$$//') > constraints.txt

clean:
	rm -rf $(VENV) demo build dist *.egg-info

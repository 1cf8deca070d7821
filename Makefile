# Every target does its own set-up: Python 3.10 or newer, pip and make are all that a machine needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt
DECKS ?=

.PHONY: deck check test mutants quality soak lint fix bless docs screenshots bench clean

deck: $(VENV)/tool ## build every deck below decks/ into dist/
	$(BIN)/crisis-cards build $(DECKS)

check: $(VENV)/tool ## say what is wrong with the decks
	$(BIN)/crisis-cards check $(DECKS)

test: lint ## everything that continuous integration runs
	$(BIN)/pytest -n auto

mutants: $(VENV)/mutants ## do the tests notice faults in the riskiest modules? MUTANTS=200 for a sample
	$(BIN)/python tools/mutants.py $(MUTANTS)

quality: $(VENV)/dev ## hits and false alarms of the checks on labelled cards
	$(BIN)/python tests/quality/report.py

soak: $(VENV)/dev ## 1,000 random histories of releases in the real Anki, some minutes
	CRISIS_CARDS_HISTORIES=1000 $(BIN)/pytest -q --hypothesis-show-statistics tests/test_histories.py

lint: $(VENV)/dev
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy

fix: $(VENV)/dev ## format, and mend what ruff can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bless: $(VENV)/dev ## rewrite what the test cases must print; review the difference
	$(BIN)/pytest -q --bless tests/test_cases.py tests/test_notes.py tests/test_docs.py

docs: $(VENV)/dev ## rewrite the pages that are made from the program
	$(BIN)/pytest -q --bless tests/test_format.py

screenshots: $(VENV)/screenshots ## cards in the real Anki window; SHOTS=--docs for the pictures in docs/
	$(BIN)/python tools/screenshots.py $(SHOTS)

bench: $(VENV)/bench ## measure what one waits for; BENCH=--quick for a minute of it
	$(BIN)/python bench/run.py $(BENCH)

clean:
	rm -rf $(VENV) dist .hypothesis .mypy_cache .pytest_cache .ruff_cache mutants

$(VENV)/tool: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable .
	touch $@

$(VENV)/bench: $(VENV)/dev
	$(INSTALL) --editable '.[bench]'
	touch $@

$(VENV)/mutants: $(VENV)/dev
	$(INSTALL) --editable '.[mutants]'
	touch $@

$(VENV)/screenshots: $(VENV)/dev
	$(INSTALL) --editable '.[screenshots]'
	touch $@

$(VENV)/dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(INSTALL) --editable '.[dev]'
	touch $@ $(VENV)/tool

# Every path is relative and every tool is called as `python -m`, so the folder's own path may hold spaces.

PORT ?= 8501
EXPORTS ?= data/exports
PYTHON_OF_PROJECT := .venv/bin/python
INSTALL := $(PYTHON_OF_PROJECT) -m pip install --disable-pip-version-check --require-hashes --only-binary :all:
UV ?= uv
LOCK := $(UV) pip compile --generate-hashes --universal --python-version 3.11 --fork-strategy fewest \
	--no-emit-index-url --no-header --quiet

# Make hands these to its recipes; scripts/create_environment.sh reads PYTHON.
export PYTHON

.DEFAULT_GOAL := help
.PHONY: help run build demo test test-slow browser lint format lock clean
# Parts of lint, not listed by help.
.PHONY: lint-types lint-sql

help: ## show this list
	@echo 'Samenwerkingsmonitor'
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1	\2/p' Makefile

# Exit 1 of a build means that nothing was published and the old database is kept: the dashboard says why.
run: .venv/runtime-installed ## install once, build the database, serve the dashboard on PORT (8501)
	@$(PYTHON_OF_PROJECT) -m cooperation build --or-demonstration --if-changed || test $$? -eq 1
	@echo
	@echo 'The dashboard is at http://127.0.0.1:$(PORT)/ - stop it with Ctrl+C.'
	@echo
	@$(PYTHON_OF_PROJECT) -m streamlit run dashboard.py --server.address=127.0.0.1 --server.port=$(PORT) \
		--server.headless=true --browser.gatherUsageStats=false

build: .venv/runtime-installed ## build the database from EXPORTS (data/exports)
	$(PYTHON_OF_PROJECT) -m cooperation build --exports '$(EXPORTS)'

demo: .venv/runtime-installed ## write invented exports to data/demonstration
	$(PYTHON_OF_PROJECT) -m cooperation demo --exports data/demonstration

# A file's tests share what they build, so one worker takes a file whole.
test: lint browser ## lint, types and all tests but those marked slow
	$(PYTHON_OF_PROJECT) -m pytest -m 'not slow and not clocked' --numprocesses auto --dist loadfile
	$(PYTHON_OF_PROJECT) -m pytest -m 'clocked and not slow'

test-slow: browser ## only the tests marked slow
	$(PYTHON_OF_PROJECT) -m pytest -m slow

lint: .venv/development-installed ## check style, types and SQL
	$(PYTHON_OF_PROJECT) -m ruff check .
	$(PYTHON_OF_PROJECT) -m ruff format --check .
	@$(MAKE) --no-print-directory --jobs=2 lint-types lint-sql

# Twenty seconds each on one processor: side by side they keep nobody waiting.
lint-types: .venv/development-installed
	$(PYTHON_OF_PROJECT) -m mypy

lint-sql: .venv/development-installed
	$(PYTHON_OF_PROJECT) -m sqlfluff lint --disable-progress-bar --nocolor queries

format: .venv/development-installed ## rewrite Python files to the project's style
	$(PYTHON_OF_PROJECT) -m ruff check --fix .
	$(PYTHON_OF_PROJECT) -m ruff format .

lock: ## write both lock files anew from requirements.in and requirements-dev.in (needs uv)
	$(LOCK) requirements.in --output-file requirements.txt
	$(LOCK) requirements-dev.in --output-file requirements-dev.txt

clean: ## remove what make made: .venv, databases, demonstration exports, caches
	rm -rf .venv data/warehouse data/demonstration
	rm -rf .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps live inside .venv, so that removing it is enough to start afresh. An upgrade of the system can remove
# the Python that .venv was made with: then .venv is made anew.
ifneq ($(wildcard .venv/created),)
ifneq ($(shell $(PYTHON_OF_PROJECT) -c 'print("works")' 2>/dev/null),works)
$(shell rm -f .venv/created)
endif
endif

.venv/created:
	@sh scripts/create_environment.sh
	@touch .venv/created

.venv/runtime-installed: requirements.txt .venv/created
	@echo 'Installing what the dashboard needs. This happens once and can take minutes.'
	$(INSTALL) --quiet -r requirements.txt
	@touch .venv/runtime-installed

.venv/development-installed: requirements.txt requirements-dev.txt .venv/runtime-installed
	$(INSTALL) --quiet -r requirements.txt -r requirements-dev.txt
	@touch .venv/development-installed

# No stamp: an installed browser can be removed, so it is looked for at every run.
browser: .venv/development-installed ## find a Chromium for the tests, or install one
	@$(PYTHON_OF_PROJECT) -m scripts.find_browser --install

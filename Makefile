# Everything a newcomer or a machine does with this repository. `make` alone lists the targets.
SHELL := bash
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
MANAGE := $(PYTHON) manage.py
# Two test processes by default: what the slowest machine we support has cores for.
JOBS ?= 2
PYTEST := $(PYTHON) -m pytest -n $(JOBS)

.PHONY: help install run services test test-sqlite test-postgres check lint types imports dependencies deploy-check \
	migrations catalogues compose links messages format bench lock clean

help: ## List these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

install: ## Make .venv with all dependencies (does nothing when they are there)
	@scripts/install.sh

run: install ## Install, set up, add demo rows to a new installation, then serve at http://127.0.0.1:8000/ (PORT)
	@$(PYTHON) scripts/prepare.py
	@exec $(PYTHON) scripts/run.py

services: install ## Install what the tests need beside Python (browser, Java, Maven, PostgreSQL), with apt-get where it may
	@$(PYTHON) -m tests.services

test: install services test-sqlite test-postgres ## Run every test: all on SQLite, then those that touch the database on PostgreSQL

test-sqlite: install ## Run every test on SQLite
	@$(PYTHON) scripts/compile_messages.py
	$(PYTEST)

test-postgres: install ## Run the tests that touch the database on a throw-away PostgreSQL
	@$(PYTHON) scripts/compile_messages.py
	$(PYTHON) -m tests.services.postgres $(PYTEST) -m "not browser and not elasticsearch and not ground"

check: install lint types imports dependencies deploy-check migrations catalogues compose links ## Check style, types, imports, dependencies, settings, migrations, catalogues, compose.yaml, links

lint: install ## Check style and formatting (ruff)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

types: install ## Check types (mypy with django-stubs)
	$(PYTHON) -m mypy

imports: install ## Check that imports go one way between the rooms (import-linter)
	.venv/bin/lint-imports

dependencies: install ## Check that what is imported is pinned in requirements*.txt (deptry)
	$(PYTHON) -m deptry . --config deptry.toml

deploy-check: install ## Check the production settings (manage.py check --deploy)
	$(PYTHON) scripts/check_deploy.py

migrations: install ## Check that every model change has its migration
	$(MANAGE) makemigrations --check --dry-run --settings=portal.settings.test

catalogues: install ## Check that the message catalogues are complete and compile
	$(PYTHON) scripts/check_catalogues.py

compose: install ## Check compose.yaml against its schema
	.venv/bin/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

links: install ## Check that links between the documents lead somewhere
	$(PYTHON) scripts/check_links.py

messages: install ## Bring the message catalogues up to date with the source (needs gettext)
	$(MANAGE) makemessages --locale=zh_Hans --locale=en --no-obsolete --add-location=file --ignore=.venv --ignore=tests
	$(PYTHON) scripts/compile_messages.py

format: install ## Format the code and mend what can be mended by itself (ruff)
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

bench: install ## Measure speed as ratios and write docs/bench.md (BENCH=web for one of them)
	$(PYTHON) -m bench $(BENCH)

lock: install ## Write constraints.txt from what is installed
	@{ echo "# Every package that requirements.txt and requirements-dev.txt bring with them; make lock writes it."; \
		$(PYTHON) -m pip freeze --disable-pip-version-check; } > constraints.txt

clean: ## Remove what checks, tests and benches leave behind (keeps .venv and var)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov test-results
	find . -path ./.venv -prune -o -name __pycache__ -type d -print0 | xargs -0 rm -rf

# `make demo` and `make test` are all that a newcomer needs; the rest is for those who change the code.
PYTHON ?= python3
PORT ?= 8000
# The demo's day; its data ends on this one. `make demo TODAY=2025-01-06` plays the turn of the year.
TODAY ?= 2024-10-15
BIN := .venv/bin
VAR := var
DEMO := env DEBUG=0 KUANCHENG_HTTP=1 ALLOWED_HOSTS=127.0.0.1,localhost KUANCHENG_TODAY=$(TODAY) \
	DATABASE_URL="sqlite:///$(CURDIR)/$(VAR)/demo.sqlite3" KUANCHENG_AUDIT="$(CURDIR)/$(VAR)/demo-audit" SECRET_KEY="$$(cat $(VAR)/secret_key)"
SCRATCH := DEBUG=1 DATABASE_URL=sqlite://:memory:

.PHONY: demo manage test test-sqlite test-postgres check bench soak guard lock format clean

# `exec`, so that a signal to make reaches Python and not a shell in between.
demo: $(BIN)/.installed-run $(VAR)/secret_key
	@exec $(DEMO) $(BIN)/python manage.py run_demo --port $(PORT)

# Any management command on the demo's database: make manage ARGS="issue_key xitong --name N --scope read".
# `value`: what stands in ARGS is read by the shell, once, and not by make before it.
manage: $(BIN)/.installed-run $(VAR)/secret_key
	@$(DEMO) $(BIN)/python manage.py run_demo --only-prepare
	@exec $(DEMO) $(BIN)/python manage.py $(value ARGS)

test: $(BIN)/.installed-dev
	$(BIN)/python -m tests.both

test-sqlite: $(BIN)/.installed-dev
	DATABASE_URL= $(BIN)/python -m pytest -n 2

test-postgres: $(BIN)/.installed-dev
	$(BIN)/python -m tests.postgres -n 2

check: $(BIN)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports --no-logo
	$(SCRATCH) $(BIN)/python manage.py makemigrations --check --dry-run
	DEBUG=0 DATABASE_URL= ALLOWED_HOSTS=example.gov.cn KUANCHENG_PROXIES=127.0.0.1 SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(50))") \
		$(BIN)/python manage.py check --deploy --fail-level WARNING
	$(SCRATCH) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

soak: $(BIN)/.installed-dev
	$(BIN)/python -m tests.soak
	$(BIN)/python -m tests.soak.writers --both

guard: $(BIN)/.installed-dev
	$(BIN)/python -m tests.guard

bench: $(BIN)/.installed-dev
	$(BIN)/python -m tests.bench

format: $(BIN)/.installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:
	$(PYTHON) -m venv $(VAR)/lock && $(VAR)/lock/bin/pip --quiet install uv
	$(VAR)/lock/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements.txt
	$(VAR)/lock/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 \
		--custom-compile-command "make lock" --group dev pyproject.toml --output-file requirements-dev.txt

clean:
	rm -rf $(VAR) .venv

$(BIN)/python:
	$(PYTHON) -m venv .venv

$(BIN)/.installed-run: requirements.txt | $(BIN)/python
	@echo "安装依赖（首次约一分钟）…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	touch $@

$(BIN)/.installed-dev: requirements-dev.txt | $(BIN)/python
	@echo "安装依赖（首次约一分钟）…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	touch $@ $(BIN)/.installed-run

$(VAR)/secret_key: | $(BIN)/python
	mkdir -p $(VAR)
	umask 077 && $(BIN)/python -c "import secrets; print(secrets.token_urlsafe(50))" > $@

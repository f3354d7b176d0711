# make demo   set up, then run a whole month on recordings_sample/
# make test   set up, then static checks and every test
# make check  static checks only      make quick  the tests that take no model, browser, server or large input
# make slow   the others              make scoring  those of scoring/, which they must run whole
# make coverage  every test, and how much of the whole program they run
# make security  bandit, and known faults of the packages (needs the network)
# make bench  side-by-side measurements      make docs  catalogue, table of routes, worked month, pictures
# make mutation  scoring/ changed here and there, and what no test notices (docs/mutation.md; half an hour or more)
VENV ?= .venv
BIN := $(VENV)/bin
export OMP_NUM_THREADS ?= 2
# Without bytecode each worker of each part of the tests would compile the program and the tests anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test scoring quick slow coverage check security bench docs mutation clean

$(VENV)/.run: pyproject.toml constraints.txt scripts/bootstrap.sh
	scripts/bootstrap.sh $(VENV) whisper-base
	touch $@

$(VENV)/.dev: pyproject.toml constraints.txt scripts/bootstrap.sh
	scripts/bootstrap.sh $(VENV) dev system
	touch $@ $(VENV)/.run

demo: $(VENV)/.run
	$(BIN)/hotline-qa demo

check: $(VENV)/.dev
	$(BIN)/ruff check --quiet --output-format concise .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml qa_pipeline scoring

# What the packages' known faults are is asked of a service on the network: of no use offline, so not part of `make test`.
# --strict: a package that the service does not know is a failure, not a pass.
security: $(VENV)/.dev
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml qa_pipeline scoring
	$(BIN)/pip-audit --strict --requirement constraints.txt --no-deps --disable-pip

# The quick part: no models, no browser, no server, nothing large.
QUICK := not model and not browser and not postgres and not server and not large

# One thread a worker: two that wait for each other on a core take longer.
quick: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n auto --dist worksteal -m "$(QUICK)" $(BUT)

# scoring/ must be covered whole, by the tests that are about it; to trace all tests doubles the time: make coverage.
SCORING := tests/unit/scoring
scoring: $(VENV)/.dev
	$(BIN)/python -m pytest -q -m "$(QUICK)" $(SCORING) --cov=scoring --cov-report=
	$(BIN)/python -m coverage report --include='scoring/*' --fail-under=100

# Two workers, however many cores: each may hold three models, 3 GB.
slow: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not ($(QUICK))"

test: $(VENV)/.dev
	$(MAKE) --no-print-directory -j2 -O check scoring
	$(MAKE) --no-print-directory quick BUT='--ignore=$(SCORING)'
	$(MAKE) --no-print-directory slow

coverage: $(VENV)/.dev
	$(BIN)/python -m pytest -q -n auto -m "$(QUICK)" --cov --cov-report=
	$(BIN)/python -m pytest -q -m "not ($(QUICK))" --cov --cov-append --cov-report=
	$(BIN)/python -m coverage report --fail-under=90

# What the measurements are told: `make bench BENCH=--quick` tries them out and writes nothing.
BENCH ?= --write

bench: $(VENV)/.dev
	$(BIN)/python bench/throughput.py $(BENCH)
	$(BIN)/python bench/throughput.py --set samples --rounds 1 $(BENCH)
	$(BIN)/python bench/stages.py $(BENCH)
	$(BIN)/python bench/memory.py $(BENCH)
	$(BIN)/python bench/nonspeech.py $(BENCH)
	$(BIN)/python bench/speakers.py --calls 6 $(BENCH)
	$(BIN)/python bench/acoustics.py $(BENCH)
	$(BIN)/python bench/tone.py $(BENCH)
	$(BIN)/python bench/terms.py $(BENCH)
	$(BIN)/python bench/calibration.py $(BENCH)
	$(BIN)/python bench/rules_quality.py --render $(BENCH)
	$(BIN)/python bench/sound_matching.py $(BENCH)
	$(BIN)/python bench/rules_throughput.py $(BENCH)
	$(BIN)/python bench/retrieval.py $(BENCH)
	$(BIN)/python bench/facts.py $(BENCH)
	$(BIN)/python bench/record.py $(BENCH)
	$(BIN)/python bench/personal_data.py $(BENCH)
	$(BIN)/python bench/knowledge_base.py $(BENCH)

docs: $(VENV)/.dev
	$(BIN)/python -m qa_pipeline.rules.catalogue
	$(BIN)/python -m qa_pipeline.web.routes --write
	$(BIN)/python docs/worked_month.py
	$(BIN)/python docs/pictures.py

# A part of it: make mutation MUTANTS='scoring.score.*'. What was tried before is kept in mutants/ and not tried again.
MUTANTS ?=

mutation: $(VENV)/.dev
	PATH="$(abspath $(BIN)):$$PATH" HYPOTHESIS_PROFILE=mutation $(BIN)/python -m mutmut run $(MUTANTS)
	$(BIN)/python scripts/mutation_table.py

clean:
	rm -rf $(VENV) demo mutants .mypy_cache .ruff_cache .pytest_cache .coverage

# Every target sets up what it needs by itself: a fresh machine with Python 3.11 or newer, git and make is enough.

PYTHON ?= python3
TORCH  ?= 2.13.0
IN     ?= .
ONLY   ?=
BIN    := $(CURDIR)/.venv/bin
READY  := .venv/.ready
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist loadgroup

# A debugger that nobody uses warns in every kernel.
export PYDEVD_DISABLE_FILE_VALIDATION := 1
# nbgrader calls alembic by its bare name.
export PATH := $(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help demo lab test lint suite colab soak mutants misconceptions errors release outputs bench lock clean

help: ## Show this list
	@printf 'The convolution course\n\n'
	@awk 'BEGIN { FS = ":.*## " } /^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## Grade a made-up class from beginning to end, and show what an instructor gets
	@$(BIN)/python -m tests.classroom.demo

lab: $(READY) ## Open the course in JupyterLab, with formgrader (IN=demo: the demo's class)
	cd $(IN) && $(BIN)/jupyter lab --LabApp.default_url=/lab/tree/release/en/00-start/start.ipynb $(if $(filter 0,$(shell id -u)),--allow-root)

test: lint suite colab ## Run everything that CI runs

lint: $(READY) ## Style and types
	@printf '\n== Style and types ==\n'
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

suite: $(READY) ## All tests but the long ones, and every notebook of source/ compared with its stored outputs
	@printf '\n== Tests ==\n'
	@$(PYTEST) --nbval tests source

soak: $(READY) ## The long tests of grading: more damage, more answers, more deaths
	@printf '\n== Long tests ==\n'
	@$(PYTEST) -m soak

colab: $(READY) .venv-colab/.ready ## Test the student's half on the versions that Colab has
	@printf '\n== On the versions of Colab ==\n'
	@.venv-colab/bin/python -m pytest -q -m 'not soak' -n 2 --dist worksteal -p no:warnings tests/checking tests/exercises \
		tests/explorers/test_base.py tests/explorers/test_frame.py tests/test_images.py tests/test_notebooks.py

mutants: $(READY) ## Change every solution in one place at a time: which changes does no check notice? (ONLY="NAME …")
	@$(BIN)/python -m tests.mutants $(ONLY)

misconceptions: $(READY) ## Write docs/misconceptions.md from the bank of answers
	@$(BIN)/python -m tests.misconceptions > docs/misconceptions.new && mv docs/misconceptions.new docs/misconceptions.md

errors: $(READY) ## Write docs/errors.md: what PyTorch said, why, and what to do
	@$(BIN)/python -m course.authoring.errors_page > docs/errors.new && mv docs/errors.new docs/errors.md

release: $(READY) ## Make the student notebooks from source/
	@$(BIN)/course release

outputs: $(READY) ## Run the source notebooks and store their outputs
	@$(BIN)/course outputs

bench: $(READY) ## Measure against stock tools
	@$(BIN)/python benchmarks/explorers.py
	@$(BIN)/python -m benchmarks.grading

lock: ## Pin the newest versions that pyproject.toml allows (TORCH=x.y.z: with that torch)
	rm -rf .venv-lock
	$(PYTHON) -m venv .venv-lock
	.venv-lock/bin/python -m pip install --quiet --upgrade pip setuptools
	.venv-lock/bin/python -m pip install --quiet --no-build-isolation '.[grading,scheduler,postgresql,tests]' torch==$(TORCH)
	sed -n '/^#/p' requirements.txt > .venv-lock/pins
	.venv-lock/bin/python -m pip freeze --all --exclude pip --exclude conv-course \
		| grep -vE '^(nvidia-|cuda-|triton)' | sed 's/+.*//' >> .venv-lock/pins
	mv .venv-lock/pins requirements.txt
	rm -rf .venv-lock

clean: ## Remove what the other targets made, but no notebook and no gradebook
	rm -rf .venv .venv-colab .venv-lock demo build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed; '$(PYTHON)' is $$($(PYTHON) --version 2>&1). Try: make PYTHON=python3.11 …"; exit 1; }
	@printf '== Setting up .venv (a few minutes, once) ==\n'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check -r requirements.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv-colab/.ready: tests/colab.txt $(READY)
	@printf '\n== Setting up .venv-colab ==\n'
	@$(PYTHON) -m venv .venv-colab
	@.venv-colab/bin/python -m pip install -qq --disable-pip-version-check --no-deps -r tests/colab.txt
	@$(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"), "$(CURDIR)", sep="\n")' \
		> "$$(.venv-colab/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/zz-rest.pth"
	@touch $@

# make demo     install, scan the demo library, serve the dashboard and print its address
# make test     install, then lint, types and the tests, in a browser too: under ten minutes
# make test-long   the tests that `make test` leaves out, as they take as long as all others
# make install  .venv with everything for use and development
# make lint     install, then style and types only
# make docs     install, then the documentation as HTML in build/docs; warnings are errors
# make clean    remove .venv, caches and builds; your catalog stays
#
# Each is sufficient alone. PYTHON=/path/to/python chooses the interpreter (3.11 to 3.13) that
# makes .venv, ARGS=... is passed on: make demo ARGS=--no-browser, make test ARGS="-k loudness".
# Two processes share the tests, a file at a time, since each spends much of its time waiting for
# a disk, a server or a browser; JOBS=0 runs them one after the other.

PYTHON ?=
ARGS ?=
JOBS ?= 2
BIN := .venv/bin
STAMP := .venv/.install-stamp
CANDIDATES := $(if $(PYTHON),$(PYTHON),python3.12 python3.13 python3.11 python3 python)

# What an installation depends on: the folder it is in, the wanted and the tested versions.
WANTED = { pwd -P; cat pyproject.toml constraints.txt; }

.PHONY: help install demo test test-long lint docs clean chromium
.DEFAULT_GOAL := help

help:
	@sed -n 's/^# //p' Makefile | sed -n '1,7p'

demo: install
	@$(BIN)/audiolab demo $(ARGS)

# Hundreds of processes start in the tests: each would compile every module again without caches.
PYTEST = PYTHONDONTWRITEBYTECODE= CHROMIUM="$(CHROMIUM)" $(BIN)/python -m pytest \
    --numprocesses=$(JOBS) --dist=loadfile --no-loadscope-reorder

test: install chromium lint
	$(PYTEST) -m "not long" $(ARGS)

# JupyterLab in the browser, most notebooks, the wheel, the catalog on a server that is not ours,
# upgrades, and processes that are killed, grow or hang: what is slow by its nature.
test-long: install chromium
	$(PYTEST) -m long $(ARGS)

lint: install
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

docs: install
	$(BIN)/python -m sphinx -W --keep-going --quiet -b html docs build/docs
	@echo "build/docs/index.html"

clean:
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@if $(WANTED) | cmp -s - $(STAMP) && $(usable); then exit 0; fi; \
	if ! $(usable); then \
	    $(find_python); \
	    $(check_platform); \
	    echo "Making .venv with $$("$$python" --version)"; \
	    "$$python" -m venv --clear .venv || exit 1; \
	fi; \
	echo "Installing audiolab and what it needs into .venv: a few minutes the first time"; \
	rm -f $(STAMP); \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
	    --constraint constraints.txt --editable '.[dev]' || \
	{ echo "make: the installation failed (see above); 'make install' tries again" >&2; exit 1; }; \
	$(WANTED) > $(STAMP)

# Whether .venv works and was made in this folder: environments cannot be moved.
usable = { $(BIN)/python -c '' && grep -qF "$$(pwd -P)/.venv" $(BIN)/activate; } 2>/dev/null

# Sets $python to the first candidate of the right version that can make environments.
define find_python
python=; old=; \
for candidate in $(CANDIDATES); do \
    "$$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
        2>/dev/null || continue; \
    if "$$candidate" -c 'import ensurepip, venv' 2>/dev/null; then python=$$candidate; break; fi; \
    old=$$candidate; \
done; \
if [ -z "$$python" ] && [ -n "$$old" ]; then \
    echo "make: $$old cannot create environments; on Debian or Ubuntu: apt-get install python3-venv" >&2; \
    exit 1; \
elif [ -z "$$python" ]; then \
    echo "make: no Python 3.11, 3.12 or 3.13 among: $(CANDIDATES); install one, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2; \
    exit 1; \
fi
endef

# essentia has wheels for these two platforms only.
define check_platform
platform=$$("$$python" -c 'import platform as p; print(p.system(), p.machine(), p.libc_ver()[0] or "-")'); \
case "$$platform" in \
    "Linux x86_64 glibc" | "Darwin arm64 "*) ;; \
    *) echo "make: audiolab needs Linux x86-64 (glibc) or macOS arm64, as essentia has wheels for no other platform; this is $$platform" >&2; exit 1 ;; \
esac
endef

# Where Chromium is, for the browser tests; CHROMIUM=/path/to/it overrides. Without a window to
# draw, as the shell is, opening a page costs less than half.
CHROMIUM ?= $(shell command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || \
    command -v google-chrome || command -v google-chrome-stable || \
    ls "/Applications/Chromium.app/Contents/MacOS/Chromium" \
       "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" 2>/dev/null | head -n 1)

chromium:
	@[ -x "$(CHROMIUM)" ] || { echo "make: the browser tests need Chromium; on Debian or Ubuntu: apt-get install chromium" >&2; exit 1; }

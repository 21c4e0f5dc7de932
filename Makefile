# leakline's commands for its developers. "make" lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go
TOOL := $(GO) tool -modfile=testdata/tools/go.mod
# The packages that wildcards leave out because they stand below testdata.
PACKAGES := ./... ./testdata/demo ./testdata/bench

.PHONY: help build demo test lint unit race fuzz bench soak golden clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

build: ## Build bin/leakline
	$(GO) build -trimpath -o bin/leakline ./cmd/leakline

demo: build ## Plant generated secrets of both layers in a small repository, and scan it
	$(GO) run ./testdata/demo bin/leakline

test: lint unit race ## Lint and run every test (LEAKLINE_TEST_ALL=1: a missing real part fails)

lint: ## gofumpt, go vet, staticcheck, go mod tidy
	@out=$$($(TOOL) gofumpt -l cmd detectors scanner remediate testdata); \
	  if [ -n "$$out" ]; then echo "not formatted (run gofumpt -w):" $$out; exit 1; fi
	$(GO) vet $(PACKAGES)
	$(TOOL) staticcheck $(PACKAGES)
	$(GO) mod tidy -diff
	$(GO) mod verify >/dev/null

unit: ## Run the tests
	$(GO) test $(PACKAGES)

race: ## Run the tests of what is concurrent under the race detector
	$(GO) test -race -short ./scanner/... ./cmd/...

fuzz: ## Fuzz each target for 30 s
	$(GO) test -run '^$$' -fuzz FuzzFind -fuzztime 30s ./detectors/engine

soak: ## Long campaigns: every fuzz target for 10 minutes, property tests at 20 times their size
	$(GO) test -run '^$$' -fuzz FuzzFind -fuzztime 10m ./detectors/engine
	$(GO) test -count=1 -timeout 60m -rapid.checks=2000 ./scanner/...

bench: build ## Measure: bytes per second, anchors and verdicts, ratio to cat, start-up time
	$(GO) test -run '^$$' -bench . -benchtime 5x ./detectors/engine
	$(GO) run ./testdata/bench bin/leakline

golden: ## Rewrite the golden files
	$(GO) test ./scanner/report ./detectors/engine -update

clean: ## Remove what was built
	rm -rf bin

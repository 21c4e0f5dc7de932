# leakline's commands for its developers. "make" lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

GO ?= go
TOOL := $(GO) tool -modfile=testdata/tools/go.mod
# The packages that wildcards leave out because they stand below testdata.
PACKAGES := ./... ./testdata/accuracy ./testdata/boundary ./testdata/demo ./testdata/bench ./testdata/postgres ./testdata/integration/... ./testdata/provider ./testdata/github/... ./testdata/githubapi

.PHONY: help build demo test needs lint unit race integrations fuzz soak bench golden clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

build: ## Build bin/leakline
	$(GO) build -trimpath -o bin/leakline ./cmd/leakline

demo: build ## Plant generated secrets of both layers in a small repository, and scan it
	$(GO) run ./testdata/demo bin/leakline

test: needs lint unit race integrations ## Lint and run every test (LEAKLINE_TEST_ALL=1: a missing real part fails)

# Without it the tests of what is missing skip, and say so.
needs: ## Install what tests run against: PostgreSQL, R, pre-commit, chromium, …
	testdata/tools/install.sh || test -z "$${LEAKLINE_TEST_ALL:-}"

lint: ## gofumpt, go vet, staticcheck, go mod tidy
	@out=$$($(TOOL) gofumpt -l cmd detectors scanner remediate testdata); \
	  if [ -n "$$out" ]; then echo "not formatted (run gofumpt -w):" $$out; exit 1; fi
	$(GO) vet $(PACKAGES)
	$(TOOL) staticcheck $(PACKAGES)
	$(GO) mod tidy -diff
	$(GO) mod verify >/dev/null

unit: ## Run the tests
	$(GO) test -skip '^TestIntegration' $(PACKAGES)

# Of scanner/gitsource what walks packs, loose objects and trees side by side; the
# rest of it is one goroutine, and takes five minutes under the race detector; of
# scanner/inventory what reads files at once. What
# links a database is left to the soak: it takes minutes to compile that way.
RACE := TestReceived|TestDifferentialHistories|TestDifferentialRepacked|TestDifferentialMissing|TestDifferentialLayouts|TestReaderAtOnce

race: ## Run the tests of what is concurrent under the race detector
	$(GO) test -race -short $$($(GO) list ./scanner/... | grep -vE '/(gitsource|hooks|inventory|report)$$') ./remediate/outbound ./remediate/verify
	$(GO) test -race -short -run '$(RACE)' ./scanner/gitsource ./scanner/inventory

# The tests that run leakline with the real tools of others, and a list of those tools
# at the end. Go's cache of test results does not see a tool appear, hence -state.
INTEGRATIONS := ./cmd/leakline ./detectors/rules ./remediate ./remediate/intake ./remediate/reconcile ./scanner/ignore ./scanner/report ./cmd/leakline/examples

integrations: ## Run leakline with the real tools of others, and list which ran
	@LEAKLINE_TEST_TOOLS="$$($(GO) run ./testdata/integration/list -state)" \
	  $(GO) test -json -run '^TestIntegration' $(INTEGRATIONS) | $(GO) run ./testdata/integration/list

# Every fuzz target, as package:target, and the packages with property tests.
FUZZ := detectors/engine:FuzzFind detectors/engine:FuzzUnion detectors/rules:FuzzRules \
  scanner/ignore:FuzzIgnore scanner/ignore:FuzzComment remediate/proof:FuzzReadPublic remediate/proof:FuzzSecret remediate/anchor:FuzzParse \
  remediate/intake:FuzzRead scanner/gitsource:FuzzParsers scanner/gitsource:FuzzLinks scanner/gitsource/pack:FuzzSplit scanner/gitsource/pack:FuzzInflate
PROPERTIES := ./detectors/identity ./detectors/rules ./scanner ./scanner/filesource ./scanner/report \
  ./remediate/incident ./remediate/survival ./remediate/ttr ./remediate/hooklog ./remediate/proof ./remediate/anchor ./remediate/reconcile ./remediate/verify ./scanner/gitsource/hooks ./scanner/ignore
FUZZTIME ?= 30s

fuzz: ## Fuzz each target for FUZZTIME (30s)
	@for f in $(FUZZ); do echo "fuzz $$f for $(FUZZTIME)"; \
	  $(GO) test -run '^$$' -fuzz "^$${f#*:}$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s ./$${f%:*} | tail -3; done

soak: ## Long campaigns: fuzzing, property tests at ten times their size, races with databases
	$(MAKE) fuzz FUZZTIME=10m
	LEAKLINE_TEST_ALL=1 LEAKLINE_TEST_LONG=1 $(GO) test -count=1 -timeout 60m $(PROPERTIES) -rapid.checks=1000
	LEAKLINE_TEST_ALL=1 LEAKLINE_TEST_LONG=1 $(GO) test -count=1 -timeout 90m ./scanner/gitsource -rapid.checks=150
	LEAKLINE_TEST_ALL=1 LEAKLINE_TEST_LONG=1 $(GO) test -count=1 -timeout 60m ./remediate/ledger ./remediate/mirror ./remediate/queue ./remediate/issues
	LEAKLINE_TEST_ALL=1 LEAKLINE_TEST_LONG=1 $(GO) test -count=1 -timeout 60m -run 'TestWorker|TestGitHub|TestIssues|TestServe|TestVerify' ./cmd/leakline
	$(GO) test -race -short -run 'Writer|OpenAtOnce|Stop' ./remediate/ledger
	$(GO) test -race -short -skip 'TestIntegration' ./cmd/leakline

bench: build ## Measure the engine, files and histories beside others (ONLY=history,remote: some)
ifndef ONLY
	$(GO) test -run '^$$' -bench . -benchtime 5x ./detectors/engine
endif
	$(GO) run ./testdata/bench $(if $(ONLY),-only $(ONLY)) bin/leakline

golden: ## Rewrite the golden files
	$(GO) test ./scanner/report ./detectors/engine -update

clean: ## Remove what was built
	rm -rf bin

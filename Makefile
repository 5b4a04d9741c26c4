# `make` alone says what there is to make.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# How long `make fuzz`, and with it `make check`, spends on each fuzz target.
FUZZTIME ?= 60s
# The example that `make storefront` compiles, and where it is written.
STOREFRONT := build/storefront

tool := go tool -modfile=tools/go.mod
# Packages whose tests can write the results that they want: those that declare the flag -update.
updatable = $(patsubst %/,./%,$(sort $(dir $(shell grep --recursive --files-with-matches --include='*_test.go' '"update"' $(1)))))

.PHONY: help
help: ## what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | \
	  while IFS=$$'\t' read -r target text; do printf '  %-12s %s\n' "$$target" "$$text"; done

.PHONY: build
build: ## the program, in bin/cfnpipe
	go build -trimpath -o bin/cfnpipe ./cmd/cfnpipe

.PHONY: test
test: ## every test; needs Go, bash, Python 3 and Node.js, and nothing else
	go test ./...

.PHONY: check
check: lint race fuzz editor-test vsix conformance ## everything that a change has to pass; takes minutes

.PHONY: lint
lint: ## format, vet, staticcheck and unreachable functions; slow the first time
	@echo 'gofmt and gofumpt'
	@unformatted=$$(gofmt -l . && $(tool) gofumpt -l .); \
	  if [[ -n "$$unformatted" ]]; then echo "run make fmt for:"; sort -u <<<"$$unformatted"; exit 1; fi
	go vet ./...
	$(tool) staticcheck ./...
	@echo '$(tool) deadcode -test ./...'
	@dead=$$($(tool) deadcode -test ./...); if [[ -n "$$dead" ]]; then echo "$$dead"; exit 1; fi
	go mod tidy -diff
	go mod verify

.PHONY: race
race: ## every test, with the race detector
	go test -race -timeout 30m ./...

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (60s)
	tools/fuzz $(FUZZTIME)

.PHONY: conformance
conformance: ## has the output judged by cfn-lint, published rules, a second evaluator of policies, shellcheck, Python, the AWS command line and real editors
	conformance/run

.PHONY: bench
bench: ## the benchmarks, one package after another
	go test -p 1 ./... -run '^$$' -bench . -benchmem

.PHONY: golden
golden: ## writes the results that the tests want; review the difference as code
	go test $(call updatable,cmd compiler spec) -update

.PHONY: reference
reference: ## writes schema/REFERENCE.md from the schema
	go generate ./schema

.PHONY: schemas
schemas: ## writes AWS's resource schemas and actions into compiler/internal, from the pinned packages of conformance
	conformance/run --install
	.cache/conformance/bin/python -B tools/schemas.py
	.cache/conformance/bin/python -B tools/authorization.py

.PHONY: storefront
storefront: build ## compiles the example into build/storefront
	@mkdir -p $(STOREFRONT)
	bin/cfnpipe compile examples/storefront/pipeline.hcl -o $(STOREFRONT)/
	@find $(STOREFRONT) -type f | sort | xargs wc -c

# What npm installed for the extension, made again when the list of packages changes.
editor/vscode/node_modules/.package-lock.json: editor/vscode/package-lock.json
	npm ci --prefix editor/vscode --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: vsix
vsix: editor/vscode/node_modules/.package-lock.json ## the extension for Visual Studio Code, in build/cfnpipe-VERSION.vsix; needs Node.js with npm
	@npm run --silent --prefix editor/vscode package

.PHONY: editor-test
editor-test: build editor/vscode/node_modules/.package-lock.json ## the extension's types, grammar, snippets and rules; needs Node.js with npm
	@npm test --silent --prefix editor/vscode

.PHONY: fmt
fmt: ## formats the Go files
	$(tool) gofumpt -w .

.PHONY: clean
clean: ## removes what make made, the judges of conformance included
	rm -rf bin build .cache editor/vscode/node_modules editor/vscode/dist

# Every target is one command that can as well be typed.

.PHONY: test race lint generate fuzz bench e2e e2e-docs

test: ## The quick tests: no network, no cluster.
	go test ./...

race: ## The same with the race detector.
	go test -race ./...

lint: ## go vet and staticcheck, the latter pinned in .ci/lint/go.mod.
	go vet ./...
	go tool -modfile=.ci/lint/go.mod staticcheck ./...

generate: ## Take the CRD schemas from the upstream modules that go.mod pins.
	go generate ./...

FUZZTIME ?= 30s

fuzz: ## Every fuzz target in turn, FUZZTIME each.
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | grep -v '^./e2e/' | \
	while IFS=: read -r file func; do \
		echo "== $$(dirname $$file) $${func#func }"; \
		go test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) "$$(dirname $$file)" || exit 1; \
	done

bench: ## Build, Write and Read beside encoding/json and sigs.k8s.io/yaml.
	go test -run '^$$' -bench . -benchmem ./tenant ./manifest

e2e: ## A real control plane on loopback, built from pinned Go modules.
	go -C e2e test -v -count=1 -timeout 60m ./...

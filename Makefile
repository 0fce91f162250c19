# Every target is one command that can as well be typed.

.PHONY: test race lint vulncheck generate fuzz bench compare e2e e2e-ci e2e-recipe e2e-build e2e-hold e2e-scale e2e-versions

test: ## The quick tests: no network, no cluster.
	go test ./...

race: ## The same with the race detector.
	go test -race ./...

lint: ## golangci-lint, pinned in .ci/lint/go.mod, in every module, with .golangci.yml.
	for module in . e2e bench internal/quota/upstream internal/upstream audit/browser .ci/generate; do \
		go -C $$module tool -modfile=$(CURDIR)/.ci/lint/go.mod golangci-lint run ./... || exit 1; \
	done

vulncheck: ## Known vulnerabilities in what is called, by govulncheck, pinned in .ci/vuln/go.mod.
	.ci/vuln/run

generate: ## Take the CRD schemas from the upstream modules that go.mod pins; derive DeepCopy and schemas from Go types.
	go generate ./...
	go -C .ci/generate run .

FUZZTIME ?= 30s

fuzz: ## Every fuzz target in turn, FUZZTIME each.
	@grep -rEo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]+' . | grep -vE '^./(e2e|bench|internal/quota/upstream|internal/upstream)/' | \
	while IFS=: read -r file func; do \
		echo "== $$(dirname $$file) $${func#func }"; \
		go test -run '^$$' -fuzz "^$${func#func }\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s "$$(dirname $$file)" || exit 1; \
	done

COUNT ?= 6

bench: ## Build, Write and Read beside encoding/json and sigs.k8s.io/yaml, with benchstat.
	go test -run '^$$' -bench 'Build|Write|Read' -benchmem -count $(COUNT) ./tenant ./manifest >bench/go-bench.txt
	go -C bench tool benchstat -col /by go-bench.txt

compare: ## This library beside other tools, 1 to 100,000 tenants, with the README's plots; see bench/doc.go.
	go -C bench run . -svg plots >bench/results.md

e2e: e2e-build ## Every end-to-end test, on real control planes.
	go -C e2e test -v -count=1 -p 1 -timeout 60m ./...

e2e-ci: e2e-build ## What .ci/run proves: what make e2e does, less what takes long; of the attacks those under both protections.
	go -C e2e test -v -count=1 -p 1 -timeout 40m ./controlplane ./document ./gitserver ./sanitize \
		./recipe ./isolation ./offboarding ./platform ./rules ./controllers ./operator ./advisories ./exploit
	go -C e2e test -v -count=1 -timeout 20m -run 'TestAttack/^(setup|both)$$' ./attack

e2e-recipe: e2e-build ## The recipe alone: a tenant in every access mode, with and without workload identity.
	go -C e2e test -v -count=1 -p 1 -timeout 30m ./controlplane ./document ./gitserver ./sanitize ./recipe

e2e-versions: ## The oldest and the newest versions of Flux and Capsule, and the upgrade; writes the table of versions.
	for set in oldest oldest-capsule newest; do \
		export FLUXCAPSULE_SET=$$set; \
		go -C e2e run ./build && \
		go -C e2e test -v -count=1 -p 1 -short -timeout 60m ./recipe ./offboarding ./platform ./renewal -args -record && \
		go -C e2e test -v -count=1 -timeout 30m -run 'TestAttack/^(setup|both)$$' ./attack -args -record || exit 1; \
	done
	go -C e2e test -v -count=1 -timeout 30m ./upgrade -args -record
	go test ./internal/versions -update

e2e-scale: e2e-build ## Fleets of 200, 1,000 and 2,500 tenants; writes what they cost into docs/limits.md.
	go -C e2e test -v -count=1 -timeout 3h ./scale -args -tenants 200,1000,2500 -update

e2e-build: ## Build what the control planes run from pinned Go modules: 18 minutes, once.
	go -C e2e run ./build

ACCESS ?= impersonation only

e2e-hold: ## A control plane with two tenants to explore, until interrupted.
	go -C e2e run ./hold -access "$(ACCESS)"

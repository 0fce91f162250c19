package diff_test

import (
	"log"
	"os"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/audit/diff"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

func ExampleBetween() {
	const before = `
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: dev-team}
spec: {namespaceOptions: {quota: 3}}
`
	report := func(text string) *audit.Report {
		objects, err := manifest.Read(strings.NewReader(text), nil)
		if err != nil {
			log.Fatal(err)
		}
		return audit.Check(audit.Inputs(objects))
	}
	change := diff.Between(report(before), report(strings.Replace(before, "quota: 3", "quota: 30", 1)))
	if err := diff.WriteText(os.Stdout, change); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Tenant dev-team
	//
	//   widened  a quota is raised
	//     Tenant dev-team
	//     spec.namespaceOptions.quota: 3 -> 30
	//   changed  Tenant dev-team
	//     spec.namespaceOptions.quota: 3 -> 30
	//
	// 1 tenant changed, 0 new, 0 removed; objects: 0 added, 1 changed, 0 removed; access widened in 1 place, 0 new findings
}

// The comment for a pull request.
func ExampleWriteMarkdown() {
	const after = `
apiVersion: capsule.clastix.io/v1beta2
kind: TenantOwner
metadata: {name: mallory, labels: {projectcapsule.dev/tenant: dev-team}}
spec: {kind: User, name: mallory}
`
	objects, err := manifest.Read(strings.NewReader(after), nil)
	if err != nil {
		log.Fatal(err)
	}
	change := diff.Between(audit.Check(nil), audit.Check(audit.Inputs(objects)))
	if err := diff.WriteMarkdown(os.Stdout, change); err != nil {
		log.Fatal(err)
	}
	// Output:
	// ### What this change does to tenants
	//
	// 1 tenant changed, 0 new, 0 removed; objects: 1 added, 0 changed, 0 removed; access widened in 1 place, 0 new findings.
	//
	// #### ⚠️ Access widened: `dev-team`
	//
	// - **the tenant has another owner**: `TenantOwner mallory`
	//
	// <details><summary><code>dev-team</code>: 1 object</summary>
	//
	// - added `TenantOwner mallory`
	//
	// </details>
}

package tenant_test

import (
	"fmt"
	"os"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// The profile sets most fields; the spec sets those that depend on the cluster.
func ExampleIsolation() {
	team, err := tenant.Build(tenant.Spec{
		Name: "dev-team",
		Git:  tenant.Git{URL: "https://github.com/org/dev-team.git"},
		Isolation: tenant.Isolation{
			Profile:    tenant.Restricted,
			Network:    tenant.Network{Isolate: new(false)}, // in place of the profile's
			Registries: []string{"registry.example.com"},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := manifest.Write(os.Stdout, team.Tenant); err != nil {
		fmt.Println(err)
	}
	// Output:
	// ---
	// apiVersion: capsule.clastix.io/v1beta2
	// kind: Tenant
	// metadata:
	//   labels:
	//     toolkit.fluxcd.io/tenant: dev-team
	//   name: dev-team
	// spec:
	//   data: {}
	//   forceTenantPrefix: true
	//   namespaceOptions:
	//     quota: 10
	//   permissions:
	//     matchOwners:
	//     - matchLabels:
	//         projectcapsule.dev/tenant: dev-team
	//   rules:
	//   - enforce:
	//       action: allow
	//       ingress: {}
	//       metadata:
	//       - apiGroups:
	//         - v1
	//         kinds:
	//         - Namespace
	//         labels:
	//           pod-security.kubernetes.io/enforce:
	//             managed: restricted
	//             required: true
	//             values:
	//             - exact:
	//               - restricted
	//           pod-security.kubernetes.io/enforce-version:
	//             managed: latest
	//             required: true
	//             values:
	//             - exact:
	//               - latest
	//       services:
	//         types:
	//         - ClusterIP
	//       workloads:
	//         registries:
	//         - exp: ^registry\.example\.com/
	//           policy:
	//           - Always
	//     permissions: {}
	//   serviceOptions:
	//     externalIPs:
	//       allowed: []
}

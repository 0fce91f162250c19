package capsule

import "slices"

// An Allowance makes the builders and [Validate] accept, by its name, an input that
// they otherwise reject. It changes nothing in the object.
type Allowance string

const (
	// AllowAsController allows a replication without spec.serviceAccount. Capsule then
	// acts as the CapsuleConfiguration's default account or, without one, with its own
	// privileges, which are a cluster administrator's.
	AllowAsController Allowance = "AsController"

	// AllowClusterAdmin allows the role cluster-admin for an owner, an administrator, or
	// a subject of a role binding. Its holder can change everything in the tenant's
	// namespaces that the platform relies on: quotas, network policies, role bindings.
	AllowClusterAdmin Allowance = "ClusterAdmin"

	// AllowClusterWide allows a GlobalCustomQuota without spec.namespaceSelectors.
	// It counts the objects of all namespaces and cluster-scoped objects.
	AllowClusterWide Allowance = "ClusterWide"

	// AllowEverybody allows the groups system:authenticated,
	// system:unauthenticated and system:serviceaccounts and the user
	// system:anonymous as an owner, an administrator, a Capsule user, or a subject
	// of a role binding.
	AllowEverybody Allowance = "Everybody"

	// AllowEveryTenant allows a GlobalTenantResource with an empty
	// spec.tenantSelector. It selects every tenant.
	AllowEveryTenant Allowance = "EveryTenant"
)

// allowances are the caller's allowances.
type allowances []Allowance

func (a allowances) has(allowance Allowance) bool { return slices.Contains(a, allowance) }

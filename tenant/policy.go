package tenant

import (
	"slices"
	"strings"
	"unicode"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/policy"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// A PolicySpec names the platform's users and what it allows its tenants. The zero
// value fits Flux in flux-system and is the strictest.
//
// +kubebuilder:object:generate=true
type PolicySpec struct {
	// Users are the platform's users, besides Kubernetes' and Flux's own controllers.
	// They may change what tenants may not. The default is none.
	Users []string `json:"users,omitempty"`

	// Groups are the platform's groups, besides system:masters and the ServiceAccounts
	// of kube-system and of Flux's namespace. The default is none.
	Groups []string `json:"groups,omitempty"`

	// FluxNamespace is where Flux's controllers run, "flux-system" by default.
	FluxNamespace string `json:"fluxNamespace,omitempty"`

	// PlatformNamespaces are namespaces that no tenant's object may target, besides
	// those of Kubernetes, Flux and Capsule. The default is none.
	PlatformNamespaces []string `json:"platformNamespaces,omitempty"`

	// AllowInsecure lets tenants' objects fetch without TLS. By default they may do
	// so only within the cluster, by plain HTTP.
	AllowInsecure bool `json:"allowInsecure,omitempty"`

	// AllowSecretDecryption lets a tenant's Kustomization decrypt with a Secret alone.
	// That is safe if kustomize-controller has no cloud identity, or runs with
	// --default-decryption-service-account. Otherwise it decrypts files that are
	// encrypted with a cloud KMS with its own identity, for any Secret. By default a
	// Kustomization must name an account in spec.decryption.
	AllowSecretDecryption bool `json:"allowSecretDecryption,omitempty"`

	// FluxVersion is the version of Flux, such as "2.9" or "v2.9.4". The default is the
	// one that this library is built with. Flux before 2.9.5 reads the files that a
	// kubeconfig names: a tenant's kubeconfig that names the controller's token file
	// has it sent to the tenant's server. For these versions a policy rejects tenants'
	// own kubeconfigs in Secrets.
	FluxVersion string `json:"fluxVersion,omitempty"`
}

// A Policy is an admission policy of the platform and its bindings. The API server
// enforces it without a webhook, from Kubernetes 1.30 on.
type Policy struct {
	name    string
	objects []client.Object
}

// Name returns the name of the policy.
func (p Policy) Name() string { return p.name }

// Objects returns the policy and its bindings, in the order to apply them.
func (p Policy) Objects() []client.Object { return p.objects }

// AdmissionPolicies returns the policies that a platform should apply once, for
// all tenants. In namespaces of tenants, homes included, they refuse
//
//   - references of Flux objects to other namespaces, and targets in the platform's;
//   - Flux objects that act as a controller, to Kubernetes or to a cloud;
//   - connections that somebody else can replace, or that lead to Flux's own servers;
//   - timeouts above 5 minutes and intervals below 30 seconds;
//   - statuses of Flux objects by others than Flux's controllers;
//   - the removal of Flux's finalizer by a tenant;
//   - the shard of another tenant;
//   - tokens of accounts in a home that never expire;
//   - with a Flux before 2.9.5, kubeconfigs in Secrets that are not the platform's;
//   - pods with the priority of the cluster's own, or on a node that they name.
//
// Only the platform may change objects that it put into a home namespace, and no
// namespace of a tenant becomes the home of another.
//
// The error lists every invalid field.
func AdmissionPolicies(spec PolicySpec) ([]Policy, error) {
	if errs := spec.Validate(nil); len(errs) > 0 {
		return nil, build.Invalid(schema.GroupKind{Kind: "tenant.PolicySpec"}, "", errs)
	}
	var policies []Policy
	for _, built := range policy.Build(policy.Spec(spec)) {
		policies = append(policies, Policy{built.Name, built.Objects})
	}
	return policies, nil
}

// Validate lists the invalid fields of the spec, which is at path.
func (s PolicySpec) Validate(path *field.Path) field.ErrorList {
	errs := validatePrincipals(path.Child("users"), s.Users)
	errs = append(errs, validatePrincipals(path.Child("groups"), s.Groups)...)
	if s.FluxNamespace != "" {
		errs = append(errs, validate.Label(path.Child("fluxNamespace"), s.FluxNamespace)...)
	}
	errs = append(errs, versions.Validate(path.Child("fluxVersion"), versions.Flux, s.FluxVersion)...)
	for i, namespace := range s.PlatformNamespaces {
		errs = append(errs, validate.Label(path.Child("platformNamespaces").Index(i), namespace)...)
	}
	return errs
}

// everybody are groups that include every tenant.
var everybody = []string{"system:authenticated", "system:unauthenticated", "system:serviceaccounts"}

// validatePrincipals checks names of users or groups.
func validatePrincipals(path *field.Path, names []string) field.ErrorList {
	var errs field.ErrorList
	for i, name := range names {
		switch {
		case name == "":
			errs = append(errs, field.Required(path.Index(i), ""))
		case strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
			errs = append(errs, field.Invalid(path.Index(i), name, "must consist of printable characters"))
		case slices.Contains(everybody, name):
			errs = append(errs, field.Forbidden(path.Index(i), name+" includes every tenant"))
		}
	}
	return errs
}

package policy

import (
	"fmt"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
)

// kubeconfigs keeps a tenant's own kubeconfigs from Flux, whose controllers before
// 2.9.5 read the files that these name: with the name of its token file a controller
// sends its own token to the server of the tenant's choice. The Secret that the
// platform makes for an account, with the suffix of kubeconfig.DefaultName, stays
// usable, and a tenant may not write one of such a name.
func kubeconfigs(spec Spec) Policy {
	p := newPolicy("fluxcapsule-tenant-kubeconfigs",
		writes("kustomize.toolkit.fluxcd.io", "kustomizations"), writes("helm.toolkit.fluxcd.io", "helmreleases"), writes("", "secrets"))
	p.condition("not-the-platforms", fmt.Sprintf("!('%s' in object.metadata.?labels.orValue({}))", tenancy.Mark))
	p.exempt(spec)
	p.condition("says-something-new", saysSomethingNew)
	p.variable("ofThePlatform", fmt.Sprintf("object.?spec.?kubeConfig.?secretRef.?name.orValue('').endsWith('%s') && '%s' in namespaceObject.metadata.?labels.orValue({})",
		names.KubeconfigSuffix, names.TenantLabel))
	p.refuse("!object.?spec.?kubeConfig.?secretRef.hasValue() || variables.ofThePlatform",
		"spec.kubeConfig.secretRef: must be the Secret that the platform makes for the account, <account>"+names.KubeconfigSuffix+
			": this version of Flux reads the files that a kubeconfig names")
	// The platform's renewal is none of its users, but no account of the home either.
	p.refuse(fmt.Sprintf("object.kind != 'Secret' || !request.name.endsWith('%s') || !request.userInfo.?username.orValue('').startsWith('system:serviceaccount:' + request.namespace + ':')", names.KubeconfigSuffix),
		"metadata.name: Secrets that end in "+names.KubeconfigSuffix+" are the platform's")
	return p.bind(names.TenantLabel, names.MemberLabel)
}

package audit

import (
	"fmt"
	"slices"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// These rules ask in whose name Flux acts for an object.
var identityRules = []rule{
	{"flux-service-account", join(eachEscape(checkAccount, "account"), eachApplier(checkServiceAccount), eachApplier(checkControllersAccount))},
	{"flux-crds", each(checkCRDs)},
	{"flux-tenant-source-as-platform", wholeSet(checkTenantSource)},
	{"flux-decryption-identity", eachEscape(checkDecryption, "decryption")},
	{"flux-cloud-identity", eachEscape(checkCloudIdentity, "git-cloud", "cloud", "helm-cloud", "provider-cloud", "input-cloud")},
}

// softened returns the severity of a finding about an object that an admission
// policy may refuse anyway, and a text to append to the message if one does.
func softened(m *model.Model, o *model.Object, severity Severity) (Severity, string) {
	if refusal, ok := m.Admission.Refuses(o); ok {
		return Info, "; the admission policy " + refusal.Policy + " refuses it"
	}
	return severity, ""
}

// checkAccount reports an object of a tenant that names no account.
func checkAccount(m *model.Model, r *findings, e model.Escape) {
	controller := controllerOf(e.Object)
	f := Finding{Field: e.Field, Severity: Error, Message: "names no account: it acts as " + controller + ", which is cluster-admin"}
	a, _ := model.ApplierOf(e.Object)
	switch flag := m.Flux.Flag(controller, "default-service-account"); {
	case flag == model.OnState:
		f.Severity, f.Message = Info, "names no account: it acts as --default-service-account"
	case a.KubeConfig != nil:
		f.Severity, f.Message = Info, "names no account: it acts as whom its kubeConfig names"
	case e.Object.GroupKind == model.ResourceSetKind: // flux-operator's flags are not read
	case flag == model.UnknownState:
		f.Severity, f.Message = Warning, "names no account, and whether "+controller+" has --default-service-account is not in the set"
	}
	severity, suffix := softened(m, e.Object, f.Severity)
	f.Severity, f.Message = severity, f.Message+suffix
	r.add(e.Object, f)
}

// checkServiceAccount reports an object without an account in a namespace of the
// platform, where it may need one, or in a namespace whose owner is not in the set.
func checkServiceAccount(m *model.Model, r *findings, a model.Applier) {
	if a.Account != "" || a.KubeConfig != nil {
		return
	}
	flag := m.Flux.Flag(a.Controller, "default-service-account")
	switch m.Tenancy.Standing(a.Object.Ref.Namespace) {
	case model.PlatformStanding:
		if flag == model.OnState {
			checkDefaultAccount(m, r, a)
		}
	case model.UnknownStanding:
		if len(m.Tenancy.Tenants) == 0 {
			checkNoTenants(m, r)
			return
		}
		f := Finding{Field: "spec.serviceAccountName", Severity: Warning, Message: "names no account: it acts as " + a.Controller + ", which is cluster-admin"}
		switch flag {
		case model.OnState:
			f.Severity, f.Message = Info, "names no account: it acts as --default-service-account"
		case model.UnknownState:
			f.Message = "names no account, and whether " + a.Controller + " has --default-service-account is not in the set"
		}
		severity, suffix := softened(m, a.Object, f.Severity)
		f.Severity, f.Message = severity, f.Message+suffix
		r.add(a.Object, f)
	}
}

// checkControllersAccount reports an object of a tenant that names the account of a
// controller: the one of that name in the tenant's namespace is another one.
func checkControllersAccount(m *model.Model, r *findings, a model.Applier) {
	namespace := a.Object.Ref.Namespace
	if !slices.Contains(fluxcmd.Controllers(), a.Account) || m.Tenancy.Standing(namespace) != model.TenantStanding {
		return
	}
	f := Finding{Severity: Warning, Field: "spec.serviceAccountName", Exploit: "It fails to reconcile.",
		Message: "names " + a.Account + ", which is the account of a controller in Flux's namespace and not this one's"}
	if m.Set.Get(model.AccountKind, namespace, a.Account) != nil {
		f.Message = "names " + a.Account + ", an account of this namespace that is called like a controller's"
		f.Exploit = "A RoleBinding here that names the controller without its namespace gives the role to the tenant."
	}
	r.add(a.Object, f)
}

// checkCRDs reports a release of a tenant that asks for CustomResourceDefinitions,
// which are the whole cluster's.
func checkCRDs(m *model.Model, r *findings, o *model.Object, release *helmv2.HelmRelease) {
	if m.Tenancy.Standing(o.Ref.Namespace) != model.TenantStanding {
		return
	}
	policies := map[string]helmv2.CRDsPolicy{}
	if release.Spec.Install != nil {
		policies["spec.install.crds"] = release.Spec.Install.CRDs
	}
	if release.Spec.Upgrade != nil {
		policies["spec.upgrade.crds"] = release.Spec.Upgrade.CRDs
	}
	for field, policy := range policies {
		if policy == helmv2.Create || policy == helmv2.CreateReplace {
			r.addf(o, field, "is %s: it asks for CustomResourceDefinitions, which are every tenant's", policy)
		}
	}
}

// checkNoTenants reports, once, that accounts are required as soon as there are tenants.
func checkNoTenants(m *model.Model, r *findings) {
	if len(r.list) > 0 {
		return
	}
	first, n := m.Appliers[0], 0
	for _, a := range m.Appliers {
		if a.Account == "" && a.KubeConfig == nil && m.Tenancy.Standing(a.Object.Ref.Namespace) == model.UnknownStanding {
			if n == 0 {
				first = a
			}
			n++
		}
	}
	r.add(first.Object, Finding{Severity: Info, Field: "spec.serviceAccountName",
		Message: fmt.Sprintf("names no account, as %d of the %d Kustomizations and HelmReleases; the set has no tenant", n, len(m.Appliers)),
		Exploit: "Nothing, as long as only the platform's people write to the sources.",
		Fix:     "Include the Namespaces and Tenants in the audit, if there are tenants."})
}

// checkDefaultAccount reports an object of the platform that acts as
// --default-service-account where there is no such account.
func checkDefaultAccount(m *model.Model, r *findings, a model.Applier) {
	account, _ := m.Flux.ActsAs(a)
	namespace := a.Object.Ref.Namespace
	if namespace == "default" || m.Set.Get(model.AccountKind, namespace, account) != nil {
		return
	}
	r.add(a.Object, Finding{Severity: Warning, Field: "spec.serviceAccountName",
		Message: "names no account, so that it acts as --default-service-account, " + account + ", which is not in the set",
		Exploit: "It fails to reconcile.",
		Fix:     "Set spec.serviceAccountName to " + a.Controller + " or to an account of this namespace."})
}

func checkTenantSource(m *model.Model, r *findings) {
	theirs := map[string]string{} // what a source delivers -> tenant
	for _, o := range m.Set.Objects {
		if delivery := deliveryOf(o); delivery != "" && m.Tenancy.Standing(o.Ref.Namespace) == model.TenantStanding {
			theirs[delivery] = m.Tenancy.TenantOf(o)
		}
	}
	platforms := map[model.SourceRef]bool{} // sources that the platform applies things of its own from
	for _, a := range m.Appliers {
		if m.Tenancy.Standing(a.Object.Ref.Namespace) == model.PlatformStanding && a.Object.Meta.GetLabels()[names.TenantLabel] == "" {
			platforms[a.Source] = true
		}
	}
	for _, a := range m.Appliers {
		if m.Tenancy.Standing(a.Object.Ref.Namespace) != model.PlatformStanding {
			continue
		}
		yes, known := m.Privileged(a)
		if !yes {
			continue
		}
		f := Finding{Severity: Error}
		if !known {
			f.Severity = Warning
		}
		source, label := m.Set.SourceOf(a), a.Object.Meta.GetLabels()[names.TenantLabel]
		switch {
		case source != nil && theirs[deliveryOf(source)] != "":
			f.Tenant, f.Field = theirs[deliveryOf(source)], strings.TrimSuffix(a.SourceField, ".namespace")
			f.Message = "applies what tenant " + f.Tenant + " delivers, with the rights of the platform"
		case label != "" && m.Tenancy.Knows(label) && !platforms[a.Source] && mayBeTenants(m, source, label):
			f.Tenant, f.Field = label, "metadata.labels["+names.TenantLabel+"]"
			f.Message = "is labelled as tenant " + label + "'s and acts with the rights of the platform"
		default:
			continue
		}
		r.add(a.Object, f)
	}
}

// mayBeTenants reports whether a source may deliver what the tenant writes: it is
// not in the set, not the platform's, or labelled as the tenant's.
func mayBeTenants(m *model.Model, source *model.Object, tenant string) bool {
	return source == nil || m.Tenancy.Standing(source.Ref.Namespace) != model.PlatformStanding ||
		source.Meta.GetLabels()[names.TenantLabel] == tenant
}

// deliveryOf describes the content of a source; sources with the same description
// have the same content.
func deliveryOf(o *model.Object) string {
	switch is := o.Typed.(type) {
	case *sourcev1.GitRepository:
		ref := sourcev1.GitRepositoryRef{}
		if is.Spec.Reference != nil {
			ref = *is.Spec.Reference
		}
		return strings.Join([]string{"git", strings.TrimSuffix(is.Spec.URL, ".git"), ref.Branch, ref.Tag, ref.SemVer, ref.Commit, ref.Name}, " ")
	case *sourcev1.OCIRepository:
		return "oci " + is.Spec.URL
	case *sourcev1.Bucket:
		return "bucket " + is.Spec.Endpoint + " " + is.Spec.BucketName + " " + is.Spec.Prefix
	}
	return ""
}

func checkDecryption(m *model.Model, r *findings, e model.Escape) {
	f := Finding{Severity: Warning, Field: e.Field, Message: "decrypts with the identity of kustomize-controller"}
	flag := m.Flux.Flag(fluxcmd.Kustomize, "default-decryption-service-account")
	if ks, ok := e.Object.Typed.(*kustomizev1.Kustomization); ok && ks.Spec.Decryption != nil && ks.Spec.Decryption.SecretRef != nil {
		if flag == model.OnState {
			return
		}
		f.Severity, f.Message = Info, "decrypts files that are encrypted with a cloud KMS with the identity of kustomize-controller"
	}
	severity, suffix := softened(m, e.Object, f.Severity)
	if flag == model.OnState {
		severity, suffix = Info, "; --default-decryption-service-account stands in"
	}
	f.Severity, f.Message = severity, f.Message+suffix
	r.add(e.Object, f)
}

func checkCloudIdentity(m *model.Model, r *findings, e model.Escape) {
	controller := controllerOf(e.Object)
	severity, suffix := softened(m, e.Object, Warning)
	if e.Rule.ID != "helm-cloud" && m.Flux.Flag(controller, "default-service-account") == model.OnState {
		severity, suffix = Info, "; --default-service-account stands in"
	}
	r.add(e.Object, Finding{Severity: severity, Field: e.Field,
		Message: "authenticates to " + cloudOf(e.Object) + " as " + controller + suffix})
}

// cloudOf returns the cloud provider of a source or a notification Provider.
func cloudOf(o *model.Object) string {
	switch is := o.Typed.(type) {
	case *sourcev1.GitRepository:
		return is.Spec.Provider
	case *sourcev1.OCIRepository:
		return is.Spec.Provider
	case *sourcev1.HelmRepository:
		return is.Spec.Provider
	case *sourcev1.Bucket:
		return is.Spec.Provider
	case *reflectorv1.ImageRepository:
		return is.Spec.Provider
	case *notificationv1beta3.Provider:
		return is.Spec.Type
	}
	return "a cloud"
}

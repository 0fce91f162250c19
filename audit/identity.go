package audit

import (
	"strings"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// These rules ask in whose name Flux acts for an object.
var identityRules = []rule{
	{"flux-service-account", eachApplier(checkServiceAccount)},
	{"flux-tenant-source-as-platform", wholeSet(checkTenantSource)},
	{"flux-decryption-identity", each(checkDecryption)},
	{"flux-cloud-identity", eachObject(checkCloudIdentity)},
}

// softened returns the severity of a finding about an object that an admission
// policy may refuse anyway, and a text to append to the message if one does.
func softened(m *model.Model, o *model.Object, severity Severity) (Severity, string) {
	if refusal, ok := m.Admission.Refuses(o); ok {
		return Info, "; the admission policy " + refusal.Policy + " refuses it"
	}
	return severity, ""
}

func checkServiceAccount(m *model.Model, r *findings, a model.Applier) {
	if a.Account != "" || a.KubeConfig != nil {
		return
	}
	flag := m.Flux.Flag(a.Controller, "default-service-account")
	standing := m.Tenancy.Standing(a.Object.Ref.Namespace)
	if standing == model.PlatformStanding {
		if flag == model.OnState {
			checkDefaultAccount(m, r, a)
		}
		return
	}
	f := Finding{Field: "spec.serviceAccountName", Severity: Error, Message: "names no account: it acts as " + a.Controller + ", which is cluster-admin"}
	switch {
	case flag == model.OnState:
		f.Severity, f.Message = Info, "names no account: it acts as --default-service-account"
	case flag == model.UnknownState:
		f.Severity, f.Message = Warning, "names no account, and whether "+a.Controller+" has --default-service-account is not in the set"
	case standing == model.UnknownStanding:
		f.Severity = Warning
	}
	severity, suffix := softened(m, a.Object, f.Severity)
	f.Severity, f.Message = severity, f.Message+suffix
	r.add(a.Object, f)
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
		case label != "" && !platforms[a.Source] && mayBeTenants(m, source, label):
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

// deliveryOf describes what a source delivers; two sources of one description
// deliver the same.
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

func checkDecryption(m *model.Model, r *findings, o *model.Object, ks *kustomizev1.Kustomization) {
	d := ks.Spec.Decryption
	if m.Tenancy.Standing(o.Ref.Namespace) != model.TenantStanding || d == nil || d.SecretRef != nil || d.ServiceAccountName != "" {
		return
	}
	severity, suffix := softened(m, o, Warning)
	if m.Flux.Flag(fluxcmd.Kustomize, "default-decryption-service-account") == model.OnState {
		severity, suffix = Info, "; --default-decryption-service-account stands in"
	}
	r.add(o, Finding{Severity: severity, Field: "spec.decryption", Message: "decrypts with the identity of kustomize-controller" + suffix})
}

func checkCloudIdentity(m *model.Model, r *findings, o *model.Object) {
	if m.Tenancy.Standing(o.Ref.Namespace) != model.TenantStanding {
		return
	}
	provider, account, controller := cloudProvider(o)
	if account != "" || provider != "aws" && provider != "azure" && provider != "gcp" {
		return
	}
	severity, suffix := softened(m, o, Warning)
	if m.Flux.Flag(controller, "default-service-account") == model.OnState {
		severity, suffix = Info, "; --default-service-account stands in"
	}
	r.add(o, Finding{Severity: severity, Field: "spec.serviceAccountName",
		Message: "authenticates to " + provider + " as " + controller + suffix})
}

func cloudProvider(o *model.Object) (provider, account, controller string) {
	switch is := o.Typed.(type) {
	case *sourcev1.GitRepository:
		return is.Spec.Provider, is.Spec.ServiceAccountName, fluxcmd.Source
	case *sourcev1.OCIRepository:
		return is.Spec.Provider, is.Spec.ServiceAccountName, fluxcmd.Source
	case *sourcev1.Bucket:
		if is.Spec.SecretRef != nil {
			return "", "", ""
		}
		return is.Spec.Provider, is.Spec.ServiceAccountName, fluxcmd.Source
	case *reflectorv1.ImageRepository:
		return is.Spec.Provider, is.Spec.ServiceAccountName, fluxcmd.ImageReflector
	}
	return "", "", ""
}

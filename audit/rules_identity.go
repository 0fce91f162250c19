package audit

import (
	"strings"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// These rules ask in whose name Flux acts for an object.
var identityRules = []check{
	{Rule{
		ID:       "flux-service-account",
		Severity: Error,
		Title:    "Flux acts with its own rights for this object",
		Doc: `A Kustomization or HelmRelease of a tenant names no account. It is an error if the controller runs without
--default-service-account, a warning if the controller's flags are not in the set or the namespace is nobody's known, and a
note if the flag is there. In a namespace of the platform it is the other way round: with the flag, Flux acts as an account
that has to exist there.`,
		Exploit:    "Whoever can write to the source has what it holds applied as cluster-admin.",
		Fix:        "Set spec.serviceAccountName (flux.ServiceAccount).",
		References: []string{docLockdown},
	}, checkServiceAccount},
	{Rule{
		ID:       "flux-tenant-source-as-platform",
		Severity: Error,
		Title:    "A tenant's repository is applied with the platform's rights",
		Doc: `A Kustomization or HelmRelease in a namespace of the platform acts with the platform's rights, and is labelled as a tenant's
or applies the same branch, tag or path of the same repository as a tenant's own source does.`,
		Exploit:    "The tenant commits a ClusterRoleBinding to the repository; Flux applies it.",
		Fix:        "Move the source and the Kustomization to the tenant's home namespace and let them act as the tenant's account (tenant.Build).",
		References: []string{docLockdown},
	}, checkTenantSource},
	{Rule{
		ID:         "flux-decryption-identity",
		Severity:   Warning,
		Title:      "Decryption with the controller's identity",
		Doc:        `spec.decryption of a tenant names neither a Secret with keys nor an account: kustomize-controller decrypts with whatever identity it has itself. With --default-decryption-service-account it is a note.`,
		Exploit:    "Every tenant can decrypt what is encrypted for any of them.",
		Fix:        "Set spec.decryption.secretRef or spec.decryption.serviceAccountName (flux.Decryption).",
		References: []string{"https://fluxcd.io/flux/components/kustomize/kustomizations/#decryption"},
	}, func(m *model, r *report) {
		for _, o := range m.kustomizations {
			d := o.is.Spec.Decryption
			if m.standing(o.ref.Namespace) != tenantStanding || d == nil || d.SecretRef != nil || d.ServiceAccountName != "" {
				continue
			}
			severity, note := m.softened(o.object, Warning)
			if m.flag(kustomizeController, "default-decryption-service-account") == onState {
				severity, note = Info, "; --default-decryption-service-account stands in"
			}
			r.add(o.object, Finding{Severity: severity, Field: "spec.decryption", Message: "decrypts with the identity of kustomize-controller" + note})
		}
	}},
	{Rule{
		ID:         "flux-cloud-identity",
		Severity:   Warning,
		Title:      "A source authenticates with the controller's cloud identity",
		Doc:        `A tenant's source has a cloud provider and no serviceAccountName: source-controller, or the image controllers, authenticate as themselves. With --default-service-account on that controller it is a note.`,
		Exploit:    "The tenant names a bucket or registry of the platform's or of another tenant's, and receives what is in it.",
		Fix:        "Set spec.serviceAccountName to an account with an identity of its own (flux.AuthProvider).",
		References: []string{docIdentity},
	}, checkCloudIdentity},
}

func checkServiceAccount(m *model, r *report) {
	for _, a := range m.applied() {
		if a.account != "" || a.kubeConfig != nil {
			continue
		}
		flag := m.flag(a.controller, "default-service-account")
		standing := m.standing(a.ref.Namespace)
		if standing == platformStanding {
			if account, _ := m.actsAs(a); flag == onState && m.byKey[key{accountKind, a.ref.Namespace, account}] == nil && a.ref.Namespace != "default" {
				r.add(a.object, Finding{Severity: Warning, Field: "spec.serviceAccountName",
					Message: "names no account, so that it acts as --default-service-account, " + account + ", which is not in the set",
					Exploit: "It fails to reconcile.",
					Fix:     "Set spec.serviceAccountName to " + a.controller + " or to an account of this namespace."})
			}
			continue
		}
		f := Finding{Field: "spec.serviceAccountName", Severity: Error, Message: "names no account: it acts as " + a.controller + ", which is cluster-admin"}
		switch {
		case flag == onState:
			f.Severity, f.Message = Info, "names no account: it acts as --default-service-account"
		case flag == unknownState:
			f.Severity, f.Message = Warning, "names no account, and whether "+a.controller+" has --default-service-account is not in the set"
		case standing == unknownStanding:
			f.Severity = Warning
		}
		severity, note := m.softened(a.object, f.Severity)
		f.Severity, f.Message = severity, f.Message+note
		r.add(a.object, f)
	}
}

func checkTenantSource(m *model, r *report) {
	theirs := map[string]string{} // what a source delivers -> tenant
	for _, o := range m.objects {
		if delivery := deliveryOf(o); delivery != "" && m.standing(o.ref.Namespace) == tenantStanding {
			theirs[delivery] = m.tenantOf(o)
		}
	}
	platforms := map[sourceRef]bool{} // sources that the platform applies things of its own from
	for _, a := range m.applied() {
		if m.standing(a.ref.Namespace) == platformStanding && a.meta.GetLabels()[fluxTenantLabel] == "" {
			platforms[a.source] = true
		}
	}
	for _, a := range m.applied() {
		if m.standing(a.ref.Namespace) != platformStanding {
			continue
		}
		yes, known := m.privileged(a)
		if !yes {
			continue
		}
		f := Finding{Severity: Error}
		if !known {
			f.Severity = Warning
		}
		source := m.sourceOf(a)
		if source != nil && theirs[deliveryOf(source)] != "" {
			f.Tenant, f.Field = theirs[deliveryOf(source)], strings.TrimSuffix(a.sourceAt, ".namespace")
			f.Message = "applies what tenant " + f.Tenant + " delivers, with the rights of the platform"
		} else if name := a.meta.GetLabels()[fluxTenantLabel]; name != "" && !platforms[a.source] && (source == nil || m.standing(source.ref.Namespace) != platformStanding || source.meta.GetLabels()[fluxTenantLabel] == name) {
			f.Tenant, f.Field = name, "metadata.labels["+fluxTenantLabel+"]"
			f.Message = "is labelled as tenant " + name + "'s and acts with the rights of the platform"
		} else {
			continue
		}
		r.add(a.object, f)
	}
}

// deliveryOf describes what a source delivers; two sources of one description
// deliver the same.
func deliveryOf(o *object) string {
	switch is := o.typed.(type) {
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

func checkCloudIdentity(m *model, r *report) {
	for _, o := range m.objects {
		if m.standing(o.ref.Namespace) != tenantStanding {
			continue
		}
		provider, account, controller := cloudProvider(o)
		if account != "" || provider != "aws" && provider != "azure" && provider != "gcp" {
			continue
		}
		severity, note := m.softened(o, Warning)
		if m.flag(controller, "default-service-account") == onState {
			severity, note = Info, "; --default-service-account stands in"
		}
		r.add(o, Finding{Severity: severity, Field: "spec.serviceAccountName",
			Message: "authenticates to " + provider + " as " + controller + note})
	}
}

func cloudProvider(o *object) (provider, account, controller string) {
	switch is := o.typed.(type) {
	case *sourcev1.GitRepository:
		return is.Spec.Provider, is.Spec.ServiceAccountName, sourceController
	case *sourcev1.OCIRepository:
		return is.Spec.Provider, is.Spec.ServiceAccountName, sourceController
	case *sourcev1.Bucket:
		if is.Spec.SecretRef != nil {
			return "", "", ""
		}
		return is.Spec.Provider, is.Spec.ServiceAccountName, sourceController
	case *reflectorv1.ImageRepository:
		return is.Spec.Provider, is.Spec.ServiceAccountName, reflectorController
	}
	return "", "", ""
}

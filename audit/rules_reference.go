package audit

import (
	"strings"

	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	"github.com/fluxcd/pkg/apis/acl"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
)

// These rules ask which other namespaces an object reaches into.
var referenceRules = []check{
	{Rule{
		ID:       "flux-cross-namespace-reference",
		Severity: Error,
		Title:    "A tenant's object refers to another namespace",
		Doc: `A source, chart, image repository, event source or receiver resource of a tenant's object lies in another namespace.
It is an error if the controller runs without --no-cross-namespace-refs, a warning if its flags are not in the set, and a note
where the flag or an admission policy stops it, or where both namespaces are the same tenant's. An object of the platform with
such a reference is warned of where the flag is on: it does not reconcile.`,
		Exploit:    "The tenant uses what another namespace keeps: its private repositories, its charts with their credentials, its events.",
		Fix:        "Refer to an object of the same namespace and leave the namespace out (flux.From).",
		References: []string{docLockdown},
	}, checkCrossNamespace},
	{Rule{
		ID:       "flux-depends-on",
		Severity: Error,
		Title:    "A tenant's object depends on another tenant's",
		Doc: `No flag of Flux keeps spec.dependsOn within its namespace. With a readyExpr, which reads every field of the other object,
it is an error; without one it tells no more than whether the other is ready, and is a warning. Where an admission policy of the
set refuses it, or where both namespaces are the same tenant's, it is a note.`,
		Exploit:    "The tenant asks one question after another about the other object's values, and Flux answers by waiting or not.",
		Fix:        "Depend on objects of the same namespace (flux.DependsOn), and apply tenant.ReferencePolicy.",
		References: []string{docDependsOn},
	}, func(m *model, r *report) {
		for _, a := range m.applied() {
			for i, d := range a.dependsOn {
				if m.standing(a.ref.Namespace) != tenantStanding || !m.foreign(a.object, d.Namespace) {
					continue
				}
				severity, note := Warning, ""
				if a.readyExpr[i] {
					severity = Error
				}
				if m.sameTenant(a.ref.Namespace, d.Namespace) {
					severity = Info
				} else {
					severity, note = m.softened(a.object, severity)
				}
				r.add(a.object, Finding{Severity: severity, Field: index("spec.dependsOn", i) + ".namespace",
					Message: "depends on " + d.Namespace + "/" + d.Name + note})
			}
		}
	}},
	{Rule{
		ID:       "flux-target-namespace",
		Severity: Error,
		Title:    "A tenant's object aims at a namespace of somebody else's",
		Doc: `spec.targetNamespace, spec.storageNamespace or a health check of a tenant's Kustomization or HelmRelease names a namespace
of the platform or of another tenant. Where Flux acts with its own rights it works, and is an error. Where it acts as the
tenant's account the API server refuses, unless a binding says otherwise (see rbac-foreign-namespace), and it is a warning.
Namespaces that the set does not know may be the tenant's own and are left alone.`,
		Exploit:    "What the tenant's repository holds is put into the other namespace, or the state of what is there is read.",
		Fix:        "Name a namespace of the tenant's own (flux.TargetNamespace).",
		References: []string{docLockdown},
	}, func(m *model, r *report) {
		for _, a := range m.applied() {
			if m.standing(a.ref.Namespace) != tenantStanding {
				continue
			}
			for _, target := range a.targets {
				if m.standing(target.namespace) == unknownStanding || target.namespace == a.ref.Namespace || m.sameTenant(a.ref.Namespace, target.namespace) {
					continue
				}
				f := Finding{Severity: Warning, Field: target.field, Message: "aims at namespace " + target.namespace + ", which the API server refuses to the tenant's account"}
				if yes, known := m.privileged(a); yes && known {
					f.Message = "aims at namespace " + target.namespace + ", and acts as " + a.controller
					var note string
					f.Severity, note = m.softened(a.object, Error)
					f.Message += note
				}
				r.add(a.object, f)
			}
		}
	}},
	{Rule{
		ID:         "flux-access-from",
		Severity:   Warning,
		Title:      "An object is open to every namespace",
		Doc:        `spec.accessFrom of an ImageRepository or a HelmRepository has a selector without labels, which matches every namespace.`,
		Exploit:    "Every tenant reads what the object has fetched with its credentials.",
		Fix:        "Name the labels of the namespaces that may, or remove accessFrom.",
		References: []string{"https://fluxcd.io/flux/components/image/imagerepositories/#access-from"},
	}, func(m *model, r *report) {
		for _, o := range m.objects {
			for i, selector := range accessFrom(o) {
				if len(selector.MatchLabels) == 0 {
					r.addf(o, index("spec.accessFrom.namespaceSelectors", i), "lets every namespace in")
				}
			}
		}
	}},
}

func accessFrom(o *object) []acl.NamespaceSelector {
	var from *acl.AccessFrom
	switch is := o.typed.(type) {
	case *reflectorv1.ImageRepository:
		from = is.Spec.AccessFrom
	case *sourcev1.HelmRepository:
		from = is.Spec.AccessFrom
	}
	if from == nil {
		return nil
	}
	return from.NamespaceSelectors
}

func checkCrossNamespace(m *model, r *report) {
	check := func(o *object, controller, field, kind, namespace, name string) {
		if !m.foreign(o, namespace) {
			return
		}
		what := strings.TrimSpace(kind + " " + namespace + "/" + name)
		flag := m.flag(controller, "no-cross-namespace-refs")
		f := Finding{Field: field, Message: "refers to " + what}
		switch m.standing(o.ref.Namespace) {
		case tenantStanding:
			switch {
			case flag == onState:
				f.Severity, f.Message = Info, f.Message+"; --no-cross-namespace-refs refuses it"
			case m.sameTenant(o.ref.Namespace, namespace):
				f.Severity, f.Message = Info, f.Message+", a namespace of the same tenant"
			case flag == unknownState:
				f.Severity, f.Message = Warning, f.Message+", and whether "+controller+" has --no-cross-namespace-refs is not in the set"
			default:
				f.Severity = Error
			}
			if f.Severity > Info {
				severity, note := m.softened(o, f.Severity)
				f.Severity, f.Message = severity, f.Message+note
			}
		default:
			if flag != onState {
				return
			}
			f.Severity, f.Message = Warning, f.Message+"; --no-cross-namespace-refs refuses it"
			f.Exploit = "It does not reconcile."
		}
		r.add(o, f)
	}
	for _, a := range m.applied() {
		check(a.object, a.controller, a.sourceAt, a.source.kind, a.source.namespace, a.source.name)
	}
	for _, o := range m.alerts {
		for i, s := range o.is.Spec.EventSources {
			check(o.object, notificationController, index("spec.eventSources", i)+".namespace", s.Kind, s.Namespace, s.Name)
		}
	}
	for _, o := range m.receivers {
		for i, s := range o.is.Spec.Resources {
			check(o.object, notificationController, index("spec.resources", i)+".namespace", s.Kind, s.Namespace, s.Name)
		}
	}
	for _, o := range m.imagePolicies {
		ref := o.is.Spec.ImageRepositoryRef
		check(o.object, reflectorController, "spec.imageRepositoryRef.namespace", "ImageRepository", ref.Namespace, ref.Name)
	}
	for _, o := range m.automations {
		ref := o.is.Spec.SourceRef
		check(o.object, automationController, "spec.sourceRef.namespace", ref.Kind, ref.Namespace, ref.Name)
	}
}

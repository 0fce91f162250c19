package audit

import (
	"strings"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/acl"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// These rules ask which other namespaces an object reaches into.
var referenceRules = []rule{
	{"flux-cross-namespace-reference", eachObject(checkCrossNamespace)},
	{"flux-depends-on", eachApplier(checkDependsOn)},
	{"flux-target-namespace", eachApplier(checkTargetNamespace)},
	{"flux-access-from", eachObject(checkAccessFrom)},
}

// A reference is a field of an object that may name another namespace.
type reference struct {
	controller            string // that follows it
	field                 string // of the namespace
	kind, namespace, name string
}

// referencesOf returns the references of an object that the flag
// --no-cross-namespace-refs forbids.
func referencesOf(o *model.Object) []reference {
	switch is := o.Typed.(type) {
	case *notificationv1beta3.Alert:
		var refs []reference
		for i, s := range is.Spec.EventSources {
			refs = append(refs, reference{fluxcmd.Notification, model.Index("spec.eventSources", i) + ".namespace", s.Kind, s.Namespace, s.Name})
		}
		return refs
	case *notificationv1.Receiver:
		var refs []reference
		for i, s := range is.Spec.Resources {
			refs = append(refs, reference{fluxcmd.Notification, model.Index("spec.resources", i) + ".namespace", s.Kind, s.Namespace, s.Name})
		}
		return refs
	case *reflectorv1.ImagePolicy:
		ref := is.Spec.ImageRepositoryRef
		return []reference{{fluxcmd.ImageReflector, "spec.imageRepositoryRef.namespace", "ImageRepository", ref.Namespace, ref.Name}}
	case *automationv1.ImageUpdateAutomation:
		ref := is.Spec.SourceRef
		return []reference{{fluxcmd.ImageAutomation, "spec.sourceRef.namespace", ref.Kind, ref.Namespace, ref.Name}}
	}
	if a, ok := model.ApplierOf(o); ok {
		return []reference{{a.Controller, a.SourceField, a.Source.Kind, a.Source.Namespace, a.Source.Name}}
	}
	return nil
}

func checkCrossNamespace(m *model.Model, r *findings, o *model.Object) {
	for _, ref := range referencesOf(o) {
		if leaves(o, ref.namespace) {
			checkReference(m, r, o, ref)
		}
	}
}

// leaves reports whether a namespace is given and is not the object's.
func leaves(o *model.Object, namespace string) bool {
	return namespace != "" && namespace != o.Ref.Namespace
}

func checkReference(m *model.Model, r *findings, o *model.Object, ref reference) {
	flag := m.Flux.Flag(ref.controller, "no-cross-namespace-refs")
	f := Finding{Field: ref.field, Message: "refers to " + strings.TrimSpace(ref.kind+" "+ref.namespace+"/"+ref.name)}
	if m.Tenancy.Standing(o.Ref.Namespace) != model.TenantStanding {
		if flag != model.OnState {
			return
		}
		f.Severity, f.Message = Warning, f.Message+"; --no-cross-namespace-refs refuses it"
		f.Exploit = "It does not reconcile."
		r.add(o, f)
		return
	}
	switch {
	case flag == model.OnState:
		f.Severity, f.Message = Info, f.Message+"; --no-cross-namespace-refs refuses it"
	case m.Tenancy.SameTenant(o.Ref.Namespace, ref.namespace):
		f.Severity, f.Message = Info, f.Message+", a namespace of the same tenant"
	case flag == model.UnknownState:
		f.Severity, f.Message = Warning, f.Message+", and whether "+ref.controller+" has --no-cross-namespace-refs is not in the set"
	default:
		f.Severity = Error
	}
	if f.Severity > Info {
		severity, suffix := softened(m, o, f.Severity)
		f.Severity, f.Message = severity, f.Message+suffix
	}
	r.add(o, f)
}

func checkDependsOn(m *model.Model, r *findings, a model.Applier) {
	namespace := a.Object.Ref.Namespace
	for i, d := range a.DependsOn {
		if m.Tenancy.Standing(namespace) != model.TenantStanding || !leaves(a.Object, d.Namespace) {
			continue
		}
		severity, suffix := Warning, ""
		if d.Reads {
			severity = Error
		}
		if m.Tenancy.SameTenant(namespace, d.Namespace) {
			severity = Info
		} else {
			severity, suffix = softened(m, a.Object, severity)
		}
		r.add(a.Object, Finding{Severity: severity, Field: model.Index("spec.dependsOn", i) + ".namespace",
			Message: "depends on " + d.Namespace + "/" + d.Name + suffix})
	}
}

func checkTargetNamespace(m *model.Model, r *findings, a model.Applier) {
	namespace := a.Object.Ref.Namespace
	if m.Tenancy.Standing(namespace) != model.TenantStanding {
		return
	}
	for _, target := range a.Targets {
		if m.Tenancy.Standing(target.Namespace) == model.UnknownStanding || target.Namespace == namespace || m.Tenancy.SameTenant(namespace, target.Namespace) {
			continue
		}
		f := Finding{Severity: Warning, Field: target.Field, Message: "aims at namespace " + target.Namespace + ", which the API server refuses to the tenant's account"}
		if yes, known := m.Privileged(a); yes && known {
			severity, suffix := softened(m, a.Object, Error)
			f.Severity, f.Message = severity, "aims at namespace "+target.Namespace+", and acts as "+a.Controller+suffix
		}
		r.add(a.Object, f)
	}
}

func checkAccessFrom(_ *model.Model, r *findings, o *model.Object) {
	for i, selector := range accessFrom(o) {
		if len(selector.MatchLabels) == 0 {
			r.addf(o, model.Index("spec.accessFrom.namespaceSelectors", i), "lets every namespace in")
		}
	}
}

func accessFrom(o *model.Object) []acl.NamespaceSelector {
	var from *acl.AccessFrom
	switch is := o.Typed.(type) {
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

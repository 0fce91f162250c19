package audit

import (
	"fmt"
	"strings"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/acl"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// These rules ask which other namespaces an object reaches into.
var referenceRules = []rule{
	{"flux-cross-namespace-reference", join(
		eachEscape(checkReference, "source", "chart-source", "chart", "artifact-source", "image-repository", "event-source", "receiver-resource"),
		eachObject(checkPlatformReference),
	)},
	{"flux-depends-on", eachEscape(checkDependsOn, "dependency")},
	{"flux-target-namespace", join(eachApplier(checkTargetNamespace), each(checkRenamedNamespace))}, // knows the namespaces of other tenants, too
	{"flux-commit-status", each(checkCommitStatus)},
	{"flux-access-from", join(eachObject(checkAccessFrom), eachEscape(checkTenantAccessFrom, "access-from"))},
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

// checkPlatformReference reports references of objects that are not a tenant's,
// which do not work if the flag is on.
func checkPlatformReference(m *model.Model, r *findings, o *model.Object) {
	if m.Tenancy.Standing(o.Ref.Namespace) == model.TenantStanding {
		return
	}
	for _, ref := range referencesOf(o) {
		if !leaves(o, ref.namespace) || m.Flux.Flag(ref.controller, "no-cross-namespace-refs") != model.OnState {
			continue
		}
		r.add(o, Finding{Severity: Warning, Field: ref.field, Message: ref.String() + "; --no-cross-namespace-refs refuses it",
			Exploit: "It does not reconcile."})
	}
}

// leaves reports whether a namespace is given and is not the object's.
func leaves(o *model.Object, namespace string) bool {
	return namespace != "" && namespace != o.Ref.Namespace
}

// referenceAt returns the reference that a field is part of.
func referenceAt(e model.Escape) reference {
	for _, ref := range referencesOf(e.Object) {
		if ref.field == e.Field {
			return ref
		}
	}
	namespace, _ := e.Value.(string)
	return reference{controllerOf(e.Object), e.Field, "namespace", namespace, ""}
}

// String names the referenced object, for a message.
func (r reference) String() string {
	return "refers to " + strings.TrimSuffix(strings.TrimSpace(r.kind+" "+r.namespace+"/"+r.name), "/")
}

func checkReference(m *model.Model, r *findings, e model.Escape) {
	ref := referenceAt(e)
	f := Finding{Severity: Error, Field: e.Field, Message: ref.String()}
	switch flag := m.Flux.Flag(ref.controller, "no-cross-namespace-refs"); {
	case flag == model.OnState:
		f.Severity, f.Message = Info, f.Message+"; --no-cross-namespace-refs refuses it"
	case m.Tenancy.SameTenant(e.Object.Ref.Namespace, ref.namespace):
		f.Severity, f.Message = Info, f.Message+", a namespace of the same tenant"
	case flag == model.UnknownState:
		f.Severity, f.Message = Warning, f.Message+", and whether "+ref.controller+" has --no-cross-namespace-refs is not in the set"
	}
	if f.Severity > Info {
		severity, suffix := softened(m, e.Object, f.Severity)
		f.Severity, f.Message = severity, f.Message+suffix
	}
	r.add(e.Object, f)
}

func checkDependsOn(m *model.Model, r *findings, e model.Escape) {
	namespace, _ := e.Value.(string)
	f := Finding{Severity: Warning, Field: e.Field, Message: "depends on namespace " + namespace}
	if a, ok := model.ApplierOf(e.Object); ok {
		for i, d := range a.DependsOn {
			if model.Index("spec.dependsOn", i)+".namespace" != e.Field {
				continue
			}
			if f.Message = "depends on " + d.Namespace + "/" + d.Name; d.Reads {
				f.Severity = Error
			}
		}
	}
	if m.Tenancy.SameTenant(e.Object.Ref.Namespace, namespace) {
		f.Severity = Info
	} else {
		severity, suffix := softened(m, e.Object, f.Severity)
		f.Severity, f.Message = severity, f.Message+suffix
	}
	r.add(e.Object, f)
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

// checkRenamedNamespace reports a Namespace under the path of Kustomizations with a
// targetNamespace, which rename it: kustomize gives Namespaces that name, too.
func checkRenamedNamespace(m *model.Model, r *findings, o *model.Object, _ *corev1.Namespace) {
	if o.Live() {
		return
	}
	for _, by := range m.Applied.By(o) {
		if target := by.Typed.(*kustomizev1.Kustomization).Spec.TargetNamespace; target != "" && target != o.Ref.Name {
			r.add(by, Finding{Severity: Warning, Field: "spec.targetNamespace",
				Message: fmt.Sprintf("is %s, and the path holds Namespace %s, which is given that name", target, o.Ref.Name),
				Exploit: "Labels and annotations of the one Namespace end up on the other, and the other is not made.",
				Fix:     "Leave spec.targetNamespace out, or move the Namespace to another path."})
		}
	}
}

func checkAccessFrom(_ *model.Model, r *findings, o *model.Object) {
	for i, selector := range accessFrom(o) {
		if len(selector.MatchLabels) == 0 {
			r.addf(o, model.Index("spec.accessFrom.namespaceSelectors", i), "lets every namespace in")
		}
	}
}

// checkTenantAccessFrom reports a tenant's object that is open to some namespaces.
func checkTenantAccessFrom(_ *model.Model, r *findings, e model.Escape) {
	for _, selector := range accessFrom(e.Object) {
		if len(selector.MatchLabels) == 0 {
			return // checkAccessFrom says so
		}
	}
	r.add(e.Object, Finding{Severity: Info, Field: e.Field, Message: "lets other namespaces in"})
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

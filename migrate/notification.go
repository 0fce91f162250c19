package migrate

import (
	"reflect"

	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// importNotification reads the Alert of the home namespace and its Provider. If there
// are several Alerts, it takes the one with the name of the tenant: a spec has one.
func (i *importer) importNotification() {
	group := notificationv1beta3.GroupVersion.Group
	obj := i.objects.named(i.home(), i.spec.Name, group, notificationv1beta3.AlertKind)
	if all := i.objects.in(i.home(), group, notificationv1beta3.AlertKind); obj == nil && len(all) == 1 {
		obj = all[0]
	}
	if obj == nil {
		return
	}
	var alert notificationv1beta3.Alert
	obj.into(&alert)
	destination := i.objects.named(i.home(), alert.Spec.ProviderRef.Name, group, notificationv1beta3.ProviderKind)
	if destination == nil {
		return
	}
	var provider notificationv1beta3.Provider
	destination.into(&provider)
	spec := i.spec
	spec.AllowProxy = spec.AllowProxy || provider.Spec.ProxySecretRef != nil
	spec.Notification = &tenant.Notification{Provider: provider.Spec, Alert: tenant.Alert{
		EventSeverity: alert.Spec.EventSeverity,
		EventSources:  i.renamed(alert.Spec.EventSources),
		InclusionList: alert.Spec.InclusionList,
		ExclusionList: alert.Spec.ExclusionList,
		EventMetadata: alert.Spec.EventMetadata,
	}}
	if !i.builds(spec) && i.builds(i.spec) {
		return // both are named as what a spec does not make
	}
	i.spec, i.alert, i.provider = spec, obj, destination
	i.replaced(obj, notificationv1beta3.GroupVersion.Version)
	i.replaced(destination, notificationv1beta3.GroupVersion.Version)
	i.proxied(destination, provider.Spec.ProxySecretRef != nil)
}

// renamed returns references with the names that the tenant's source and Kustomization
// get, or nothing for exactly these two.
func (i *importer) renamed(refs []notificationv1.CrossNamespaceObjectReference) []notificationv1.CrossNamespaceObjectReference {
	kind := sourcev1.GitRepositoryKind
	if !i.spec.OCI.IsZero() {
		kind = sourcev1.OCIRepositoryKind
	}
	var own, all []notificationv1.CrossNamespaceObjectReference
	for _, kind := range []string{kind, "Kustomization"} {
		own = append(own, notificationv1.CrossNamespaceObjectReference{Kind: kind, Name: i.spec.Name})
	}
	for _, ref := range refs {
		for _, obj := range []*existing{i.root, i.source} {
			if obj != nil && ref.Kind == obj.kind && ref.Name == obj.name {
				ref.Name = i.spec.Name
			}
		}
		all = append(all, ref)
	}
	if reflect.DeepEqual(all, own) {
		return nil
	}
	return all
}

// builds reports whether a spec builds, also if its source is not known.
func (i *importer) builds(spec tenant.Spec) bool {
	if spec.Git.IsZero() && spec.OCI.IsZero() {
		spec.Git = anySource
	}
	_, err := tenant.Build(spec)
	return err == nil
}

// proxied accepts a proxy.
func (i *importer) proxied(obj *existing, named bool) {
	if named {
		i.spec.AllowProxy = true
		i.differs(obj, "names a proxy, which needs allowProxy: who can write its Secret in the home namespace directs Flux's connections")
	}
}

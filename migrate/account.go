package migrate

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// account rebuilds the tenant and compares each object with the existing one: it
// names every difference, and every object without a counterpart.
func (i *importer) account() {
	spec, sourceless := i.spec, i.spec.Git.IsZero() && i.spec.OCI.IsZero()
	if sourceless {
		spec.Git = anySource
	}
	bundle, err := tenant.Build(spec)
	if err != nil {
		i.missing = append(i.missing, fmt.Errorf("the spec does not build: %w", err))
		i.left("is not compared, since the spec does not build")
		return
	}
	for _, built := range bundle.Objects() {
		if sourceless && built == client.Object(bundle.GitRepository) {
			continue
		}
		had := i.counterpart(bundle, built)
		if had == nil {
			i.added(built)
			continue
		}
		i.compare(had, built)
	}
	i.left("")
}

func (i *importer) compare(had *existing, built client.Object) {
	i.accounted[had.index] = true
	c := comparison{reasons: i.reasons[had], report: func(field, text string) {
		i.differences = append(i.differences, Difference{File: had.file, Object: had.String(), Field: field, Text: text})
	}}
	if err := c.compare(had, built, i.forgetOwners); err != nil {
		i.differs(had, "is not compared: %v", err)
	}
}

// counterpart returns the existing object in whose place one is built, or nil.
func (i *importer) counterpart(bundle *tenant.Bundle, built client.Object) *existing {
	var known *existing
	switch built {
	case client.Object(bundle.Kustomization):
		known = i.root
	case client.Object(bundle.GitRepository), client.Object(bundle.OCIRepository):
		known = i.source
	case client.Object(bundle.KubeConfig):
		known = i.configMap
	case client.Object(bundle.Provider):
		known = i.provider
	case client.Object(bundle.Alert):
		known = i.alert
	case client.Object(bundle.HomeRoleBinding):
		known = i.homeBinding
	}
	if owner, ok := built.(*capsulev1beta2.TenantOwner); ok {
		known = i.owned[user{owner.Spec.Kind, owner.Spec.Name}]
	}
	if known != nil {
		return known
	}
	gvk := built.GetObjectKind().GroupVersionKind()
	return i.objects.named(built.GetNamespace(), built.GetName(), gvk.Group, gvk.Kind)
}

// added names an object that nothing existed in the place of. That of an owner in
// the Tenant itself is said once for all.
func (i *importer) added(built client.Object) {
	if owner, ok := built.(*capsulev1beta2.TenantOwner); ok && i.inline[user{owner.Spec.Kind, owner.Spec.Name}] {
		return
	}
	name := built.GetName()
	if built.GetNamespace() != "" {
		name = built.GetNamespace() + "/" + name
	}
	i.differences = append(i.differences, Difference{Object: built.GetObjectKind().GroupVersionKind().Kind + " " + name, Text: "is added"})
}

// forgetOwners drops from a Tenant what has become TenantOwners.
func (i *importer) forgetOwners(content map[string]any) {
	spec, _ := content["spec"].(map[string]any)
	list, _ := spec["owners"].([]any)
	if content["kind"] != "Tenant" || list == nil {
		return
	}
	var rest []any
	for _, item := range list {
		owner, _ := item.(map[string]any)
		for _, key := range []string{"kind", "name", "clusterRoles"} {
			delete(owner, key)
		}
		if len(owner) > 0 {
			rest = append(rest, owner)
		}
	}
	if delete(spec, "owners"); len(rest) > 0 {
		spec["owners"] = rest
	}
}

// left names the tenant's objects that are not compared with any: those of its home
// namespace, those with its name in their label, and what binds its account.
func (i *importer) left(why string) {
	home, account := i.home(), i.accountName()
	left := i.objects.byNamespace[place{namespace: home}]
	left = append(left[:len(left):len(left)], i.objects.byTenant[i.spec.Name]...)
	left = append(left, i.objects.bindings[names.User(home, account)]...)
	left = append(left, i.objects.bindings[names.Group(home)]...)
	left = append(left, i.objects.ownersOf(i.spec.Name, nil)...)
	left = append(left, i.tenant)
	for _, obj := range left {
		if i.accounted[obj.index] {
			continue
		}
		i.accounted[obj.index] = true
		i.differs(obj, "%s", cmp.Or(why, i.reasonFor(obj)))
	}
}

func (i *importer) reasonFor(obj *existing) string {
	switch {
	case strings.HasPrefix(obj.name, "capsule-namespace-provisioner-gitops-"):
		return "is no longer needed: Capsule lets its users make and patch namespaces"
	case obj.namespace == i.home() && strings.HasSuffix(obj.group, ".toolkit.fluxcd.io"):
		return "is not carried over: it belongs in the tenant's repository (tenant.Bundle.NewKustomization and the like), or beside the spec"
	}
	return "is not carried over: a spec does not make it; name its file in the field objects of the spec, or add it by tenant.Bundle.Add"
}

func (i *importer) home() string { return cmp.Or(i.spec.Home, i.spec.Name) }
func (i *importer) accountName() string {
	return cmp.Or(i.spec.ServiceAccount, tenant.DefaultServiceAccount)
}

// lacks names what the spec needs and the objects do not say.
func (i *importer) lacks(obj *existing, format string, args ...any) {
	i.differs(obj, format, args...)
	i.missing = append(i.missing, errors.New(obj.String()+": "+fmt.Sprintf(format, args...)))
}

// because keeps the reason of a difference that the comparison will find.
func (i *importer) because(obj *existing, field, reason string) {
	if i.reasons[obj] == nil {
		i.reasons[obj] = map[string]string{}
	}
	i.reasons[obj][field] = reason
}

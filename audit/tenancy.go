package audit

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/fluxcapsule/fluxcapsule/capsule"
)

const (
	fluxTenantLabel    = "toolkit.fluxcd.io/tenant"
	capsuleTenantLabel = "capsule.clastix.io/tenant"
)

// tenancy is who the tenants are and which namespaces they hold.
type tenancy struct {
	tenants    map[string]*tenant
	namespaces map[string]*namespace

	// ownedBy holds the tenants of owners that are no ServiceAccounts, by kind
	// and name.
	ownedBy map[rbac.UserSpec][]*tenant
}

// A tenant is one of Capsule's, or one that only labels speak of.
type tenant struct {
	name   string
	object *object // the Tenant; nil if there is none in the set
	homes  []*namespace
	owners []owner
}

// An owner is one entry of a Tenant or one TenantOwner.
type owner struct {
	rbac.CoreOwnerSpec
	object *object // that says so
	field  string  // of it
}

type namespace struct {
	name   string
	object *object
	labels map[string]string
	tenant *tenant // whose home it is, or whose member; nil for the platform's and for others'
	home   bool
	// claims are the names of further tenants that the namespace is the home of.
	claims []string
	// platform tells that it holds Kubernetes, Flux, Capsule or what the caller named.
	platform bool
}

func newTenancy(m *model) *tenancy {
	t := &tenancy{
		tenants:    map[string]*tenant{},
		namespaces: map[string]*namespace{},
		ownedBy:    map[rbac.UserSpec][]*tenant{},
	}
	for _, o := range m.tenantObjects {
		if t.tenants[o.ref.Name] == nil {
			t.tenants[o.ref.Name] = &tenant{name: o.ref.Name, object: o.object}
		}
	}
	t.readOwners(m)
	t.readPlatform(m)
	t.readNamespaces(m)
	t.readHomes(m)
	return t
}

// readOwners gathers the owners of each Tenant: those it lists, and the
// TenantOwners that it selects or that have its label.
func (t *tenancy) readOwners(m *model) {
	byLabel := map[[2]string][]int{}
	for i, o := range m.tenantOwners {
		for k, v := range o.meta.GetLabels() {
			byLabel[[2]string{k, v}] = append(byLabel[[2]string{k, v}], i)
		}
	}
	for _, o := range m.tenantObjects {
		tenant := t.tenants[o.ref.Name]
		for i, spec := range o.is.Spec.Owners {
			tenant.owners = append(tenant.owners, owner{spec.CoreOwnerSpec, o.object, index("spec.owners", i)})
		}
		matched := map[int]bool{}
		for _, i := range byLabel[[2]string{capsule.TenantLabel, o.ref.Name}] {
			matched[i] = true
		}
		for _, selector := range o.is.Spec.Permissions.MatchOwners {
			for _, i := range m.ownersOf(selector, byLabel) {
				matched[i] = true
			}
		}
		for _, i := range slices.Sorted(maps.Keys(matched)) {
			spec := m.tenantOwners[i]
			tenant.owners = append(tenant.owners, owner{spec.is.Spec.CoreOwnerSpec, spec.object, "spec"})
		}
		for _, owner := range tenant.owners {
			if _, _, ok := serviceAccount(owner.UserSpec); !ok {
				t.ownedBy[owner.UserSpec] = append(t.ownedBy[owner.UserSpec], tenant)
			}
		}
	}
}

// ownersOf returns the TenantOwners that a selector matches. It looks only at
// those with one of its labels where it asks for any.
func (m *model) ownersOf(selector *metav1.LabelSelector, byLabel map[[2]string][]int) []int {
	match, err := metav1.LabelSelectorAsSelector(selector)
	if err != nil {
		return nil
	}
	var candidates []int
	if selector != nil && len(selector.MatchLabels) > 0 {
		k := slices.Min(slices.Collect(maps.Keys(selector.MatchLabels)))
		candidates = byLabel[[2]string{k, selector.MatchLabels[k]}]
	} else {
		for i := range m.tenantOwners {
			candidates = append(candidates, i)
		}
	}
	var found []int
	for _, i := range candidates {
		if match.Matches(labels.Set(m.tenantOwners[i].meta.GetLabels())) {
			found = append(found, i)
		}
	}
	return found
}

// serviceAccount parses the name of an owner that is a ServiceAccount.
func serviceAccount(user rbac.UserSpec) (namespace, name string, ok bool) {
	if user.Kind == rbac.GroupOwner {
		return "", "", false
	}
	return parseAccount(user.Name)
}

func parseAccount(user string) (namespace, name string, ok bool) {
	rest, ok := strings.CutPrefix(user, "system:serviceaccount:")
	if !ok {
		return "", "", false
	}
	namespace, name, ok = strings.Cut(rest, ":")
	return namespace, name, ok && namespace != "" && name != "" && !strings.Contains(name, ":")
}

func (t *tenancy) namespace(name string) *namespace {
	ns := t.namespaces[name]
	if ns == nil {
		ns = &namespace{name: name}
		t.namespaces[name] = ns
	}
	return ns
}

func (t *tenancy) readPlatform(m *model) {
	for _, name := range []string{"default", "kube-system", "kube-public", "kube-node-lease", "flux-system", "capsule-system"} {
		t.namespace(name).platform = true
	}
	for _, name := range m.platform {
		t.namespace(name).platform = true
	}
	for _, d := range m.deployments {
		if component(d.is) != "" {
			t.namespace(d.ref.Namespace).platform = true
		}
	}
	for _, o := range m.objects {
		if o.gk == fluxInstanceKind {
			t.namespace(o.ref.Namespace).platform = true
		}
	}
}

func (t *tenancy) readNamespaces(m *model) {
	for _, o := range m.namespaceObjs {
		ns := t.namespace(o.ref.Name)
		if ns.object == nil {
			ns.object, ns.labels = o.object, o.meta.GetLabels()
		}
	}
	owned := map[string]bool{}
	for _, tenant := range t.tenants {
		for _, owner := range tenant.owners {
			if namespace, _, ok := serviceAccount(owner.UserSpec); ok {
				owned[namespace+"/"+tenant.name] = true
			}
		}
	}
	for _, o := range m.namespaceObjs {
		ns := t.namespace(o.ref.Name)
		if ns.platform || ns.tenant != nil {
			continue
		}
		member, home := memberOf(o.is), ns.labels[fluxTenantLabel]
		// With both labels it is a home that calls itself a member, as in 2022: it
		// is made before the tenant, and by the platform.
		switch {
		case member != "" && !owned[ns.name+"/"+member]:
			ns.tenant = t.tenant(member)
		case member != "":
			t.claim(ns, t.tenant(member))
		case home != "":
			t.claim(ns, t.tenant(home))
		}
	}
}

// memberOf returns the name of the tenant that a Namespace says it belongs to.
func memberOf(ns *corev1.Namespace) string {
	for _, ref := range ns.OwnerReferences {
		if ref.Kind == "Tenant" && strings.HasPrefix(ref.APIVersion, capsuleGroup+"/") {
			return ref.Name
		}
	}
	return ns.Labels[capsuleTenantLabel]
}

// readHomes adds the namespaces of the ServiceAccounts that own a Tenant and
// that Flux acts for there.
func (t *tenancy) readHomes(m *model) {
	reconciled := map[string]bool{}
	for _, o := range m.kustomizations {
		reconciled[o.ref.Namespace] = true
	}
	for _, o := range m.releases {
		reconciled[o.ref.Namespace] = true
	}
	for _, name := range slices.Sorted(maps.Keys(t.tenants)) {
		tenant := t.tenants[name]
		for _, owner := range tenant.owners {
			account, _, ok := serviceAccount(owner.UserSpec)
			if !ok || !reconciled[account] {
				continue
			}
			ns := t.namespace(account)
			if ns.platform || ns.tenant != nil && !ns.home {
				continue
			}
			t.claim(ns, tenant)
		}
	}
}

// claim makes the namespace the tenant's home, or notes that the tenant is not
// the first.
func (t *tenancy) claim(ns *namespace, tenant *tenant) {
	switch {
	case ns.tenant != nil && ns.tenant.object == nil && tenant.object != nil:
		// The label is free to name whom it likes; a Tenant that the account owns counts.
		ns.tenant.homes = slices.DeleteFunc(ns.tenant.homes, func(home *namespace) bool { return home == ns })
		if len(ns.tenant.homes) == 0 {
			delete(t.tenants, ns.tenant.name)
		}
		ns.tenant = nil
		t.claim(ns, tenant)
	case ns.tenant == nil:
		ns.tenant, ns.home = tenant, true
		tenant.homes = append(tenant.homes, ns)
	case ns.tenant != tenant && !slices.Contains(ns.claims, tenant.name):
		ns.claims = append(ns.claims, tenant.name)
	}
}

func (t *tenancy) tenant(name string) *tenant {
	found := t.tenants[name]
	if found == nil {
		found = &tenant{name: name}
		t.tenants[name] = found
	}
	return found
}

// standing of a namespace: a tenant's, the platform's, or nobody knows whose.
type standing int

const (
	unknownStanding standing = iota
	tenantStanding
	platformStanding
)

func (t *tenancy) standing(name string) standing {
	ns := t.namespaces[name]
	switch {
	case ns == nil:
		return unknownStanding
	case ns.platform:
		return platformStanding
	case ns.tenant != nil:
		return tenantStanding
	}
	return unknownStanding
}

// tenantOf names the tenant that an object belongs to, or nobody.
func (m *model) tenantOf(o *object) string {
	if o.ref.Namespace != "" || o.gk == namespaceKind {
		name := o.ref.Namespace
		if o.gk == namespaceKind {
			name = o.ref.Name
		}
		if ns := m.namespaces[name]; ns != nil && ns.tenant != nil {
			return ns.tenant.name
		}
		return ""
	}
	if isCapsule(o.gk) && o.gk.Kind == "Tenant" {
		return o.ref.Name
	}
	for _, label := range []string{capsule.TenantLabel, fluxTenantLabel} {
		if name := o.meta.GetLabels()[label]; name != "" {
			return name
		}
	}
	return ""
}

// tenantNamespaces returns the names of the tenants' namespaces, sorted.
func (t *tenancy) tenantNamespaces() []string {
	var names []string
	for name, ns := range t.namespaces {
		if ns.tenant != nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

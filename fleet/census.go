package fleet

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A census records the names of every tenant of a fleet that must be unique. Only it
// grows with the fleet.
type census struct {
	platform *Platform // or nil
	shared   map[string]bool

	unread   int // specs that could not be had
	tenants  []resident
	byName   map[string]int32
	byHome   map[string]int32
	byOwner  map[string]int32   // those that are ServiceAccounts
	byObject map[string]int32   // in no namespace; only where Customize can name them
	guests   map[string][]int32 // tenants by the namespace of such an owner
	hosts    hosts
}

type resident struct {
	name, home string
	forced     bool
	manifest.Position
}

func (r resident) String() string {
	if r.Position == (manifest.Position{}) {
		return fmt.Sprintf("tenant %q", r.name)
	}
	return fmt.Sprintf("tenant %q at %s", r.name, r.Position)
}

// blame is the error of a tenant that conflicts with others of the fleet.
func (r resident) blame(faults field.ErrorList) error {
	return blame(tenant.Spec{Name: r.name, Position: r.Position}, nil, faults)
}

func newCensus(f Fleet) *census {
	c := &census{
		platform: f.Platform,
		shared:   map[string]bool{},
		byName:   map[string]int32{},
		byHome:   map[string]int32{},
		byOwner:  map[string]int32{},
		byObject: map[string]int32{},
		guests:   map[string][]int32{},
		hosts:    newHosts(f.SharedHostnames),
	}
	for _, account := range f.SharedAccounts {
		c.shared[account] = true
	}
	return c
}

// add records a tenant with its defaults filled in, and returns its conflicts with
// earlier tenants.
func (c *census) add(spec tenant.Spec) field.ErrorList {
	var errs field.ErrorList
	clash := func(path *field.Path, value string, detail string, other int32) {
		fault := field.Duplicate(path, value)
		fault.Detail = detail + c.tenants[other].String()
		errs = append(errs, fault)
	}

	// Copies, so that they do not keep the text alive that they are part of.
	self := resident{name: strings.Clone(spec.Name), Position: spec.Position}
	if self.home = self.name; spec.Home != spec.Name {
		self.home = strings.Clone(spec.Home)
	}
	self.forced = isForced(spec)
	i := int32(len(c.tenants))
	c.tenants = append(c.tenants, self)

	if other, ok := claim(c.byName, self.name, i); !ok {
		clash(field.NewPath("name"), self.name, "the name of ", other)
	}
	if other, ok := claim(c.byHome, self.home, i); !ok {
		clash(field.NewPath("home"), self.home, "the home namespace of ", other)
	}
	for _, guest := range c.guests[self.home] {
		clash(field.NewPath("home"), self.home, "an account of this namespace owns ", guest)
	}
	for j, owner := range spec.Owners {
		namespace, ok := accountNamespace(owner)
		if !ok {
			continue
		}
		path, name := field.NewPath("owners").Index(j).Child("name"), strings.Clone(owner.Name)
		if namespace != self.home {
			if host, ok := c.byHome[namespace]; ok {
				clash(path, name, "an account of the home namespace of ", host)
				continue // an owner of both as well: the host's reconciler, as a rule
			}
			c.guests[strings.Clone(namespace)] = append(c.guests[namespace], i) //nolint:gocritic // the keys are equal
		}
		if other, ok := claim(c.byOwner, name, i); !ok && other != i && !c.shared[name] {
			clash(path, name, "an owner of ", other)
		}
	}
	c.hosts.add(i, spec.Isolation.Hostnames)
	if c.platform != nil {
		errs = append(errs, c.platform.validateIsolation(spec)...)
	}
	return errs
}

// claim records that a key belongs to tenant i, unless it belongs to another already.
func claim(m map[string]int32, key string, i int32) (other int32, ok bool) {
	if key == "" {
		return 0, true // a fault of its own
	}
	if other, taken := m[key]; taken {
		return other, false
	}
	m[key] = i
	return i, true
}

// accountNamespace returns the namespace of an owner that is a ServiceAccount.
func accountNamespace(owner tenant.Owner) (string, bool) {
	if owner.Kind != rbac.ServiceAccountOwner {
		return "", false
	}
	namespace, _, ok := names.ParseUser(owner.Name)
	return namespace, ok
}

// wholeFleet yields the errors that need all tenants.
func (c *census) wholeFleet() iter.Seq[error] {
	return func(yield func(error) bool) {
		if len(c.tenants)+c.unread == 0 {
			yield(ErrNoTenants)
			return
		}
		if err := c.unknown(); err != nil && !yield(err) {
			return
		}
		for err := range c.covered() {
			if !yield(err) {
				return
			}
		}
		for i, faults := range c.hosts.clashes(c.tenants) {
			if !yield(c.tenants[i].blame(faults)) {
				return
			}
		}
	}
}

// unknown is the error of clusters that name unknown tenants.
func (c *census) unknown() error {
	if c.platform == nil || c.unread > 0 {
		return nil
	}
	var errs field.ErrorList
	for i, cluster := range c.platform.Clusters {
		for j, name := range cluster.Tenants {
			if _, ok := c.byName[name]; !ok {
				errs = append(errs, field.NotFound(field.NewPath("clusters").Index(i).Child("tenants").Index(j), name))
			}
		}
	}
	return build.Invalid(schema.GroupKind{Kind: "fleet.Platform"}, "", errs)
}

// covered yields an error for every tenant whose name, as Capsule's forced prefix,
// begins another tenant's name. Capsule lets such a tenant make namespaces with names
// that belong to the other, its home namespace included.
func (c *census) covered() iter.Seq[error] {
	return func(yield func(error) bool) {
		if !slices.ContainsFunc(c.tenants, func(r resident) bool { return r.forced }) {
			return
		}
		names := c.sorted(func(r resident) string { return r.name })
		homes := c.sorted(func(r resident) string { return r.home })
		for _, r := range c.tenants {
			if !r.forced || r.name == "" {
				continue
			}
			var covered []string
			for _, i := range names.within(r.name + "-") {
				covered = append(covered, "the namespaces of "+c.tenants[i].String())
			}
			for _, i := range homes.within(r.name + "-") {
				if other := c.tenants[i]; other.name != r.name && other.home != other.name {
					covered = append(covered, "the home namespace "+other.home+" of "+other.String())
				}
			}
			if len(covered) == 0 {
				continue
			}
			const most = 10
			if more := len(covered) - most; more > 0 {
				covered = append(covered[:most], fmt.Sprintf("%d more", more))
			}
			fault := field.Invalid(field.NewPath("forceTenantPrefix"), true,
				fmt.Sprintf("the prefix %q covers %s", r.name+"-", strings.Join(covered, ", ")))
			if !yield(r.blame(field.ErrorList{fault})) {
				return
			}
		}
	}
}

// An index has the tenants in the order of one of their names.
type index struct {
	tenants []resident
	key     func(resident) string
	order   []int32
}

func (c *census) sorted(key func(resident) string) index {
	order := make([]int32, len(c.tenants))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		return cmp.Or(cmp.Compare(key(c.tenants[i]), key(c.tenants[j])), cmp.Compare(i, j))
	})
	return index{c.tenants, key, order}
}

// within returns the tenants whose names begin with the prefix.
func (x index) within(prefix string) []int32 {
	from, _ := slices.BinarySearchFunc(x.order, prefix, func(i int32, p string) int {
		return cmp.Compare(x.key(x.tenants[i]), p)
	})
	to := from
	for to < len(x.order) && strings.HasPrefix(x.key(x.tenants[x.order[to]]), prefix) {
		to++
	}
	return x.order[from:to]
}

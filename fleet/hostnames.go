package fleet

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// hosts are the host names of all tenants. A tenant could take over a host name that
// it shares with another, or that its wildcard matches.
type hosts struct {
	shared map[string]bool
	all    []host
}

// A host is a name with its labels from the top: com.example.a, com.example.*. So
// every name that a wildcard matches begins with the text before its star.
type host struct {
	name   string
	tenant int32
	index  int32 // in the tenant's own list
}

func newHosts(shared []string) hosts {
	h := hosts{shared: map[string]bool{}}
	for _, name := range shared {
		h.shared[name] = true
	}
	return h
}

func (h *hosts) add(tenant int32, names []string) {
	for i, name := range names {
		if !h.shared[name] {
			h.all = append(h.all, host{turned(name), tenant, int32(i)})
		}
	}
}

// turned reverses the labels of a name.
func turned(name string) string {
	labels := strings.Split(name, ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".")
}

// clashes yields the faults of every tenant that shares a host name with another. Of
// two equal names, or a wildcard and a name that it matches, the later tenant has the
// fault.
func (h *hosts) clashes(tenants []resident) iter.Seq2[int32, field.ErrorList] {
	return func(yield func(int32, field.ErrorList) bool) {
		slices.SortFunc(h.all, func(a, b host) int {
			return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.tenant, b.tenant))
		})
		faults := map[int32]field.ErrorList{}
		note := func(a, b host) {
			if a.tenant == b.tenant {
				return
			}
			if a.tenant > b.tenant {
				a, b = b, a
			}
			fault := field.Duplicate(field.NewPath("isolation", "hostnames").Index(int(b.index)), turned(b.name))
			fault.Detail = fmt.Sprintf("overlaps with %s of %s", turned(a.name), tenants[a.tenant])
			faults[b.tenant] = append(faults[b.tenant], fault)
		}
		for i, first := range h.all {
			if i > 0 && h.all[i-1].name == first.name {
				continue // those of the first tenant that has the name stand for all
			}
			prefix, wildcard := strings.CutSuffix(first.name, "*")
			for _, other := range h.all[i+1:] {
				if other.name != first.name {
					break
				}
				note(first, other)
			}
			if wildcard {
				for _, other := range h.within(prefix) {
					if other.name != first.name {
						note(first, other)
					}
				}
			}
		}
		for i := range int32(len(tenants)) {
			if len(faults[i]) > 0 && !yield(i, faults[i]) {
				return
			}
		}
	}
}

// within returns the names that begin with the prefix, in order.
func (h *hosts) within(prefix string) []host {
	from, _ := slices.BinarySearchFunc(h.all, prefix, func(h host, p string) int { return cmp.Compare(h.name, p) })
	to := from
	for to < len(h.all) && strings.HasPrefix(h.all[to].name, prefix) {
		to++
	}
	return h.all[from:to]
}

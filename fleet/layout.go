package fleet

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"path"
	"strconv"

	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/tree"
)

const (
	// DefaultGroups is the number of groups of a new tree.
	DefaultGroups = 64

	// MaxGroups is the largest number of groups.
	MaxGroups = 1000
)

// groupOf returns the group of a tenant. It depends only on the tenant's name and the
// number of groups.
//
// It must never change: every tenant would move to another Kustomization and lose its
// data.
func groupOf(tenant string, groups int) string {
	sum := sha256.Sum256([]byte("group/" + tenant))
	return fmt.Sprintf("%03d", binary.BigEndian.Uint64(sum[:])%uint64(groups))
}

// The root list of a tree records its layout in annotations.
const (
	rootList         = "tenants/kustomization.yaml"
	groupsAnnotation = "fluxcapsule.github.io/groups"
	stepAnnotation   = "fluxcapsule.github.io/relayout"
)

// The steps of a change of layout, as the tree records them: nothing prunes any more;
// and the new layout is written but does not prune yet.
const (
	stepPaused   = "paused"
	stepSwitched = "switched"
)

// A layout is how a tree divides its tenants.
type layout struct {
	groups int    // zero where one list has all tenants
	step   string // of a change of layout, or empty
	there  bool   // reports whether there is a tree
}

// readLayout returns the layout of the existing tree.
func readLayout(t *tree.Tree) (layout, error) {
	content, there, err := t.Read(rootList)
	if err != nil || !there {
		return layout{}, err
	}
	var root kustomizetypes.Kustomization
	if err := yaml.Unmarshal(content, &root); err != nil {
		return layout{}, fmt.Errorf("%s: %w", rootList, err)
	}
	found := layout{there: true}
	if root.MetaData == nil {
		return found, nil
	}
	found.step = root.MetaData.Annotations[stepAnnotation]
	if text, ok := root.MetaData.Annotations[groupsAnnotation]; ok {
		found.groups, err = strconv.Atoi(text)
		if err != nil || found.groups < 1 || found.groups > MaxGroups {
			return layout{}, fmt.Errorf("%s: %q is not a number of groups", rootList, text)
		}
	}
	return found, nil
}

// metadata returns the annotations that record the layout.
func (l layout) metadata() *kustomizetypes.ObjectMeta {
	annotations := map[string]string{}
	if l.groups > 0 {
		annotations[groupsAnnotation] = strconv.Itoa(l.groups)
	}
	if l.step != "" {
		annotations[stepAnnotation] = l.step
	}
	return &kustomizetypes.ObjectMeta{Name: "tenants", Annotations: annotations}
}

// A LayoutError is the error of a tree whose layout the fleet would change, and
// with it the Kustomization that applies a tenant.
type LayoutError struct {
	// Have and Want are the numbers of groups: of the tree (0 before there were groups),
	// and of the Fleet.
	Have, Want int
}

// Error names the tree's layout and says how to change it without loss.
func (e *LayoutError) Error() string {
	return fmt.Sprintf(`fleet: the tree has %s and the fleet asks for %d: that moves tenants from one Kustomization to another, and the old one deletes what it loses, namespaces and claims included. Three commits move them without loss:
  1. prune: false in every Kustomization that applies tenants, and nothing else; wait until every cluster has applied it
  2. the new layout, with prune: false; wait until every cluster has applied it and every Kustomization is ready
  3. prune: true
fleet.Relayout, or fluxcapsule fleet --relayout, writes one of them a run`, e.have(), e.Want)
}

func (e *LayoutError) have() string {
	if e.Have == 0 {
		return "no groups"
	}
	return fmt.Sprintf("%d groups", e.Have)
}

// planLayout returns the layout to write after the existing one, whose tenants the
// files appliers apply. A change that is given up while nothing prunes returns to the
// existing layout.
func (f Fleet) planLayout(have layout, appliers []string, relayout bool) (layout, error) {
	want := layout{groups: cmp.Or(f.Groups, have.groups, DefaultGroups), there: true}
	if want.groups < 1 || want.groups > MaxGroups {
		return layout{}, fmt.Errorf("fleet: the number of groups must be from 1 to %d, and is %d", MaxGroups, want.groups)
	}
	changes := have.there && have.groups != want.groups && (have.groups > 0 || len(appliers) > 0)
	switch {
	case changes && !relayout:
		return layout{}, &LayoutError{Have: have.groups, Want: want.groups}
	case changes && have.step == stepPaused:
		want.step = stepSwitched
	case changes:
		want.groups, want.step = have.groups, stepPaused
	case have.step == stepSwitched && !relayout:
		want.step = stepSwitched
	}
	return want, nil
}

// groupFile returns the path of a tenant's file.
func (l layout) groupFile(tenant string) string {
	return path.Join("tenants", groupOf(tenant, l.groups), tenant+".yaml")
}

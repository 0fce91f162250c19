package fleet

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
)

// A treeCensus has the tenants that a run writes, and those that the tree had.
type treeCensus struct {
	groups map[string][]string // names by group
	had    map[string]stage    // of those that were in the tree
	stages map[stage]int
	homes  homes
	total  int
}

func (c *treeCensus) add(team tenantFile) {
	if c.groups == nil {
		c.groups, c.had, c.stages = map[string][]string{}, map[string]stage{}, map[stage]int{}
	}
	c.groups[team.group] = append(c.groups[team.group], team.name)
	if team.had != nil {
		c.had[team.name] = team.had.Stage
	}
	c.stages[team.stage]++
	c.homes.add(team.home, team.forced)
	c.total++
}

func (c *treeCensus) sort() {
	for _, names := range c.groups {
		slices.Sort(names)
	}
}

func (c *treeCensus) has(name, group string) bool {
	_, found := slices.BinarySearch(c.groups[group], name)
	return found
}

// A RemovalError is the error of tenants that would be removed from a tree, or from a
// cluster, without having left.
type RemovalError struct {
	// Tenants are the tenants that did not leave. It is empty if there are only too many
	// removals at a time.
	Tenants []string

	// Cluster is the cluster that would no longer serve them, or empty for all.
	Cluster string

	// Removed and Of count the tenants that would be removed, and the tenants of the
	// tree.
	Removed, Of int
}

// Error names up to ten tenants and says what to do.
func (e *RemovalError) Error() string {
	if len(e.Tenants) == 0 {
		return fmt.Sprintf("fleet: %d of %d tenants would be removed at once, which is refused above a tenth; if the inputs are complete, use fleet.AllowManyRemovals, or --allow-many-removals", e.Removed, e.Of)
	}
	where := "the inputs"
	if e.Cluster != "" {
		where = "the cluster " + e.Cluster
	}
	names := e.Tenants
	more := ""
	if len(names) > 10 {
		more = fmt.Sprintf(" and %d more", len(names)-10)
		names = names[:10]
	}
	return fmt.Sprintf("fleet: missing from %[3]s, though never off-boarded: %[1]s%[2]s. Nothing is changed. Put them back; or off-board them, first with leaving: true; or name each (fleet.AllowRemoval, or --remove), which leaves in the clusters what the tree guards",
		strings.Join(names, ", "), more, where)
}

const (
	fewRemovals      = 5
	shareOfRemovals  = 10 // a tenth
	perTenantPattern = "tenants/*/*.yaml"
)

// checkRemovals rejects removals that look like a mistake.
func (w *treeWriter) checkRemovals() error {
	stale, err := w.tree.Stale(perTenantPattern)
	if err != nil {
		return err
	}
	removed := map[string]stage{}
	for _, file := range stale {
		record, err := readRecord(w.tree, file)
		if err != nil {
			return err
		}
		name := tenantOf(file, record)
		switch {
		case name == "" || w.census.has(name, groupOf(name, w.layout.groups)):
		case record != nil:
			removed[name] = record.Stage
		default:
			removed[name] = ""
		}
	}
	var never []string
	for name, stage := range removed {
		if stage != stopped && !slices.Contains(w.options.remove, name) {
			never = append(never, name)
		}
	}
	slices.Sort(never)
	of := len(w.census.had) + len(removed)
	switch {
	case len(never) > 0:
		return &RemovalError{Tenants: never, Removed: len(removed), Of: of}
	case len(removed) > max(fewRemovals, of/shareOfRemovals) && !w.options.manyRemovals:
		return &RemovalError{Removed: len(removed), Of: of}
	}
	return w.checkClusters()
}

// tenantOf returns the tenant of a file, or "" for a list of files. A file without a
// record is from a tree without groups, in which each tenant has a folder.
func tenantOf(file string, record *record) string {
	folder, base := path.Split(file)
	switch {
	case base == "kustomization.yaml":
		return ""
	case record == nil:
		return path.Base(folder)
	}
	return strings.TrimSuffix(base, ".yaml")
}

// checkClusters rejects the removal of a cluster, and a cluster that stops serving an
// existing tenant.
func (w *treeWriter) checkClusters() error {
	if w.fleet.Platform == nil {
		return nil
	}
	gone, err := w.tree.Stale("clusters/*/tenants.yaml")
	if err != nil {
		return err
	}
	for _, file := range gone {
		if name := path.Base(path.Dir(file)); !slices.Contains(w.options.clusters, name) {
			return fmt.Errorf("fleet: the cluster %s is missing from the platform: nothing is changed. Put it back, or name it (fleet.AllowClusterRemoval, or --remove-cluster): with its folder goes the lockdown of a Flux that still runs there", name)
		}
	}
	for _, cluster := range w.fleet.Platform.Clusters {
		lost, err := w.lost(cluster)
		if err != nil {
			return err
		}
		if len(lost) > 0 {
			return &RemovalError{Tenants: lost, Cluster: cluster.Name, Removed: len(lost), Of: w.census.total}
		}
	}
	return nil
}

// lost returns the tenants that a cluster serves in the tree but not in the fleet.
func (w *treeWriter) lost(cluster Cluster) ([]string, error) {
	if len(cluster.Tenants) == 0 {
		return nil, nil
	}
	serves := sets.New(cluster.Tenants...).Insert(w.options.remove...)
	var lost []string
	for group, names := range w.census.groups {
		served, err := w.served(cluster.Name, group)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			stage, had := w.census.had[name]
			if had && stage != stopped && served(name) && !serves.Has(name) {
				lost = append(lost, name)
			}
		}
	}
	slices.Sort(lost)
	return lost, nil
}

// served returns the tenants of a group that a cluster serves in the tree.
func (w *treeWriter) served(cluster, group string) (func(string) bool, error) {
	root := path.Join("clusters", cluster, "tenants")
	_, there, err := w.tree.Read(path.Join(root, group+".yaml"))
	if err != nil || !there {
		return func(string) bool { return false }, err
	}
	list, some, err := w.tree.Read(path.Join(root, group, "kustomization.yaml"))
	if err != nil {
		return nil, err
	}
	listed := string(list)
	return func(name string) bool { return !some || strings.Contains(listed, "/"+name+".yaml\n") }, nil
}

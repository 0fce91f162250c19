package migrate

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/repository"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A Result is what a set of objects says of its tenants.
type Result struct {
	// Tenants are in the order of their names. There are several of one name where
	// overlays differ; see Tenant.Overlay.
	Tenants []Tenant

	// Rest are the objects that belong to no tenant, the platform's own among them.
	// None is carried over.
	Rest []Difference
}

// A Tenant is one that existing objects describe.
type Tenant struct {
	// Spec builds the tenant as it should look today.
	Spec tenant.Spec

	// Overlay is the folder whose objects Spec is inferred from, where the folders
	// of a repository hold different objects of the same name. It is empty where all
	// agree.
	Overlay string

	// Differences are every field and every object in which what exists differs from
	// what Spec builds, and what else is to be known. Fields that the API server sets,
	// and the status, are not compared.
	Differences []Difference

	// Err lists what Spec lacks to stand for the tenant: what the objects do not
	// say, and why it does not build. It is nil if nothing is missing.
	Err error
}

// A Difference is one between an existing object and what is built.
type Difference struct {
	// File is where the existing object is written. It is empty if that is not
	// known, or there is no existing object.
	File string

	// Object is the existing one, as in "RoleBinding dev-team/gitops-reconciler".
	Object string

	// Field is the path of the field, as in "spec.patches[0].patch". It is empty if
	// the whole object is meant.
	Field string

	// Text says what is different and why.
	Text string
}

// String returns the file, the object, the field and the text.
func (d Difference) String() string {
	var line string
	for _, part := range []string{d.File, d.Object, d.Field} {
		if part != "" {
			line += part + ": "
		}
	}
	return line + d.Text
}

// Import finds the tenants in the objects of a repository and infers a Spec of each.
// It reads every version of the kinds, the set-up of
// clastix/flux2-capsule-multi-tenancy of 2022 included. Then it builds each Spec,
// and compares every object with the one that exists: what differs is in
// Tenant.Differences.
//
// The server of a kubeconfig that lies in a Secret is taken from the Secret if it
// is among the objects, and from access otherwise. Where the same folder gives an
// object twice, the second is taken as a patch of the first.
//
// The error lists the objects that cannot be read, by file. The result holds what
// the others say.
func Import(objects []repository.Object, access kubeconfig.Access) (*Result, error) {
	all, err := read(objects)
	result, accounted := &Result{}, map[int]bool{}
	for _, view := range views(objects, all) {
		inv, fault := newInventory(view.objects)
		if fault != nil {
			err = errors.Join(err, fault)
			continue
		}
		for _, obj := range inv.twice {
			if !accounted[obj.index] {
				result.Rest = append(result.Rest, Difference{File: obj.file, Object: obj.String(), Text: "is a duplicate: it is taken as a patch of the first"})
			}
			accounted[obj.index] = true
		}
		for _, t := range inv.of(capsuleGroup, "Tenant") {
			i := &importer{
				objects: inv, tenant: t, fallback: access, accounted: map[int]bool{},
				owned: map[user]*existing{}, inline: map[user]bool{}, reasons: map[*existing]map[string]string{},
			}
			i.importTenant()
			maps.Copy(accounted, i.accounted)
			result.Tenants = append(result.Tenants, Tenant{
				Spec: i.spec, Overlay: view.dir, Differences: i.differences, Err: errors.Join(i.missing...),
			})
		}
	}
	result.Tenants = agreeing(result.Tenants)
	for _, obj := range all {
		if !accounted[obj.index] && obj.group != "kustomize.config.k8s.io" {
			result.Rest = append(result.Rest, Difference{File: obj.file, Object: obj.String(), Text: "belongs to no tenant, and is not carried over"})
		}
	}
	return result, err
}

// agreeing merges the tenants of one name if all overlays agree on them.
func agreeing(all []Tenant) []Tenant {
	slices.SortStableFunc(all, func(a, b Tenant) int { return cmp.Compare(a.Spec.Name, b.Spec.Name) })
	var found []Tenant
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].Spec.Name == all[0].Spec.Name {
			n++
		}
		same := !slices.ContainsFunc(all[:n], func(t Tenant) bool {
			return !reflect.DeepEqual(t.Spec, all[0].Spec) || !reflect.DeepEqual(t.Differences, all[0].Differences)
		})
		if same {
			all[0].Overlay = ""
			found = append(found, all[0])
		} else {
			found = append(found, all[:n]...)
		}
		all = all[n:]
	}
	return found
}

// read reads the identity of every object.
func read(objects []repository.Object) ([]*existing, error) {
	var all []*existing
	var errs []error
	for n, obj := range objects {
		data, err := json.Marshal(obj.Object)
		var head metav1.PartialObjectMetadata
		if err == nil {
			err = json.Unmarshal(data, &head)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %s %s: %w", obj.File, obj.Line, obj.Object.GetKind(), obj.Object.GetName(), err))
			continue
		}
		gvk := head.GroupVersionKind()
		all = append(all, &existing{
			index: n, group: gvk.Group, kind: gvk.Kind, version: gvk.Version, namespace: head.Namespace, name: head.Name,
			file: obj.File, labels: head.Labels, annotations: head.Annotations, json: data,
		})
	}
	return all, errors.Join(errs...)
}

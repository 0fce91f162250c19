package lockdown_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

func TestLockdownIsComplete(t *testing.T) {
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			for _, finding := range check(t, spec, build(t, components(t), spec, nil)) {
				t.Error(finding)
			}
		})
	}
}

// Without a patch, exactly its settings are missing.
func TestEveryPatchIsNeeded(t *testing.T) {
	spec := everything
	spec.Shards = []string{"shard1"}
	installed := essential(open(t))
	patches := mustBuild(t, spec).Kustomization.Patches
	for i, patch := range patches {
		settings := settingsOf(t, patch)
		t.Run(fmt.Sprintf("%d %s", i, settings[0]), func(t *testing.T) {
			objects := build(t, installed, spec, func(l *lockdown.Lockdown) {
				l.Kustomization.Patches = slices.Delete(slices.Clone(patches), i, i+1)
			})
			got := map[string]int{}
			for _, finding := range check(t, spec, objects) {
				got[finding.Setting]++
				if finding.Lets == "" {
					t.Errorf("%v does not say what it lets a tenant do", finding)
				}
			}
			want := map[string]int{}
			for _, setting := range settings {
				want[setting] = targets(t, objects, patch.Target)
			}
			if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 || slices.Contains(slices.Collect(maps.Values(want)), 0) {
				t.Errorf("findings by setting (-want +got):\n%s", diff)
			}
		})
	}
}

// Without one of the objects, exactly that object is missing.
func TestEveryObjectIsNeeded(t *testing.T) {
	objects := build(t, essential(components(t)), everything, nil)
	for _, obj := range mustBuild(t, everything).Objects {
		kind, name := obj.GetObjectKind().GroupVersionKind().Kind, obj.(metav1.Object).GetName()
		t.Run(kind+" "+name, func(t *testing.T) {
			findings := check(t, everything, slices.DeleteFunc(slices.Clone(objects), func(obj runtime.Object) bool {
				u := obj.(*unstructured.Unstructured)
				return u.GetKind() == kind && u.GetName() == name
			}))
			if len(findings) != 1 || findings[0].Lets == "" || findings[0].Kind != kind {
				t.Fatalf("findings = %v, want one", findings)
			}
			if got := findings[0].Name; got != name && (kind != "Service" || got != "<artifact host>") {
				t.Errorf("finding = %v, want one of %s", findings[0], name)
			}
		})
	}
}

// settingsOf returns the checker's names of the patch's settings.
func settingsOf(t *testing.T, patch types.Patch) []string {
	t.Helper()
	if patch.Target.Kind == "NetworkPolicy" {
		return []string{"spec"}
	}
	var operations []struct {
		Path  string
		Value string
	}
	if err := yaml.Unmarshal([]byte(patch.Patch), &operations); err == nil && len(operations) == 1 {
		if flag, _, ok := strings.Cut(operations[0].Value, "="); ok {
			return []string{flag}
		}
		return []string{strings.ReplaceAll(strings.TrimPrefix(operations[0].Path, "/"), "/", ".")}
	}
	var d struct {
		Spec struct {
			Template struct {
				Spec struct {
					Containers []struct{ Env []struct{ Name string } }
				}
			}
		}
	}
	if err := yaml.Unmarshal([]byte(patch.Patch), &d); err != nil || len(d.Spec.Template.Spec.Containers) != 1 {
		t.Fatalf("patch %q: %v", patch.Patch, err)
	}
	var names []string
	for _, v := range d.Spec.Template.Spec.Containers[0].Env {
		names = append(names, v.Name)
	}
	return names
}

// targets counts the objects that the patch is for.
func targets(t *testing.T, objects []runtime.Object, selector *types.Selector) int {
	t.Helper()
	regex, err := types.NewSelectorRegex(selector)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, obj := range objects {
		u := obj.(*unstructured.Unstructured)
		shard := u.GetAnnotations()["sharding.fluxcd.io/role"] != ""
		if u.GetKind() == selector.Kind && regex.MatchName(u.GetName()) && !(shard && selector.AnnotationSelector != "") {
			n++
		}
	}
	return n
}

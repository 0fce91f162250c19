package fleet_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestFleetStops: after the consumer breaks or its context ends, only tenants in
// progress are finished, and no goroutine stays behind, which synctest checks.
func TestFleetStops(t *testing.T) {
	tests := map[string]func(i int, cancel func()) (stop bool){
		"break":  func(i int, _ func()) bool { return i == 10 },
		"cancel": func(i int, cancel func()) bool { cancel(); return false },
	}
	for name, after := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				asked := 0
				all := fleet.Fleet{Tenants: teams(1_000_000, &asked)}
				i := 0
				var last error
				for _, err := range all.Bundles(ctx) {
					if last = err; err == nil && after(i, cancel) {
						break
					}
					i++
				}
				if name == "cancel" && !errors.Is(last, context.Canceled) {
					t.Errorf("the last error is %v, want %v", last, context.Canceled)
				}
				if asked > 10_000 {
					t.Errorf("%d specs were taken for %d bundles", asked, i)
				}
			})
		})
	}
}

// TestFleetPanics: a panic or Goexit in the caller's code happens in the caller's
// goroutine, which can recover. No goroutine stays behind.
func TestFleetPanics(t *testing.T) {
	faulty := func(end func()) map[string]fleet.Fleet {
		return map[string]fleet.Fleet{
			"iterator": {Tenants: func(yield func(tenant.Spec, error) bool) {
				for i := range 10 {
					if i == 5 {
						end()
					}
					if !yield(team(i), nil) {
						return
					}
				}
			}},
			"Customize": {Tenants: teams(1000, nil), Customize: func(b *tenant.Bundle) error {
				if b.Tenant.Name == "team-5" {
					end()
				}
				return nil
			}},
		}
	}
	for name, all := range faulty(func() { panic("the caller's") }) {
		t.Run(name+" panics", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				defer func() {
					got := fmt.Sprint(recover())
					if named := strings.HasPrefix(got, `fleet: Customize panicked at tenant "team-5": the caller's`+"\n"); got != "the caller's" && !named || (name == "Customize") != named {
						t.Errorf("recovered %v", got)
					}
				}()
				_ = all.Write(t.Context(), &bytes.Buffer{})
				t.Error("no panic")
			})
		})
	}
	for name, all := range faulty(runtime.Goexit) {
		t.Run(name+" exits", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var running sync.WaitGroup
				running.Go(func() {
					_, err := all.WriteTree(t.Context(), t.TempDir())
					t.Errorf("a tree was written, error %v", err)
				})
				running.Wait()
			})
		})
	}
}

// TestFleetCustomize: a customized bundle is validated and written.
func TestFleetCustomize(t *testing.T) {
	refused := errors.New("not this one")
	all := fleet.Fleet{Tenants: teams(4, nil), Customize: func(b *tenant.Bundle) error {
		switch b.Tenant.Name {
		case "team-1":
			return refused
		case "team-2":
			b.Kustomization.Spec.ServiceAccountName = "kustomize-controller"
		case "team-3":
			apps, err := b.NewKustomization("apps", kustomizev1.KustomizationSpec{})
			if err != nil {
				return err
			}
			return b.Add(apps)
		}
		return nil
	}}
	var got []string
	for bundle, err := range all.Bundles(t.Context()) {
		if err != nil {
			got = append(got, err.Error())
		} else {
			got = append(got, fmt.Sprint(bundle.Tenant.Name, " ", len(bundle.Objects())))
		}
	}
	want := []string{
		"team-0 9",
		refused.Error(),
		`Kustomization.kustomize.toolkit.fluxcd.io "team-2/team-2" is invalid: spec.serviceAccountName: Invalid value: "kustomize-controller": must be the tenant's reconciler, gitops-reconciler`,
		"team-3 10",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestFleetCustomizeNames: two tenants cannot be given one object.
func TestFleetCustomizeNames(t *testing.T) {
	all := fleet.Fleet{Tenants: teams(3, nil), Customize: func(b *tenant.Bundle) error {
		switch b.Tenant.Name {
		case "team-0", "team-2":
			return b.Add(&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "shared"}})
		}
		b.Namespace.Name = "kube-system"
		return nil
	}}
	var got []string
	for _, err := range all.Bundles(t.Context()) {
		got = append(got, fmt.Sprint(err))
	}
	want := []string{
		"<nil>",
		`Namespace "kube-system" is invalid: metadata.name: Invalid value: "kube-system": must stay team-1`,
		`tenant.Spec "team-2" is invalid: objects: Duplicate value: "ClusterRole.rbac.authorization.k8s.io shared": an object of tenant "team-0"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

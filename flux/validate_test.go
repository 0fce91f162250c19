package flux_test

import (
	"strings"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

func TestValidate(t *testing.T) {
	ok := func(change func(*kustomizev1.Kustomization)) *kustomizev1.Kustomization {
		ks, err := kustomization.Build(kustomization.Changed(t, ""))
		if err != nil {
			t.Fatal(err)
		}
		change(ks)
		return ks
	}
	kinds := `"Alert", "Bucket", ...`
	for name, test := range map[string]struct {
		obj  runtime.Object
		want []string
	}{
		"nothing":         {nil, []string{`object: Required value`}},
		"a nil pointer":   {(*sourcev1.Bucket)(nil), []string{`object: Required value`}},
		"another kind":    {&corev1.Pod{}, []string{`kind: Unsupported value: "Pod": supported values: ` + kinds}},
		"a list":          {&sourcev1.BucketList{}, []string{`kind: Unsupported value: "BucketList": supported values: ` + kinds}},
		"what was built":  {ok(func(*kustomizev1.Kustomization) {}), nil},
		"without a type":  {ok(func(ks *kustomizev1.Kustomization) { ks.TypeMeta = metav1.TypeMeta{} }), nil},
		"another version": {ok(func(ks *kustomizev1.Kustomization) { ks.APIVersion = "kustomize.toolkit.fluxcd.io/v1beta2" }), []string{`apiVersion: Unsupported value: "kustomize.toolkit.fluxcd.io/v1beta2": supported values: "kustomize.toolkit.fluxcd.io/v1"`}},
		"the wrong kind":  {ok(func(ks *kustomizev1.Kustomization) { ks.Kind = "HelmRelease" }), []string{`kind: Unsupported value: "HelmRelease": supported values: "Kustomization"`}},
		"changed": {
			ok(func(ks *kustomizev1.Kustomization) {
				ks.Name = "A"
				ks.Spec.Path = "../b"
				ks.Spec.Interval.Duration = 0
			}),
			[]string{
				`metadata.name: Invalid value: "A": ` + notSubdomain,
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
				`spec.path: Invalid value: "../b": must not contain ".."`,
			},
		},
	} {
		err := flux.Validate(test.obj)
		if (err != nil) != (test.want != nil) || err != nil && !apierrors.IsInvalid(err) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
		if diff := cmp.Diff(test.want, buildtest.Faults(err), buildtest.Words); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// More people read errors, in logs and CI output, than the manifest.
func TestErrorsShowNoCredentials(t *testing.T) {
	for _, url := range []string{
		"https://user:hunter2@github.com/org/apps.git",
		"https://hunter2@github.com/org/apps.git",
		"user:hunter2@github.com:org/apps.git",
		"ssh://git:hunter2@github.com/org/apps.git",
		"https://github.com/%zz?token=hunter2",
		"https://user:hunter2@github.com:port/org/apps.git",
		"ftp://user:hunter2@github.com/@/apps.git",
	} {
		_, err := flux.GitRepository(metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"}, sourcev1.GitRepositorySpec{URL: url})
		if err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: error shows the credentials: %v", url, err)
		}
	}
}

func TestImageNames(t *testing.T) {
	build := func(image string) error {
		repo := imageRepository.Changed(t, "")
		repo.Spec.Image = image
		_, err := imageRepository.Build(repo)
		return err
	}
	for _, name := range []string{"nginx", "library/nginx", "ghcr.io/org/app", "localhost:5000/app", "r.example.com:443/a/b_c/d__e/f-g.h"} {
		if err := build(name); err != nil {
			t.Errorf("%s is rejected: %v", name, err)
		}
	}
	for _, name := range []string{"nginx:1", "nginx@sha256:abc", "ghcr.io/org/app/", "ghcr.io//app", "user:hunter2@ghcr.io/app", "a b", "-a", "ghcr.io/a..b/c-"} {
		if build(name) == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

package flux_test

import (
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

var at = metav1.ObjectMeta{Namespace: "dev-team", Name: "other"}

func TestReferences(t *testing.T) {
	git := &sourcev1.GitRepository{ObjectMeta: at}
	ks := &kustomizev1.Kustomization{ObjectMeta: at}
	web := &appsv1.Deployment{TypeMeta: metav1.TypeMeta{APIVersion: "apps/v1", Kind: "Deployment"}, ObjectMeta: at}
	for name, test := range map[string]struct{ got, want any }{
		"SourceRef": {
			flux.SourceRef(git),
			kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "other", Namespace: "dev-team"},
		},
		"SourceRef, converted": {
			automationv1.CrossNamespaceSourceReference(flux.SourceRef(git)),
			automationv1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "other", Namespace: "dev-team"},
		},
		"ChartRef": {
			flux.ChartRef(&sourcev1.OCIRepository{ObjectMeta: at}),
			&helmv2.CrossNamespaceSourceReference{Kind: "OCIRepository", Name: "other", Namespace: "dev-team"},
		},
		"Chart": {
			flux.Chart(&sourcev1.HelmRepository{ObjectMeta: at}, "podinfo", "6.x"),
			&helmv2.HelmChartTemplate{Spec: helmv2.HelmChartTemplateSpec{
				Chart: "podinfo", Version: "6.x",
				SourceRef: helmv2.CrossNamespaceObjectReference{Kind: "HelmRepository", Name: "other", Namespace: "dev-team"},
			}},
		},
		"DependsOn": {
			flux.DependsOn(ks, nil, &kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Namespace: "platform", Name: "base"}}),
			[]meta.DependencyReference{{Name: "other", Namespace: "dev-team"}, {}, {Name: "base", Namespace: "platform"}},
		},
		"HealthChecks": {
			flux.HealthChecks(web, ks, nil),
			[]meta.NamespacedObjectKindReference{
				{APIVersion: "apps/v1", Kind: "Deployment", Name: "other", Namespace: "dev-team"},
				{APIVersion: "kustomize.toolkit.fluxcd.io/v1", Kind: "Kustomization", Name: "other", Namespace: "dev-team"},
				{},
			},
		},
		"MadeFor": {
			flux.MadeFor(web),
			&meta.NamespacedObjectKindReference{APIVersion: "apps/v1", Kind: "Deployment", Name: "other", Namespace: "dev-team"},
		},
		"EventSources": {
			flux.EventSources(git),
			[]notificationv1.CrossNamespaceObjectReference{{Kind: "GitRepository", Name: "other", Namespace: "dev-team"}},
		},
		"ReceiverResources": {
			flux.ReceiverResources(git),
			[]notificationv1.ReceiverResource{{CrossNamespaceObjectReference: notificationv1.CrossNamespaceObjectReference{
				APIVersion: "source.toolkit.fluxcd.io/v1", Kind: "GitRepository", Name: "other", Namespace: "dev-team",
			}}},
		},
		"ImageRepositoryRef": {
			flux.ImageRepositoryRef(&reflectorv1.ImageRepository{ObjectMeta: at}),
			meta.NamespacedObjectReference{Name: "other", Namespace: "dev-team"},
		},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// A reference to nil is empty, which the constructors reject, and nothing panics.
func TestReferencesToNil(t *testing.T) {
	for name, test := range map[string]struct{ got, want any }{
		"SourceRef":          {flux.SourceRef(nil), kustomizev1.CrossNamespaceSourceReference{}},
		"a nil pointer":      {flux.SourceRef((*sourcev1.GitRepository)(nil)), kustomizev1.CrossNamespaceSourceReference{}},
		"ChartRef":           {flux.ChartRef(nil), &helmv2.CrossNamespaceSourceReference{}},
		"Chart":              {flux.Chart(nil, "", ""), &helmv2.HelmChartTemplate{}},
		"MadeFor":            {flux.MadeFor(nil), &meta.NamespacedObjectKindReference{}},
		"EventSources":       {flux.EventSources(nil), []notificationv1.CrossNamespaceObjectReference{{}}},
		"ReceiverResources":  {flux.ReceiverResources((*sourcev1.Bucket)(nil)), []notificationv1.ReceiverResource{{}}},
		"ImageRepositoryRef": {flux.ImageRepositoryRef(nil), meta.NamespacedObjectReference{}},
	} {
		if diff := cmp.Diff(test.want, test.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	flux.Shard(nil, "shard1")
	flux.Shard((*helmv2.HelmRelease)(nil), "shard1")
}

func TestShard(t *testing.T) {
	labels := map[string]string{"team": "dev"}
	shared := &helmv2.HelmChartTemplate{}
	release := &helmv2.HelmRelease{ObjectMeta: metav1.ObjectMeta{Labels: labels}, Spec: helmv2.HelmReleaseSpec{Chart: shared}}
	flux.Shard(release, "shard1")

	if diff := cmp.Diff(map[string]string{"team": "dev", flux.ShardKey: "shard1"}, release.Labels); diff != "" {
		t.Errorf("labels of the release (-want +got):\n%s", diff)
	}
	want := &helmv2.HelmChartTemplateObjectMeta{Labels: map[string]string{flux.ShardKey: "shard1"}}
	if diff := cmp.Diff(want, release.Spec.Chart.ObjectMeta); diff != "" {
		t.Errorf("metadata of the chart (-want +got):\n%s", diff)
	}
	if len(labels) != 1 || shared.ObjectMeta != nil {
		t.Error("what the object was made of has changed")
	}

	repo := &sourcev1.HelmRepository{ObjectMeta: at}
	flux.Shard(repo, "shard1")
	if diff := cmp.Diff(want, flux.Chart(repo, "podinfo", "").ObjectMeta); diff != "" {
		t.Errorf("metadata of a chart of the shard (-want +got):\n%s", diff)
	}
}

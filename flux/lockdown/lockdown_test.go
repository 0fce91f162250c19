package lockdown_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

// Existing values are overridden in any form; other gates stay.
func TestArgumentsThatStandThere(t *testing.T) {
	spec := lockdown.Spec{ServiceAccount: "gitops-reconciler", WorkloadIdentity: true}
	for _, args := range [][]string{
		{"--no-cross-namespace-refs=false", "--no-remote-bases=0"},
		{"--default-service-account", "kustomize-controller"},
		{"--default-service-account="},
		{"--feature-gates=ExternalArtifact=true,ObjectLevelWorkloadIdentity=false"},
		{"--feature-gates", "ObjectLevelWorkloadIdentity=false", "--feature-gates", "ExternalArtifact=true"},
		{"--insecure-kubeconfig-exec", "--insecure-kubeconfig-tls=1"},
	} {
		installed := withArgs(t, components(t), args...)
		if before := check(t, spec, build(t, installed, spec, func(l *lockdown.Lockdown) { l.Kustomization.Patches = nil })); len(before) == 0 {
			t.Errorf("%q: nothing is missing without the lockdown", args)
		}
		objects := build(t, installed, spec, nil)
		for _, finding := range check(t, spec, objects) {
			t.Errorf("%q: %v", args, finding)
		}
		for _, arg := range args {
			if !slices.Contains(argsOf(t, objects, "kustomize-controller"), arg) {
				t.Errorf("%q: the lockdown drops %s", args, arg)
			}
		}
	}
}

func TestShards(t *testing.T) {
	spec := specs["everything"]
	objects := build(t, components(t), spec, nil)
	var names []string
	for _, obj := range objects {
		if u := obj.(*unstructured.Unstructured); u.GetKind() == "Deployment" || u.GetKind() == "Service" {
			name := u.GetName()
			if strings.HasPrefix(name, "art-") {
				name = "art"
			}
			names = append(names, u.GetKind()+" "+name)
		}
	}
	slices.Sort(names)
	want := []string{
		"Deployment helm-controller", "Deployment helm-controller-shard1", "Deployment helm-controller-shard2",
		"Deployment image-automation-controller", "Deployment image-reflector-controller",
		"Deployment kustomize-controller", "Deployment kustomize-controller-shard1", "Deployment kustomize-controller-shard2",
		"Deployment notification-controller",
		"Deployment source-controller", "Deployment source-controller-shard1", "Deployment source-controller-shard2",
		"Deployment source-watcher",
		"Service art", "Service art", "Service art", "Service art",
		"Service notification-controller", "Service source-controller", "Service source-controller-shard1",
		"Service source-controller-shard2", "Service webhook-receiver",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}

	sourceArgs := argsOf(t, objects, "source-controller-shard2")
	for _, arg := range []string{
		"--watch-label-selector=sharding.fluxcd.io/key=shard2",
		"--storage-adv-addr=source-controller-shard2.$(RUNTIME_NAMESPACE).svc.example.org.",
	} {
		if !slices.Contains(sourceArgs, arg) {
			t.Errorf("source-controller-shard2 lacks %s: %q", arg, sourceArgs)
		}
	}
	if got := argsOf(t, objects, "source-controller"); !slices.Contains(got, "--watch-label-selector=!sharding.fluxcd.io/key") {
		t.Errorf("source-controller also watches what belongs to shards: %q", got)
	}
	shard := deployment(t, objects, "kustomize-controller-shard1")
	if got := shard.Spec.Template.Spec.ServiceAccountName; got != "kustomize-controller" {
		t.Errorf("the shard runs as %q, want kustomize-controller", got)
	}
	if selector, labels := shard.Spec.Selector.MatchLabels["app"], shard.Spec.Template.Labels["app"]; selector != "kustomize-controller-shard1" || labels != selector {
		t.Errorf("the shard selects app=%s and labels its pods app=%s", selector, labels)
	}
}

func TestInvalidSpec(t *testing.T) {
	spec := lockdown.Spec{
		FluxVersion: "2.6", ServiceAccount: "A", Namespace: "a.b", ClusterDomain: "-",
		Shards:       []string{"one", "one", "Two", strings.Repeat("a", 43)},
		ArtifactHost: "art-secret", Concurrent: -1,
		Egress: lockdown.Egress{
			CapsuleProxy: "https://capsule-proxy", Clusters: []string{"10.0.0.0/8"}, KeyServices: []string{".amazonaws.com", "kms.example.com:0"},
			Sources: []string{"b.svc", "source-controller-one.a.b.svc:80", "*", "a.b,c.d"}, SourceProxy: "egress:3128",
		},
		Network: lockdown.Network{APIServer: []string{"10.0.0.1"}, Cluster: []string{"10.0.0.1/8"}},
	}
	want := []string{
		`fluxVersion: Unsupported value: "2.6": supported values: "2.7", "2.8", "2.9", "2.10"`,
		`serviceAccount: Invalid value: "A"`, `namespace: Invalid value: "a.b"`, `clusterDomain: Invalid value: "-"`,
		`shards[1]: Duplicate value: "one"`, `shards[2]: Invalid value: "Two"`, `shards[3]: Too long: may not be more than 42 bytes`,
		`artifactHost: Invalid value: "REDACTED"`, `concurrent: Invalid value: -1: must be greater than 0`,
		`egress.capsuleProxy: Invalid value: "https://capsule-proxy"`, `egress.clusters[0]: Invalid value: "10.0.0.0/8"`,
		`egress.keyServices[0]: Invalid value: ".amazonaws.com"`, `egress.keyServices[1]: Invalid value: "kms.example.com:0"`,
		`egress.sources[0]: Forbidden: contains source-controller.a.b.svc, which`,
		`egress.sources[1]: Forbidden: contains source-controller-one.a.b.svc, which serves the artifacts of all tenants`,
		`egress.sources[2]: Invalid value: "*"`, `egress.sources[3]: Invalid value: "a.b,c.d"`,
		`egress.sourceProxy: Invalid value: "egress:3128"`,
		`network.apiServer[0]: Invalid value: "10.0.0.1"`, `network.cluster[0]: Invalid value: "10.0.0.1/8"`,
	}
	_, buildErr := lockdown.Build(spec)
	_, checkErr := lockdown.Check(spec)
	for name, err := range map[string]error{"Build": buildErr, "Check": checkErr} {
		for _, fault := range want {
			if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), fault) {
				t.Errorf("%s: error %v does not say %s", name, err, fault)
			}
		}
	}
}

// An empty list must not look like a locked-down installation.
func TestCheckOfNothing(t *testing.T) {
	web := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "web"}}
	if _, err := lockdown.Check(lockdown.Spec{}, web, &corev1.Pod{}); err == nil {
		t.Error("no error without a controller")
	}
	broken := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "apps/v1", "kind": "Deployment", "metadata": map[string]any{"name": "helm-controller"}, "spec": "none",
	}}
	if _, err := lockdown.Check(lockdown.Spec{}, broken); err == nil || !strings.Contains(err.Error(), "helm-controller") {
		t.Errorf("error of a broken Deployment = %v, want one that names it", err)
	}
}

// A controller with another name or a sidecar is recognized by its image or its
// label.
func TestCheckKnowsControllers(t *testing.T) {
	container := func(name, image string, args ...string) corev1.Container {
		return corev1.Container{Name: name, Image: image, Args: args}
	}
	for name, test := range map[string]struct {
		labels     map[string]string
		containers []corev1.Container
		found      bool
	}{
		"image":             {nil, []corev1.Container{container("flux", "registry:5000/fluxcd/kustomize-controller:v1@sha256:0")}, true},
		"label":             {map[string]string{"app.kubernetes.io/component": "kustomize-controller"}, nil, true},
		"another image":     {nil, []corev1.Container{container("flux", "example.com/kustomize-controller/web")}, false},
		"locked, in a pod":  {nil, []corev1.Container{container("proxy", "envoy", "--no-remote-bases=true"), container("manager", "kustomize-controller")}, true},
		"locked, in a name": {nil, []corev1.Container{container("a", "kustomize-controller", "no-remote-bases=true", "--", "--no-remote-bases=true")}, true},
	} {
		t.Run(name, func(t *testing.T) {
			obj := &appsv1.Deployment{ObjectMeta: metav1.ObjectMeta{Name: "flux", Labels: test.labels}}
			obj.Spec.Template.Spec.Containers = test.containers
			findings, err := lockdown.Check(lockdown.Spec{}, obj)
			if (err == nil) != test.found {
				t.Fatalf("found = %v, want %v (%v)", err == nil, test.found, err)
			}
			missing := slices.ContainsFunc(findings, func(f lockdown.Finding) bool { return f.Setting == "--no-remote-bases" })
			if missing != test.found {
				t.Errorf("findings = %v", findings)
			}
		})
	}
}

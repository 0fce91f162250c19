package lockdown_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

var specs = map[string]lockdown.Spec{
	"zero":              {},
	"account":           {ServiceAccount: "gitops-reconciler"},
	"workload identity": {WorkloadIdentity: true},
	"everything": {
		ServiceAccount: "gitops-reconciler", WorkloadIdentity: true, Shards: []string{"shard1", "shard2"}, ClusterDomain: "example.org",
	},
}

func TestLockdownIsComplete(t *testing.T) {
	for name, spec := range specs {
		t.Run(name, func(t *testing.T) {
			for _, finding := range check(t, spec, build(t, components(t), spec, nil)) {
				t.Error(finding)
			}
		})
	}
}

// Without one of the patches, exactly what it is for is missing.
func TestEveryPatchIsNeeded(t *testing.T) {
	spec := lockdown.Spec{WorkloadIdentity: true, Shards: []string{"shard1"}}
	patches := mustKustomization(t, spec).Patches
	for i, patch := range patches {
		setting := settingOf(t, patch)
		t.Run(fmt.Sprintf("%d %s", i, setting), func(t *testing.T) {
			objects := build(t, open(t), spec, func(k *types.Kustomization) { k.Patches = slices.Delete(slices.Clone(patches), i, i+1) })
			findings := check(t, spec, objects)
			for _, finding := range findings {
				if finding.Setting != setting {
					t.Errorf("without the patch: %v", finding)
				}
			}
			if got, want := len(findings), targets(t, objects, patch.Target); got != want || want == 0 {
				t.Errorf("%d findings, but the patch has %d targets", got, want)
			}
		})
	}
}

// settingOf is what the checker calls the thing that the patch sets.
func settingOf(t *testing.T, patch types.Patch) string {
	t.Helper()
	var operations []struct{ Path, Value string }
	if err := yaml.Unmarshal([]byte(patch.Patch), &operations); err != nil || len(operations) != 1 {
		t.Fatalf("patch %q: %d operations, %v", patch.Patch, len(operations), err)
	}
	if flag, _, ok := strings.Cut(operations[0].Value, "="); ok {
		return flag
	}
	return strings.ReplaceAll(strings.TrimPrefix(operations[0].Path, "/"), "/", ".")
}

func TestFindingsOfAnOpenInstallation(t *testing.T) {
	findings := check(t, lockdown.Spec{WorkloadIdentity: true}, build(t, open(t), lockdown.Spec{}, func(k *types.Kustomization) { k.Patches = nil }))
	var got []string
	for _, finding := range findings {
		got = append(got, finding.String())
	}
	want := []string{
		`Deployment flux-system/helm-controller: --no-cross-namespace-refs is not set, should be "true"`,
		`Deployment flux-system/helm-controller: --default-service-account is not set, should be "default"`,
		`Deployment flux-system/helm-controller: --insecure-kubeconfig-exec is "true", should be "false"`,
		`Deployment flux-system/helm-controller: --insecure-kubeconfig-tls is "true", should be "false"`,
		`Deployment flux-system/helm-controller: --feature-gates is "ExternalArtifact=true", should be "ObjectLevelWorkloadIdentity=true"`,
		`Deployment flux-system/helm-controller: --default-kubeconfig-service-account is not set, should be "default"`,
		`Deployment flux-system/image-automation-controller: --no-cross-namespace-refs is not set, should be "true"`,
		`Deployment flux-system/image-automation-controller: --feature-gates is not set, should be "ObjectLevelWorkloadIdentity=true"`,
		`Deployment flux-system/image-automation-controller: --default-service-account is not set, should be "default"`,
		`Deployment flux-system/image-reflector-controller: --no-cross-namespace-refs is not set, should be "true"`,
		`Deployment flux-system/image-reflector-controller: --feature-gates is not set, should be "ObjectLevelWorkloadIdentity=true"`,
		`Deployment flux-system/image-reflector-controller: --default-service-account is not set, should be "default"`,
		`Deployment flux-system/kustomize-controller: --no-cross-namespace-refs is not set, should be "true"`,
		`Deployment flux-system/kustomize-controller: --no-remote-bases is not set, should be "true"`,
		`Deployment flux-system/kustomize-controller: --default-service-account is not set, should be "default"`,
		`Deployment flux-system/kustomize-controller: --insecure-kubeconfig-exec is "true", should be "false"`,
		`Deployment flux-system/kustomize-controller: --insecure-kubeconfig-tls is "true", should be "false"`,
		`Deployment flux-system/kustomize-controller: --feature-gates is "ExternalArtifact=true", should be "ObjectLevelWorkloadIdentity=true"`,
		`Deployment flux-system/kustomize-controller: --default-decryption-service-account is not set, should be "default"`,
		`Deployment flux-system/kustomize-controller: --default-kubeconfig-service-account is not set, should be "default"`,
		`Deployment flux-system/notification-controller: --no-cross-namespace-refs is not set, should be "true"`,
		`Deployment flux-system/notification-controller: --feature-gates is not set, should be "ObjectLevelWorkloadIdentity=true"`,
		`Deployment flux-system/notification-controller: --default-service-account is not set, should be "default"`,
		`Deployment flux-system/source-controller: --feature-gates is not set, should be "ObjectLevelWorkloadIdentity=true"`,
		`Deployment flux-system/source-controller: --default-service-account is not set, should be "default"`,
		`Deployment flux-system/source-watcher: --no-cross-namespace-refs is not set, should be "true"`,
		`Kustomization flux-system/flux-system: spec.serviceAccountName is not set, should be "kustomize-controller"`,
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// What stands there already, in whatever form, is overruled; other gates stay.
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
		if before := check(t, spec, build(t, installed, spec, func(k *types.Kustomization) { k.Patches = nil })); len(before) == 0 {
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
			names = append(names, u.GetKind()+" "+u.GetName())
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
	spec := lockdown.Spec{ServiceAccount: "A", Namespace: "a.b", ClusterDomain: "-", Shards: []string{"one", "one", "Two"}}
	want := []string{`serviceAccount: Invalid value: "A"`, `namespace: Invalid value: "a.b"`, `clusterDomain: Invalid value: "-"`, `shards[1]: Duplicate value: "one"`, `shards[2]: Invalid value: "Two"`}
	_, kustomizationErr := lockdown.Kustomization(spec)
	_, shardErr := lockdown.Shard(spec, "one")
	_, checkErr := lockdown.Check(spec)
	for name, err := range map[string]error{"Kustomization": kustomizationErr, "Shard": shardErr, "Check": checkErr} {
		for _, fault := range want {
			if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), fault) {
				t.Errorf("%s: error %v does not say %s", name, err, fault)
			}
		}
	}
	if _, err := lockdown.Shard(lockdown.Spec{Shards: []string{"one"}}, "two"); err == nil {
		t.Error("a shard that the Spec does not have is made")
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

// A controller is known by its image or its label where its name is another, and
// beside a sidecar.
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

// components are what flux install writes, with source-watcher, whose module
// cannot be had, made from source-controller.
func components(t *testing.T) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "gotk-components.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		if bytes.Contains(document, []byte("kind: Deployment")) && bytes.Contains(document, []byte("\n  name: source-controller\n")) {
			text = slices.Concat(text, []byte("---\n"), bytes.ReplaceAll(document, []byte("source-controller"), []byte("source-watcher")))
		}
	}
	return text
}

// open is an installation in which somebody has also opened what is closed by
// default.
func open(t *testing.T) []byte {
	return withArgs(t, components(t), "--insecure-kubeconfig-exec=true", "--insecure-kubeconfig-tls=true")
}

// withArgs adds arguments, before those that stand there, to kustomize- and
// helm-controller.
func withArgs(t *testing.T, text []byte, args ...string) []byte {
	t.Helper()
	var out [][]byte
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var obj unstructured.Unstructured
		if err := yaml.Unmarshal(document, &obj.Object); err != nil {
			t.Fatal(err)
		}
		if obj.GetKind() == "Deployment" && (obj.GetName() == "kustomize-controller" || obj.GetName() == "helm-controller") {
			typed := deployment(t, []runtime.Object{&obj}, obj.GetName())
			typed.Spec.Template.Spec.Containers[0].Args = slices.Concat(args, typed.Spec.Template.Spec.Containers[0].Args)
			changed, err := yaml.Marshal(typed)
			if err != nil {
				t.Fatal(err)
			}
			document = changed
		}
		out = append(out, document)
	}
	return bytes.Join(out, []byte("\n---\n"))
}

// build runs kustomize on a directory as flux bootstrap lays it out.
func build(t *testing.T, components []byte, spec lockdown.Spec, change func(*types.Kustomization)) []runtime.Object {
	t.Helper()
	fs := filesys.MakeFsInMemory()
	write := func(name string, content any) {
		text, isText := content.([]byte)
		if !isText {
			var err error
			if text, err = yaml.Marshal(content); err != nil {
				t.Fatal(err)
			}
		}
		if err := fs.WriteFile(name, text); err != nil {
			t.Fatal(err)
		}
	}
	sync := &kustomizev1.Kustomization{
		TypeMeta:   metav1.TypeMeta{APIVersion: kustomizev1.GroupVersion.String(), Kind: kustomizev1.KustomizationKind},
		ObjectMeta: metav1.ObjectMeta{Namespace: "flux-system", Name: "flux-system"},
	}
	k := mustKustomization(t, spec)
	if change != nil {
		change(k)
	}
	write("flux-system/gotk-components.yaml", components)
	write("flux-system/gotk-sync.yaml", sync)
	write("flux-system/kustomization.yaml", k)
	for _, name := range spec.Shards {
		shard, err := lockdown.Shard(spec, name)
		if err != nil {
			t.Fatal(err)
		}
		write("flux-system/"+name+"/kustomization.yaml", shard)
	}
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone // as kustomize-controller does
	built, err := krusty.MakeKustomizer(options).Run(fs, "flux-system")
	if err != nil {
		t.Fatal(err)
	}
	var objects []runtime.Object
	for _, resource := range built.Resources() {
		content, err := resource.Map()
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, &unstructured.Unstructured{Object: content})
	}
	return objects
}

func mustKustomization(t *testing.T, spec lockdown.Spec) *types.Kustomization {
	t.Helper()
	k, err := lockdown.Kustomization(spec)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func check(t *testing.T, spec lockdown.Spec, objects []runtime.Object) []lockdown.Finding {
	t.Helper()
	findings, err := lockdown.Check(spec, objects...)
	if err != nil {
		t.Fatal(err)
	}
	return findings
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

func deployment(t *testing.T, objects []runtime.Object, name string) *appsv1.Deployment {
	t.Helper()
	for _, obj := range objects {
		u := obj.(*unstructured.Unstructured)
		if u.GetKind() != "Deployment" || u.GetName() != name {
			continue
		}
		typed := &appsv1.Deployment{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, typed); err != nil {
			t.Fatal(err)
		}
		return typed
	}
	t.Fatalf("no Deployment %s", name)
	return nil
}

func argsOf(t *testing.T, objects []runtime.Object, name string) []string {
	t.Helper()
	return deployment(t, objects, name).Spec.Template.Spec.Containers[0].Args
}

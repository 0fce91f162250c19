package lockdown_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

const host = "art-0123456789abcdef0123456789abcdef"

var specs = map[string]lockdown.Spec{
	"zero":              {},
	"account":           {ServiceAccount: "gitops-reconciler"},
	"workload identity": {WorkloadIdentity: true},
	"artifact host":     {ArtifactHost: host},
	"sources":           {Egress: lockdown.Egress{Sources: []string{"github.com", "ghcr.io:443"}}},
	"Flux 2.7":          {FluxVersion: "v2.7.5", WorkloadIdentity: true},
	"Flux 2.10":         {FluxVersion: "2.10"},
	"everything":        everything,
}

var everything = lockdown.Spec{
	ServiceAccount: "gitops-reconciler", WorkloadIdentity: true, Shards: []string{"shard1", "shard2"}, ClusterDomain: "example.org",
	ArtifactHost: host, HideArtifactHost: true,
	Egress: lockdown.Egress{
		CapsuleProxy: "proxy.example.com:443", Clusters: []string{"10.1.2.3", "[fd00::1]:6443"}, KeyServices: []string{"kms.eu-west-1.amazonaws.com"},
		Sources: []string{"git.example.com"}, SourceProxy: "http://egress.example.com:3128",
	},
	Network: lockdown.Network{APIServer: []string{"192.0.2.1/32"}, Cluster: []string{"10.0.0.0/8", "fd00::/8"}},
}

// components are the output of flux install. Its source-watcher, whose module is not
// available, is made from source-controller.
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

// open is an installation whose flags open what is closed by default, with the
// network policy that Flux had before 2.9.4.
func open(t *testing.T) []byte {
	text := bytes.Replace(components(t), []byte("    ports:\n    - port: 9292\n      protocol: TCP\n"), nil, 1)
	return withArgs(t, text, "--insecure-kubeconfig-exec=true", "--insecure-kubeconfig-tls=true")
}

// essential leaves out everything that the lockdown does not change, so that many
// builds take less time.
func essential(text []byte) []byte {
	return bytes.Join(slices.DeleteFunc(bytes.Split(text, []byte("\n---\n")), func(document []byte) bool {
		return !slices.ContainsFunc([]string{"Deployment", "Service", "NetworkPolicy"}, func(kind string) bool {
			return bytes.Contains(document, []byte("\nkind: "+kind+"\n"))
		})
	}), []byte("\n---\n"))
}

// withArgs puts arguments before those of kustomize- and helm-controller.
func withArgs(t *testing.T, text []byte, args ...string) []byte {
	return changed(t, text, func(d *appsv1.Deployment) {
		if d.Name == "kustomize-controller" || d.Name == "helm-controller" {
			d.Spec.Template.Spec.Containers[0].Args = slices.Concat(args, d.Spec.Template.Spec.Containers[0].Args)
		}
	})
}

// changed changes the Deployments.
func changed(t *testing.T, text []byte, change func(*appsv1.Deployment)) []byte {
	t.Helper()
	var out [][]byte
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var d appsv1.Deployment
		if err := yaml.Unmarshal(document, &d); err == nil && d.Kind == "Deployment" {
			change(&d)
			document = marshal(t, d)
		}
		out = append(out, document)
	}
	return bytes.Join(out, []byte("\n---\n"))
}

func marshal(t *testing.T, content any) []byte {
	t.Helper()
	text, err := yaml.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// build runs kustomize on a directory as flux bootstrap lays it out.
func build(t *testing.T, components []byte, spec lockdown.Spec, change func(*lockdown.Lockdown)) []runtime.Object {
	t.Helper()
	l := mustBuild(t, spec)
	if change != nil {
		change(l)
	}
	files := map[string][]byte{
		"gotk-components.yaml": components,
		"gotk-sync.yaml": marshal(t, &kustomizev1.Kustomization{
			TypeMeta:   metav1.TypeMeta{APIVersion: kustomizev1.GroupVersion.String(), Kind: kustomizev1.KustomizationKind},
			ObjectMeta: metav1.ObjectMeta{Namespace: "flux-system", Name: "flux-system"},
		}),
		"kustomization.yaml": marshal(t, l.Kustomization),
	}
	var objects [][]byte
	for _, obj := range l.Objects {
		objects = append(objects, marshal(t, obj))
	}
	files[lockdown.ObjectsFile] = bytes.Join(objects, []byte("---\n"))
	for name, shard := range l.Shards {
		files[filepath.Join(name, "kustomization.yaml")] = marshal(t, shard)
	}
	fs := filesys.MakeFsInMemory()
	for name, text := range files {
		if err := fs.WriteFile(filepath.Join("flux-system", name), text); err != nil {
			t.Fatal(err)
		}
	}
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone // as kustomize-controller does
	built, err := krusty.MakeKustomizer(options).Run(fs, "flux-system")
	if err != nil {
		t.Fatal(err)
	}
	var out []runtime.Object
	for _, resource := range built.Resources() {
		content, err := resource.Map()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, &unstructured.Unstructured{Object: content})
	}
	return out
}

func mustBuild(t *testing.T, spec lockdown.Spec) *lockdown.Lockdown {
	t.Helper()
	l, err := lockdown.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func check(t *testing.T, spec lockdown.Spec, objects []runtime.Object) []lockdown.Finding {
	t.Helper()
	findings, err := lockdown.Check(spec, objects...)
	if err != nil {
		t.Fatal(err)
	}
	return findings
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

package fleet

import (
	"bytes"
	"path"
	"strings"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/kustomize/api/krusty"
	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/kustomize/kyaml/resid"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/schema"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestPlatformTreeBuilds runs kustomize over every level of a tree with two tenants,
// and checks the output against the CRDs.
func TestPlatformTreeBuilds(t *testing.T) {
	fs, dirs := platformTree(t, platform(t), "data-team", "dev-team")
	for _, dir := range dirs {
		_, objects := kustomized(t, fs, dir)
		conform(t, dir, objects)
		if dir == "clusters/production" {
			locked(t, objects)
		}
		if dir != "clusters/production/tenants" {
			continue
		}
		var all strings.Builder
		for _, obj := range objects {
			if ks, ok := obj.(*kustomizev1.Kustomization); ok {
				text, objects := kustomized(t, fs, overlay(t, fs, ks))
				conform(t, ks.Name, objects)
				all.WriteString(text)
			}
		}
		serves(t, all.String(), []string{"https://proxy.production.example.com", "https://issuer.production.example.com", "path: ./production", "name: dev-team"}, "data-team")
	}
}

// TestFolder: in a folder of the repository, every Kustomization and every sparse
// checkout names a directory of the tree by its way from the root.
func TestFolder(t *testing.T) {
	p := platform(t)
	p.Folder = "gitops"
	p.Clusters[0].Tenants = []string{"dev-team"}
	fs, dirs := platformTree(t, p, "data-team", "dev-team")
	named := 0
	check := func(what, name, prefix string) {
		named++
		if dir, ok := strings.CutPrefix(name, prefix); !ok || !fs.IsDir(dir) {
			t.Errorf("%s: %s is no directory of the tree", what, name)
		}
	}
	for _, dir := range dirs {
		_, objects := kustomized(t, fs, dir)
		for _, obj := range objects {
			if object, ok := obj.(client.Object); !ok || object.GetNamespace() != FluxNamespace {
				continue // a tenant's, of its own repository
			}
			switch obj := obj.(type) {
			case *kustomizev1.Kustomization:
				check(obj.Name, obj.Spec.Path, "./gitops/")
			case *sourcev1.GitRepository:
				for _, checkout := range obj.Spec.SparseCheckout {
					check(obj.Name, checkout, "gitops/")
				}
			}
		}
	}
	if named < 10 {
		t.Errorf("%d directories are named", named)
	}
}

func conform(t *testing.T, what string, objects []runtime.Object) {
	t.Helper()
	for _, obj := range objects {
		if !schema.Covers(obj.GetObjectKind().GroupVersionKind().GroupKind()) {
			continue
		}
		for _, fault := range schema.Validate(obj, tenanttest.Targets()...) {
			t.Errorf("kustomize build %s: %T: %v", what, obj, fault)
		}
	}
}

// overlay writes the kustomization that kustomize-controller builds for a
// Kustomization, and returns its directory.
func overlay(t *testing.T, fs filesys.FileSystem, ks *kustomizev1.Kustomization) string {
	t.Helper()
	k := listOf([]string{path.Join("../..", ks.Spec.Path)})
	for _, patch := range ks.Spec.Patches {
		k.Patches = append(k.Patches, kustomizetypes.Patch{Patch: patch.Patch, Target: &kustomizetypes.Selector{
			ResId:         resid.ResId{Gvk: resid.Gvk{Kind: patch.Target.Kind}, Name: patch.Target.Name},
			LabelSelector: patch.Target.LabelSelector,
		}})
	}
	f := &treeFiles{}
	f.write(path.Join("overlays", ks.Name), k)
	if err := fs.WriteFile(f.files[0].Path, f.files[0].Content); err != nil {
		t.Fatal(err)
	}
	return path.Dir(f.files[0].Path)
}

// serving is a listing for tenants of two groups.
func serving(t *testing.T, shards []string, tenants ...string) listing {
	t.Helper()
	w := treeWriter{layout: layout{groups: 2}}
	for _, name := range tenants {
		w.census.add(tenantFile{name: name, group: groupOf(name, 2)})
	}
	return listing{groups: w.clusterGroups, shards: shards}
}

// platformTree writes the tree of a platform with its tenants, and returns the
// directories that kustomize builds.
func platformTree(t *testing.T, p Platform, tenants ...string) (filesys.FileSystem, []string) {
	t.Helper()
	fs := filesys.MakeFsInMemory()
	for _, name := range tenants {
		writeTenant(t, fs, name)
	}
	files, err := p.files(serving(t, []string{"", "shard1"}, tenants...))
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, file := range files {
		if err := fs.WriteFile(file.Path, file.Content); err != nil {
			t.Fatal(err)
		}
		if path.Base(file.Path) == "kustomization.yaml" {
			dirs = append(dirs, path.Dir(file.Path))
		}
	}
	// The output of `flux install --export`.
	for _, cluster := range p.Clusters {
		file := path.Join("clusters", cluster.Name, "flux-system/gotk-components.yaml")
		if err := fs.WriteFile(file, []byte(fluxComponents)); err != nil {
			t.Fatal(err)
		}
	}
	return fs, dirs
}

// kustomized builds a directory as Flux does.
func kustomized(t *testing.T, fs filesys.FileSystem, dir string) (string, []runtime.Object) {
	t.Helper()
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = kustomizetypes.LoadRestrictionsNone // for shards
	resources, err := krusty.MakeKustomizer(options).Run(fs, dir)
	if err != nil {
		t.Errorf("kustomize build %s: %v", dir, err)
		return "", nil
	}
	text, err := resources.AsYaml()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := manifest.Read(bytes.NewReader(text), tenant.Scheme())
	if err != nil {
		t.Fatalf("kustomize build %s: %v", dir, err)
	}
	return string(text), objects
}

func locked(t *testing.T, objects []runtime.Object) {
	t.Helper()
	findings, err := lockdown.Check(lockdown.Spec{ServiceAccount: tenant.DefaultServiceAccount, WorkloadIdentity: true, Shards: []string{"shard1"}}, objects...)
	if err != nil {
		t.Fatal(err)
	}
	for _, finding := range findings {
		t.Errorf("the lockdown is not complete: %v", finding)
	}
}

func serves(t *testing.T, text string, want []string, without string) {
	t.Helper()
	for _, part := range want {
		if !strings.Contains(text, part) {
			t.Errorf("the tenants lack %q:\n%s", part, text)
		}
	}
	if strings.Contains(text, without) {
		t.Errorf("there is a tenant that the cluster does not serve, %s:\n%s", without, text)
	}
}

// TestGroupsOfAnImage: an OCIRepository has no sparse checkout, so its group's source
// ignores all other files. The patterns were tried with Flux's own package
// sourceignore.
func TestGroupsOfAnImage(t *testing.T) {
	p := platform(t)
	p.Git, p.OCI = tenant.Git{}, tenant.OCI{URL: "oci://registry.example.com/platform", Tag: "latest"}
	files, err := p.files(serving(t, nil, "dev-team"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"clusters/staging/tenants/001.yaml": `
  ignore: |
    /*
    !/tenants
    /tenants/*
    !/tenants/001
`,
		"clusters/production/tenants/001.yaml": `
  ignore: |
    /*
    !/tenants
    /tenants/*
    !/tenants/001
    !/clusters
    /clusters/*
    !/clusters/production
    /clusters/production/*
    !/clusters/production/tenants
    /clusters/production/tenants/*
    !/clusters/production/tenants/001
`,
	}
	for _, file := range files {
		if text, ok := want[file.Path]; ok && !strings.Contains(string(file.Content), text) {
			t.Errorf("%s lacks %s:\n%s", file.Path, text, file.Content)
		}
		delete(want, file.Path)
	}
	if len(want) > 0 {
		t.Errorf("files that are not there: %v", want)
	}
}

// TestClusterLockdown: a cluster's own lockdown replaces the platform's.
func TestClusterLockdown(t *testing.T) {
	const host = "art-0123456789abcdef0123456789abcdef"
	p := platform(t)
	p.Lockdown = &lockdown.Spec{Concurrent: 33}
	p.Clusters[1].Lockdown = &lockdown.Spec{ArtifactHost: host}
	files, err := p.files(serving(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		switch file.Path {
		case "clusters/staging/flux-system/kustomization.yaml":
			serves(t, string(file.Content), []string{"--concurrent=33", "--default-service-account=" + tenant.DefaultServiceAccount}, host)
		case "clusters/production/flux-system/kustomization.yaml":
			serves(t, string(file.Content), []string{host, "--default-service-account=" + tenant.DefaultServiceAccount}, "--concurrent=33")
		}
	}
	p.Clusters[1].Lockdown.ArtifactHost = "not a host"
	if _, err := p.files(serving(t, nil)); !apierrors.IsInvalid(err) || !strings.HasPrefix(err.Error(), "clusters/production/flux-system: ") {
		t.Errorf("an invalid lockdown: %v", err)
	}
}

// fluxComponents is the part of flux install's output that the lockdown changes.
var fluxComponents = func() string {
	text := "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: flux-system\n"
	for _, controller := range []string{"source", "kustomize", "helm", "notification"} {
		text += strings.ReplaceAll(`---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: X-controller
  namespace: flux-system
spec:
  selector: {matchLabels: {app: X-controller}}
  template:
    metadata: {labels: {app: X-controller}}
    spec:
      serviceAccountName: X-controller
      containers:
      - name: manager
        image: ghcr.io/fluxcd/X-controller
        args: [--watch-all-namespaces=true, --log-level=info]
---
apiVersion: v1
kind: Service
metadata:
  name: X-controller
  namespace: flux-system
spec:
  selector: {app: X-controller}
  ports: [{name: http, port: 80}]
`, "X", controller)
	}
	return text
}()

func writeTenant(t *testing.T, fs filesys.FileSystem, name string) {
	t.Helper()
	bundle, err := tenant.Build(tenant.Spec{
		Name: name, Git: tenant.Git{URL: "https://github.com/org/" + name + ".git", Branch: "main"},
		Access: kubeconfig.Access{Proxy: "https://capsule-proxy.capsule-system.svc:9001", CA: tenanttest.CA(t), Audiences: []string{"a"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	f := &treeFiles{}
	folder := path.Join("tenants", groupOf(name, 2))
	f.objects(path.Join(folder, name+".yaml"), bundle.Objects()...)
	f.kustomization(folder, []string{name + ".yaml"})
	for _, file := range f.files {
		if err := fs.WriteFile(file.Path, file.Content); err != nil {
			t.Fatal(err)
		}
	}
}

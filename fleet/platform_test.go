package fleet

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/google/go-cmp/cmp"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
	"github.com/fluxcapsule/fluxcapsule/internal/golden"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// platform differs from every default, and has two clusters.
func platform(t testing.TB) Platform {
	t.Helper()
	return Platform{
		Git: tenant.Git{URL: "ssh://git@github.com/org/platform.git", Branch: "main", SecretRef: &meta.LocalObjectReference{Name: "flux-system"}},
		Clusters: []Cluster{{
			Name: "staging", Path: "./staging", Substitute: map[string]string{"cluster": "staging"},
		}, {
			Name: "production", Tenants: []string{"dev-team"}, Path: "./production",
			Access: kubeconfig.Access{
				Proxy: "https://proxy.production.example.com", CA: tenanttest.CA(t), Audiences: []string{"https://issuer.production.example.com"},
			},
		}},
		Capsule: Capsule{ForceTenantPrefix: new(false)},
		Proxy:   CapsuleProxy{DNSNames: []string{"proxy.production.example.com"}},
	}
}

func TestPlatformGolden(t *testing.T) {
	for name, change := range map[string]func(*Platform){
		"platform": func(*Platform) {},
		"platform-cert-manager": func(p *Platform) {
			p.CertManager = true
			p.Clusters[0].Git = p.Git
			p.Clusters[0].Git.Branch = "next"
			p.Clusters[0].Capsule = Release{Version: "0.14.1", Values: map[string]any{"replicaCount": 2}}
			p.Clusters[0].Proxy = Release{Version: "0.14.1"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := platform(t)
			change(&p)
			files, err := p.files(serving(t, nil, "data-team", "dev-team"))
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			for _, file := range files {
				if fmt.Fprintf(&got, "=== %s\n", file.Path); path.Dir(file.Path) != "infrastructure/policies" {
					got.Write(file.Content) // those of package tenant have tests of their own
				}
			}
			golden.Compare(t, path.Join("testdata", name+".golden"), got.Bytes())
		})
	}
}

// TestPlatformRenewal: the renewal of kubeconfigs comes after the tenants, since it
// is bound in their namespaces.
func TestPlatformRenewal(t *testing.T) {
	p := platform(t)
	p.Renewal = &renewal.Job{
		Namespace: CapsuleNamespace, Name: "kubeconfigs", Image: "registry.example.com/proxy-kubeconfig:1.0.0",
		Targets: []renewal.Target{{
			Namespace: "dev-team", Account: tenant.DefaultServiceAccount,
			Access:   kubeconfig.Access{Proxy: "https://capsule-proxy.capsule-system.svc:9001", SecretRef: &meta.SecretKeyReference{}},
			CASecret: &renewal.CASecret{Namespace: CapsuleNamespace, Name: "capsule-proxy"},
		}},
	}
	files, err := p.files(serving(t, nil, "dev-team"))
	if err != nil {
		t.Fatal(err)
	}
	text := map[string]string{}
	for _, file := range files {
		text[file.Path] = string(file.Content)
	}
	for file, want := range map[string]string{
		"clusters/staging/renewal.yaml":             "dependsOn:\n  - name: groups",
		"clusters/staging/kustomization.yaml":       "- renewal.yaml",
		"infrastructure/renewal/renewal.yaml":       "kind: CronJob",
		"infrastructure/renewal/kustomization.yaml": "- renewal.yaml",
	} {
		if !strings.Contains(text[file], want) {
			t.Errorf("%s lacks %q:\n%s", file, want, text[file])
		}
	}
	if strings.Contains(text["infrastructure/kustomization.yaml"], "renewal") {
		t.Error("the infrastructure, which comes before the tenants, holds the renewal")
	}

	p.Renewal.Image = ""
	if _, err := BuildPlatform(p); err == nil || !strings.Contains(err.Error(), "renewal.image: Required value") {
		t.Errorf("a job without an image: %v", err)
	}
}

// TestPlatformIsYAML: every field of a Platform can be written in YAML.
func TestPlatformIsYAML(t *testing.T) {
	want := platform(t)
	want.Lockdown = &lockdown.Spec{FluxVersion: "2.9", WorkloadIdentity: true, Concurrent: 30}
	want.Clusters[0].Lockdown = &lockdown.Spec{ArtifactHost: "art-0123456789abcdef0123456789abcdef"}
	want.Renewal = &renewal.Job{
		Namespace: CapsuleNamespace, Name: "kubeconfigs", Image: "registry.example.com/fluxcapsule:1.0.0", Args: []string{"kubeconfig"}, Schedule: "@hourly",
		Targets: []renewal.Target{{
			Namespace: "dev-team", Account: tenant.DefaultServiceAccount, TokenSecret: "token",
			Access:   kubeconfig.Access{Proxy: "https://capsule-proxy.capsule-system.svc:9001", SecretRef: &meta.SecretKeyReference{Name: "a", Key: "b"}},
			CASecret: &renewal.CASecret{Namespace: CapsuleNamespace, Name: "capsule-proxy", Key: "ca.crt"},
			Labels:   map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"},
		}},
	}
	text, err := yaml.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Platform
	if err := manifest.NewDecoder(bytes.NewReader(text), nil).DecodeInto(&got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
}

// TestPlatformPolicies: the policies are those for the oldest Flux of the clusters.
func TestPlatformPolicies(t *testing.T) {
	for name, test := range map[string]struct {
		set  func(*Platform)
		want bool
	}{
		"pinned":           {func(*Platform) {}, false},
		"old on a cluster": {func(p *Platform) { p.Clusters[1].FluxVersion = "2.8" }, true},
		"old everywhere":   {func(p *Platform) { p.FluxVersion = "v2.9.4" }, true},
		"given":            {func(p *Platform) { p.FluxVersion, p.Policies.FluxVersion = "2.7", "2.9" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			p := platform(t)
			test.set(&p)
			bundle, err := BuildPlatform(p)
			if err != nil {
				t.Fatal(err)
			}
			got := slices.ContainsFunc(bundle.Policies, func(policy tenant.Policy) bool { return policy.Name() == "fluxcapsule-tenant-kubeconfigs" })
			if got != test.want {
				t.Errorf("tenants' kubeconfigs are refused: %t, want %t", got, test.want)
			}
		})
	}
}

func TestPlatformErrors(t *testing.T) {
	tests := map[string]struct {
		spoil func(*Platform)
		want  []string
	}{
		"no source":          {func(p *Platform) { p.Git = tenant.Git{} }, []string{"git: Required value"}},
		"wrong scheme":       {func(p *Platform) { p.Git.URL = "ftp://x" }, []string{"git.url: Invalid value"}},
		"no cluster":         {func(p *Platform) { p.Clusters = nil }, []string{"clusters: Required value"}},
		"cluster's name":     {func(p *Platform) { p.Clusters[0].Name = "A/b" }, []string{`clusters[0].name: Invalid value: "A/b"`}},
		"cluster twice":      {func(p *Platform) { p.Clusters[1].Name = "staging" }, []string{`clusters[1].name: Duplicate value: "staging"`}},
		"cluster's path":     {func(p *Platform) { p.Clusters[0].Path = "../x" }, []string{"clusters[0].path: Invalid value"}},
		"folder elsewhere":   {func(p *Platform) { p.Folder = "../x" }, []string{`folder: Invalid value: "../x"`}},
		"absolute folder":    {func(p *Platform) { p.Folder = "/x" }, []string{`folder: Invalid value: "/x": must be relative to the root of the repository`}},
		"cluster's access":   {func(p *Platform) { p.Clusters[1].Access.Proxy = "http://x" }, []string{"clusters[1].access.proxy: Invalid value"}},
		"old Flux":           {func(p *Platform) { p.FluxVersion = "2.6" }, []string{`fluxVersion: Unsupported value: "2.6": supported values: "2.7", "2.8", "2.9", "2.10"`}},
		"cluster's Flux":     {func(p *Platform) { p.Clusters[1].FluxVersion = "two" }, []string{`clusters[1].fluxVersion: Unsupported value: "two"`}},
		"old Capsule":        {func(p *Platform) { p.Capsule.Version = "0.7.0" }, []string{`capsule.version: Invalid value: "0.7.0"`}},
		"Capsule with a v":   {func(p *Platform) { p.Capsule.Version = "v0.14.0" }, []string{`capsule.version: Invalid value: "v0.14.0": must be the version of a chart, such as 0.14.0, without a v`}},
		"ssh without a key":  {func(p *Platform) { p.Git.SecretRef = nil }, []string{"git.secretRef: Required value"}},
		"cluster's variable": {func(p *Platform) { p.Clusters[0].Substitute = map[string]string{"a-b": ""} }, []string{"clusters[0].substitute[a-b]: Invalid value"}},
		"negative interval":  {func(p *Platform) { p.Interval.Duration = -1 }, []string{"interval: Invalid value"}},
		"no version":         {func(p *Platform) { p.Proxy.Version = "latest" }, []string{`proxy.version: Invalid value: "latest"`}},
		"every account":      {func(p *Platform) { p.Capsule.Users = []rbac.UserSpec{{Kind: "Group", Name: "system:authenticated"}} }, []string{"capsule.users[0].name: Invalid value"}},
		"regex":              {func(p *Platform) { p.Capsule.ProtectedNamespaces = "(" }, []string{"capsule.protectedNamespaces: Invalid value"}},
		"tokens in logs":     {func(p *Platform) { p.Proxy.Values = map[string]any{"options": map[string]any{"logLevel": "10"}} }, []string{"proxy.values.options.logLevel: Invalid value"}},
		"no review": {func(p *Platform) {
			p.Proxy.Values = map[string]any{"options": map[string]any{"extraArgs": []any{"--feature-gates=SkipImpersonationReview=true"}}}
		}, []string{"proxy.values.options.extraArgs[0]: Forbidden"}},
		"values that do not marshal": {func(p *Platform) { p.Capsule.Values = map[string]any{"x": make(chan int)} }, []string{"capsule.values: "}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			p := platform(t)
			test.spoil(&p)
			bundle, err := BuildPlatform(p)
			if err == nil || bundle != nil {
				t.Fatalf("got %v and error %v, want none and one", bundle, err)
			}
			if !apierrors.IsInvalid(err) {
				t.Errorf("apierrors.IsInvalid is false for: %v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error lacks %q: %v", want, err)
				}
			}
		})
	}
}

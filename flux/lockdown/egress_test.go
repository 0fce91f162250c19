package lockdown_test

import (
	"bytes"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/http/httpproxy"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

// proxy returns a function that returns a controller's proxy for a request, as in
// Go's HTTP client.
func proxy(t *testing.T, objects []runtime.Object, controller string) func(address string) string {
	t.Helper()
	env := map[string]string{}
	for _, v := range deployment(t, objects, controller).Spec.Template.Spec.Containers[0].Env {
		env[v.Name] = strings.ReplaceAll(v.Value, "$(KUBERNETES_SERVICE_HOST)", "10.96.0.1")
	}
	for upper, lower := range map[string]string{"HTTP_PROXY": "http_proxy", "HTTPS_PROXY": "https_proxy", "NO_PROXY": "no_proxy"} {
		if env[upper] != env[lower] {
			t.Errorf("%s is %q, but %s is %q", upper, env[upper], lower, env[lower])
		}
	}
	config := httpproxy.Config{HTTPProxy: env["HTTP_PROXY"], HTTPSProxy: env["HTTPS_PROXY"], NoProxy: env["NO_PROXY"]}
	return func(address string) string {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		by, err := config.ProxyFunc()(u)
		if err != nil {
			t.Fatal(err)
		}
		if by == nil {
			return ""
		}
		return by.String()
	}
}

const dead = "http://127.0.0.1:1"

func TestBuildsReachOnlyWhatTheyNeed(t *testing.T) {
	spec := lockdown.Spec{
		ArtifactHost: host, Shards: []string{"shard1"},
		Egress: lockdown.Egress{Clusters: []string{"10.1.2.3:6443"}, KeyServices: []string{"kms.eu-west-1.amazonaws.com"}},
	}
	objects := build(t, essential(components(t)), spec, nil)
	by := proxy(t, objects, "kustomize-controller")
	for _, address := range []string{
		"https://10.96.0.1:443", "https://capsule-proxy.capsule-system.svc:9001", "https://10.1.2.3:6443",
		"http://notification-controller.flux-system.svc.cluster.local./", "https://kms.eu-west-1.amazonaws.com",
		"http://" + host + ".flux-system.svc.cluster.local./gitrepository/blue/blue/x.tar.gz",
	} {
		if got := by(address); got != "" {
			t.Errorf("%s is reached by %q, want no proxy", address, got)
		}
	}
	for _, address := range []string{
		"http://source-controller.flux-system.svc.cluster.local./gitrepository/blue/blue/", "http://source-controller.flux-system.svc.cluster.local/",
		"http://source-controller.flux-system.svc/", "http://source-controller.flux-system/", "http://source-controller/", "HTTP://SOURCE-CONTROLLER/",
		"http://user@source-controller/", "http://source-controller-shard1.flux-system.svc.cluster.local./", "http://source-watcher.flux-system.svc.cluster.local./",
		"http://10.244.0.7:9090/", "http://[::ffff:10.244.0.7]:9090/", "http://10.1.2.3/", "https://attacker.example.com/x.yaml", "http://attacker.kms.eu-west-1.amazonaws.com.example.com",
	} {
		if got := by(address); got != dead {
			t.Errorf("%s is reached by %q, want the dead proxy", address, got)
		}
	}
	if got := proxy(t, objects, "kustomize-controller-shard1")("http://" + host + ".flux-system.svc.cluster.local./"); got != dead {
		t.Errorf("a shard reaches the artifacts of others by %q", got)
	}
}

func TestSourcesReachOnlyTheirHosts(t *testing.T) {
	for name, test := range map[string]struct {
		egress        lockdown.Egress
		github, other string
	}{
		"hosts":           {lockdown.Egress{Sources: []string{"github.com:443"}}, "", dead},
		"proxy":           {lockdown.Egress{SourceProxy: "http://egress.example.com:3128"}, "http://egress.example.com:3128", "http://egress.example.com:3128"},
		"proxy and hosts": {lockdown.Egress{SourceProxy: "http://egress.example.com:3128", Sources: []string{"github.com"}}, "", "http://egress.example.com:3128"},
		"open":            {lockdown.Egress{}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			objects := build(t, essential(components(t)), lockdown.Spec{Egress: test.egress}, nil)
			by := proxy(t, objects, "source-controller")
			if got := by("https://github.com/org/repo"); got != test.github {
				t.Errorf("a source is fetched by %q, want %q", got, test.github)
			}
			if got := by("http://source-controller.flux-system.svc.cluster.local./helmchart/blue/blue/latest.tar.gz"); got != test.other {
				t.Errorf("another tenant's chart is fetched by %q, want %q", got, test.other)
			}
		})
	}
}

// An existing environment is replaced, a missing one is created.
func TestEnvironmentThatStandsThere(t *testing.T) {
	spec := lockdown.Spec{Egress: lockdown.Egress{Sources: []string{"github.com"}}}
	for name, env := range map[string][]corev1.EnvVar{
		"none": nil,
		"proxies": {
			{Name: "HTTPS_PROXY", Value: "http://corporate.example.com"}, {Name: "NO_PROXY", Value: ".svc"}, {Name: "AWS_REGION", Value: "eu-west-1"},
			{Name: "http_proxy", ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{Key: "k", LocalObjectReference: corev1.LocalObjectReference{Name: "s"}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			installed := changed(t, essential(components(t)), func(d *appsv1.Deployment) { d.Spec.Template.Spec.Containers[0].Env = env })
			objects := build(t, installed, spec, nil)
			for _, finding := range check(t, spec, objects) {
				t.Error(finding)
			}
			got := deployment(t, objects, "source-controller").Spec.Template.Spec.Containers[0].Env
			for _, v := range got {
				if v.Value != "" && v.ValueFrom != nil {
					t.Errorf("%s has a value twice", v.Name)
				}
			}
			kept := slices.ContainsFunc(got, func(v corev1.EnvVar) bool { return v.Name == "AWS_REGION" })
			if len(env) > 0 && !kept {
				t.Error("the other variables are lost")
			}
		})
	}
}

func TestNewArtifactHost(t *testing.T) {
	secret := bytes.Repeat([]byte("s"), 16)
	got, err := lockdown.NewArtifactHost(secret, "staging")
	if err != nil || len(got) != len(host) {
		t.Errorf("host = %q, %v", got, err)
	}
	if again, _ := lockdown.NewArtifactHost(secret, "staging"); again != got {
		t.Errorf("the same secret gives %q and %q", got, again)
	}
	if other, _ := lockdown.NewArtifactHost(secret, "production"); other == got {
		t.Errorf("two clusters have the host %q", got)
	}
	if _, err := lockdown.Build(lockdown.Spec{ArtifactHost: got}); err != nil {
		t.Error(err)
	}
	if _, err := lockdown.NewArtifactHost(secret[:15], "staging"); err == nil {
		t.Error("a short secret is accepted")
	}
}

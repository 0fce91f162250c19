package lockdown_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
)

func TestFindingsOfAnOpenInstallation(t *testing.T) {
	spec := lockdown.Spec{WorkloadIdentity: true, ArtifactHost: host}
	findings := check(t, spec, build(t, open(t), lockdown.Spec{}, func(l *lockdown.Lockdown) {
		l.Kustomization.Patches, l.Objects = nil, []runtime.Object{&corev1.ConfigMap{
			TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"}, ObjectMeta: metav1.ObjectMeta{Name: "empty"},
		}}
	}))
	var got []string
	for _, f := range findings {
		if f.Name == "kustomize-controller" || f.Kind != "Deployment" {
			got = append(got, f.String())
		}
		if strings.Contains(f.String()+f.Lets, host) {
			t.Errorf("%v tells the artifact host", f)
		}
	}
	want := openFindings()
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
}

// openFindings are all findings of kustomize-controller, and all of other kinds.
func openFindings() []string {
	want := []string{
		`Deployment flux-system/kustomize-controller: --no-cross-namespace-refs is not set, should be "true"`,
		`Deployment flux-system/kustomize-controller: --no-remote-bases is not set, should be "true"`,
		`Deployment flux-system/kustomize-controller: --default-service-account is not set, should be "default"`,
		`Deployment flux-system/kustomize-controller: --insecure-kubeconfig-exec is "true", should be "false"`,
		`Deployment flux-system/kustomize-controller: --insecure-kubeconfig-tls is "true", should be "false"`,
		`Deployment flux-system/kustomize-controller: --concurrent is not set, should be "20"`,
		`Deployment flux-system/kustomize-controller: --feature-gates is "ExternalArtifact=true", should be "CancelHealthCheckOnNewRevision=true"`,
		`Deployment flux-system/kustomize-controller: --token-cache-max-size is not set, should be "0"`,
		`Deployment flux-system/kustomize-controller: --feature-gates is "ExternalArtifact=true", should be "ObjectLevelWorkloadIdentity=true"`,
		`Deployment flux-system/kustomize-controller: --default-decryption-service-account is not set, should be "default"`,
		`Deployment flux-system/kustomize-controller: --default-kubeconfig-service-account is not set, should be "default"`,
		`Deployment flux-system/kustomize-controller: POD_IP is not set, should be "status.podIP"`,
		`Deployment flux-system/kustomize-controller: --metrics-addr is not set, should be "[$(POD_IP)]:8080"`,
		`Deployment flux-system/kustomize-controller: --http-retry is not set, should be "99"`,
		`Deployment flux-system/kustomize-controller: GIT_ALLOW_PROTOCOL is not set, should be "none"`,
		`Deployment flux-system/kustomize-controller: HTTP_PROXY is not set, should be "http://127.0.0.1:1"`,
		`Deployment flux-system/kustomize-controller: HTTPS_PROXY is not set, should be "http://127.0.0.1:1"`,
		`Deployment flux-system/kustomize-controller: http_proxy is not set, should be "http://127.0.0.1:1"`,
		`Deployment flux-system/kustomize-controller: https_proxy is not set, should be "http://127.0.0.1:1"`,
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		want = append(want, fmt.Sprintf(`Deployment flux-system/kustomize-controller: %s is not set, should be "$(KUBERNETES_SERVICE_HOST),`+
			`notification-controller.flux-system.svc.cluster.local.,<artifact host>.flux-system.svc.cluster.local.,`+
			`<artifact host>.flux-system.svc.cluster.local.,capsule-proxy.capsule-system.svc"`, name))
	}
	for _, name := range []string{"SOURCE_CONTROLLER_LOCALHOST", "SOURCE_WATCHER_LOCALHOST"} {
		want = append(want, fmt.Sprintf(`Deployment flux-system/kustomize-controller: %s is not set, should be "<artifact host>.flux-system.svc.cluster.local."`, name))
	}
	want = append(want,
		`Kustomization flux-system/flux-system: spec.serviceAccountName is not set, should be "kustomize-controller"`,
		`Service flux-system/<artifact host>: spec.externalName is not set, should be "source-watcher.flux-system.svc.cluster.local"`,
		`Service flux-system/<artifact host>: spec.externalName is not set, should be "source-controller.flux-system.svc.cluster.local"`,
	)
	for _, name := range []string{"source", "kustomize", "helm", "notification", "image-reflector", "image-automation"} {
		want = append(want, fmt.Sprintf(`NetworkPolicy flux-system/%s-controller: spec is not set, should be "as Build makes it"`, name))
	}
	want = append(want,
		`NetworkPolicy flux-system/source-watcher: spec is not set, should be "as Build makes it"`,
		`NetworkPolicy flux-system/allow-egress: spec is "one that opens source-controller", should be "as Build makes it"`,
		`NetworkPolicy flux-system/allow-scraping: spec is "one that opens source-controller", should be "as Build makes it"`,
		`NetworkPolicy flux-system/allow-webhooks: spec is "one that opens notification-controller", should be "as Build makes it"`,
	)
	return want
}

// Other values that are accepted, and values that only look similar.
func TestCheckValues(t *testing.T) {
	spec := lockdown.Spec{ArtifactHost: host, Egress: lockdown.Egress{Clusters: []string{"10.1.2.3"}}}
	objects := build(t, essential(components(t)), spec, nil)
	for _, test := range []struct {
		setting, value string
		complete       bool
	}{
		{"--concurrent", "50", true},
		{"--concurrent", "4", false},
		{"--http-retry", "100", true},
		{"--http-retry", "many", false},
		{"--metrics-addr", "$(POD_IP):8080", true},
		{"--metrics-addr", "0", true},
		{"--metrics-addr", ":8080", false},
		{"--metrics-addr", "127.0.0.1:8080", false},
		{"--no-remote-bases", "1", true},
		{"--no-remote-bases", "t", true},
		{"--no-remote-bases", "0", false},
		{"--token-cache-max-size", "1", false},
		{"--feature-gates", "CancelHealthCheckOnNewRevision=false", false},
		{"GIT_ALLOW_PROTOCOL", "ssh", false},
		{"HTTP_PROXY", "", false},
		{"NO_PROXY", "*", false},
	} {
		t.Run(test.setting+"="+test.value, func(t *testing.T) {
			d := deployment(t, objects, "kustomize-controller")
			container := &d.Spec.Template.Spec.Containers[0]
			if strings.HasPrefix(test.setting, "--") {
				container.Args = append(container.Args, test.setting+"="+test.value)
			} else {
				container.Env = append(container.Env, corev1.EnvVar{Name: test.setting, Value: test.value})
			}
			findings := slices.DeleteFunc(check(t, spec, []runtime.Object{d}), func(f lockdown.Finding) bool { return f.Kind != "Deployment" })
			if got := len(findings) == 0; got != test.complete {
				t.Errorf("findings = %v", findings)
			}
		})
	}
}

// A variable with the API server's address may come before the lockdown's.
func TestCheckExpandsVariables(t *testing.T) {
	objects := build(t, essential(components(t)), lockdown.Spec{}, nil)
	d := deployment(t, objects, "kustomize-controller")
	container := &d.Spec.Template.Spec.Containers[0]
	container.Env = slices.Insert(container.Env, 0, corev1.EnvVar{Name: "KUBERNETES_SERVICE_HOST", Value: "api.example.com"})
	for _, f := range check(t, lockdown.Spec{}, []runtime.Object{d}) {
		if f.Kind == "Deployment" {
			t.Error(f)
		}
	}
}

// In the host's network, localhost is the node's.
func TestCheckHostNetwork(t *testing.T) {
	d := deployment(t, build(t, essential(components(t)), lockdown.Spec{}, nil), "kustomize-controller")
	d.Spec.Template.Spec.HostNetwork = true
	findings := check(t, lockdown.Spec{}, []runtime.Object{d})
	if want := `Deployment flux-system/kustomize-controller: spec.template.spec.hostNetwork is "true", should be "false"`; findings[0].String() != want {
		t.Errorf("findings = %v, want %s first", findings, want)
	}
}

// Policies add up: one more can open what the others close.
func TestCheckOtherNetworkPolicies(t *testing.T) {
	spec := lockdown.Spec{}
	objects := build(t, essential(components(t)), spec, nil)
	port, webhooks := intstr.FromInt32(8080), intstr.FromInt32(9292)
	everybody := networkingv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{}}
	monitoring := networkingv1.NetworkPolicyPeer{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": "monitoring"}}}
	app := func(name string) metav1.LabelSelector {
		return metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}
	}
	for name, test := range map[string]struct {
		spec networkingv1.NetworkPolicySpec
		want bool
	}{
		"metrics for everybody":  {networkingv1.NetworkPolicySpec{Ingress: []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{everybody}, Ports: []networkingv1.NetworkPolicyPort{{Port: &port}}}}}, true},
		"metrics for monitoring": {networkingv1.NetworkPolicySpec{Ingress: []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{monitoring}}}}, false},
		"the internet":           {networkingv1.NetworkPolicySpec{Ingress: []networkingv1.NetworkPolicyIngressRule{{From: []networkingv1.NetworkPolicyPeer{{IPBlock: &networkingv1.IPBlock{CIDR: "0.0.0.0/0"}}}}}}, true},
		"webhooks":               {networkingv1.NetworkPolicySpec{Ingress: []networkingv1.NetworkPolicyIngressRule{{Ports: []networkingv1.NetworkPolicyPort{{Port: &webhooks}}}}}, false},
		"webhooks and metrics":   {networkingv1.NetworkPolicySpec{Ingress: []networkingv1.NetworkPolicyIngressRule{{Ports: []networkingv1.NetworkPolicyPort{{Port: &webhooks}, {Port: &port}}}}}, true},
		"all egress":             {networkingv1.NetworkPolicySpec{PodSelector: app("kustomize-controller"), Egress: []networkingv1.NetworkPolicyEgressRule{{}}}, true},
		"another pod":            {networkingv1.NetworkPolicySpec{PodSelector: app("web"), Ingress: []networkingv1.NetworkPolicyIngressRule{{}}, Egress: []networkingv1.NetworkPolicyEgressRule{{}}}, false},
		"nothing":                {networkingv1.NetworkPolicySpec{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			policy := &networkingv1.NetworkPolicy{ObjectMeta: metav1.ObjectMeta{Namespace: "flux-system", Name: "more"}, Spec: test.spec}
			findings := check(t, spec, append(slices.Clone(objects), policy))
			if got := len(findings) == 1 && findings[0].Name == "more"; got != test.want || len(findings) > 1 {
				t.Errorf("findings = %v", findings)
			}
		})
	}
}

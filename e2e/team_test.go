package e2e

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A team is a tenant under test: its bundle and its git repository.
type team struct {
	*tenant.Bundle
	name  string
	files map[string]string
}

// app is the namespace that a team's git makes.
func (t *team) app() *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: t.name + "-app"}}
}

// config is an object that a team's git puts into that namespace.
func (t *team) config() *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: t.name + "-app", Name: "config"}}
}

// newTeam builds the bundle of a tenant whose git makes a namespace and a
// ConfigMap in it, and whatever further files say. Nothing is applied yet.
func newTeam(ctx context.Context, spec tenant.Spec, files map[string]string) (*team, error) {
	t := &team{name: spec.Name, files: map[string]string{
		"namespace.yaml": expand(`
apiVersion: v1
kind: Namespace
metadata: {name: ${tenant}-app}
`, "tenant", spec.Name),
		"config.yaml": expand(`
apiVersion: v1
kind: ConfigMap
metadata: {name: config, namespace: ${tenant}-app}
data: {color: blue}
`, "tenant", spec.Name),
	}}
	maps.Copy(t.files, files)
	if err := t.push(ctx); err != nil {
		return nil, err
	}
	spec.Git = tenant.Git{URL: git.URL(spec.Name), Branch: gitserver.Branch, Interval: spec.Git.Interval}
	spec.RetryInterval = metav1.Duration{Duration: 2 * time.Second}
	var err error
	if t.Bundle, err = tenant.Build(spec); err != nil {
		return nil, err
	}
	return t, nil
}

// push makes the team's files the content of its repository.
func (t *team) push(ctx context.Context) error { return git.Push(ctx, t.name, t.files) }

// apply applies the team's bundle, as the platform does.
func (t *team) apply(ctx context.Context) error {
	return ServerSideApply(ctx, cluster.Client, t.Objects())
}

// mustTeam is newTeam and apply, for a case of its own.
func (c *testCase) mustTeam(spec tenant.Spec, files map[string]string) *team {
	c.Helper()
	t, err := newTeam(c.Context(), spec, files)
	if err != nil {
		c.Fatal(err)
	}
	if err := t.apply(c.Context()); err != nil {
		c.Fatal(err)
	}
	return t
}

// waitReady waits until the tenant works: Tenant and Kustomization are Ready,
// and what its git holds is there.
func (t *team) waitReady(c *testCase) {
	c.Helper()
	waitReady(c, t.Tenant, t.Kustomization)
	waitExists(c, t.app(), t.config())
}

// reconciler is the user name of the team's reconciler.
func (t *team) reconciler() string {
	return "system:serviceaccount:" + t.ServiceAccount.Namespace + ":" + t.ServiceAccount.Name
}

// client reaches the API server with a token of the team's reconciler.
func (t *team) client(ctx context.Context) (client.Client, error) {
	return as(ctx, cluster.Server, cluster.CA(), t.ServiceAccount.Namespace, t.ServiceAccount.Name)
}

// An access is one of the ways in which Flux reaches the API server.
type access struct {
	name   string
	proxy  bool
	access func() kubeconfig.Access
}

var accesses = []access{
	{"proxy tokenless", true, func() kubeconfig.Access {
		return kubeconfig.Access{Proxy: cluster.Proxy.URL, CA: string(cluster.Proxy.CA()), Audiences: []string{cluster.Server}}
	}},
	{"proxy Secret", true, func() kubeconfig.Access {
		return kubeconfig.Access{Proxy: cluster.Proxy.URL, CA: string(cluster.Proxy.CA()), SecretRef: &meta.SecretKeyReference{}}
	}},
	{"API server tokenless", false, func() kubeconfig.Access {
		return kubeconfig.Access{APIServer: cluster.Server, CA: string(cluster.CA()), Audiences: []string{cluster.Server}}
	}},
	{"API server Secret", false, func() kubeconfig.Access {
		return kubeconfig.Access{APIServer: cluster.Server, CA: string(cluster.CA()), SecretRef: &meta.SecretKeyReference{}}
	}},
	{"impersonation only", false, func() kubeconfig.Access { return kubeconfig.Access{} }},
}

// kubeconfigSecret is what somebody has to write for an access with a Secret.
func (t *team) kubeconfigSecret(ctx context.Context, access kubeconfig.Access) (*corev1.Secret, error) {
	hour := int64(60 * 60)
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &hour}}
	if err := cluster.Client.SubResource("token").Create(ctx, t.ServiceAccount.DeepCopy(), request); err != nil {
		return nil, err
	}
	account := t.ServiceAccount
	config, err := kubeconfig.Config(account.Namespace, account.Name, access, kubeconfig.Token(request.Status.Token))
	if err != nil {
		return nil, err
	}
	return kubeconfig.Secret(account.Namespace, kubeconfig.DefaultName(account.Name), config)
}

// expand replaces ${key} in a text by the value that follows the key.
func expand(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "${"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// slug is a name for Kubernetes objects, from the name of a case.
func slug(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name), "-")
}

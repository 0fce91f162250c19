package e2e

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// newVictim builds a tenant with what others are after: Secrets, a private
// repository, and a release with a digit in its values that nobody can guess.
func newVictim(ctx context.Context, spec tenant.Spec) (*team, error) {
	home, account := spec.Home, spec.ServiceAccount
	if home == "" {
		home = spec.Name
	}
	if account == "" {
		account = tenant.DefaultServiceAccount
	}
	private := spec.Name + "-private"
	if err := git.Push(ctx, private, map[string]string{"private.yaml": "{apiVersion: v1, kind: ConfigMap, metadata: {name: private}, data: {secret: hidden}}"}); err != nil {
		return nil, err
	}
	return newTeam(ctx, spec, map[string]string{
		"secret.yaml": expand(secret, "namespace", home) + "---\n" + expand(secret, "namespace", spec.Name+"-app"),
		"sources.yaml": expand(`
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: {name: charts, namespace: ${home}}
spec: {url: "${charts}", interval: 10m}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: private, namespace: ${home}}
spec: {url: "${private}", interval: 10m, ref: {branch: ${branch}}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: app, namespace: ${home}}
spec:
  interval: 10m
  serviceAccountName: ${account}
  targetNamespace: ${name}-app
  storageNamespace: ${name}-app
  chart: {spec: {chart: app, sourceRef: {kind: HelmRepository, name: charts}}}
  values: {pin: "${pin}"}
`, "home", home, "name", spec.Name, "account", account, "charts", charts.URL, "private", git.URL(private), "branch", gitserver.Branch, "pin", fmt.Sprint(rand.IntN(10))),
	})
}

// waitHolding waits until a victim has what others are after.
func (t *team) waitHolding(tb testing.TB) {
	tb.Helper()
	home := t.ServiceAccount.Namespace
	waitReady(tb, t.Tenant, t.Kustomization,
		fluxObject("source.toolkit.fluxcd.io/v1", "GitRepository", home, "private"),
		fluxObject("helm.toolkit.fluxcd.io/v2", "HelmRelease", home, "app"))
}

// readsHidden is nil when the client reads the Secret that a victim hides in a
// namespace.
func readsHidden(ctx context.Context, c client.Client, namespace string) error {
	var secrets corev1.SecretList
	if err := c.List(ctx, &secrets, client.InNamespace(namespace)); err != nil {
		return err
	}
	for _, s := range secrets.Items {
		if s.Name == "hidden" && string(s.Data["secret"]) == "hidden" {
			return nil
		}
	}
	return fmt.Errorf("there is no hidden Secret in %s", namespace)
}

// pin is the digit in the values of the victim's release.
func (b *breach) pin(ctx context.Context) (string, error) {
	release := &unstructured.Unstructured{}
	release.SetAPIVersion("helm.toolkit.fluxcd.io/v2")
	release.SetKind("HelmRelease")
	if err := cluster.Client.Get(ctx, client.ObjectKey{Namespace: b.victim.name, Name: "app"}, release); err != nil {
		return "", err
	}
	pin, _, err := unstructured.NestedString(release.Object, "spec", "values", "pin")
	return pin, err
}

// withToken is a client of whoever a token belongs to.
func withToken(token string) (client.Client, error) {
	return client.New(&rest.Config{
		Host: cluster.Server, BearerToken: token, WarningHandler: rest.NoWarnings{},
		TLSClientConfig: rest.TLSClientConfig{CAData: cluster.CA()},
	}, client.Options{Scheme: controlplane.Scheme, Mapper: cluster.Client.RESTMapper()})
}

// A listener is the attacker's own server, which notes who comes.
type listener struct {
	url, ca string // ready for YAML in double quotes

	mu     sync.Mutex
	tokens []string
}

func listen(t testing.TB) *listener {
	t.Helper()
	l := &listener{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.tokens = append(l.tokens, token)
		}
		http.NotFound(w, r)
	}))
	server.TLS = &tls.Config{}
	server.StartTLS()
	t.Cleanup(server.Close)
	l.url = server.URL
	ca, err := json.Marshal(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	if err != nil {
		t.Fatal(err)
	}
	l.ca = strings.Trim(string(ca), `"`)
	return l
}

// token is one that somebody has sent.
func (l *listener) token() (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.tokens) == 0 {
		return "", errors.New("nobody has sent a token yet")
	}
	return l.tokens[0], nil
}

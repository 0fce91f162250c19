package controllers_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-containerregistry/pkg/crane"
	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// image is what the registry has, in these versions.
const image = controlplane.RegistryHost + "/team/app"

var imageTags = []string{"1.0.0", "1.1.0", "2.0.0"}

// serveRegistry serves images over TLS, and returns the authority of its certificate.
func serveRegistry(t *testing.T, env *harness.Env) (ca []byte) {
	t.Helper()
	authority, err := controlplane.NewCA("registry")
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile, err := authority.Issue(filepath.Join(env.Plane.Dir(), "pki", "registry"), controlplane.RegistryHost)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, controlplane.RegistryHost+":443", registry.New(), func(s *http.Server, l net.Listener) { s.ServeTLS(l, certFile, keyFile) })
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority.PEM())
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
	for _, tag := range imageTags {
		content, err := crane.Image(map[string][]byte{"config.yaml": []byte("# " + tag)})
		if err != nil {
			t.Fatal(err)
		}
		if err := crane.Push(content, image+":"+tag, crane.WithTransport(transport)); err != nil {
			t.Fatal(err)
		}
	}
	return authority.PEM()
}

// registrySecret is a Secret in a team's home, by which Flux trusts the registry.
func registrySecret(team string, ca []byte) string {
	return "apiVersion: v1\nkind: Secret\nmetadata: {name: registry, namespace: " + team + "}\ndata: {ca.crt: " + base64.StdEncoding.EncodeToString(ca) + "}\n"
}

// A hook takes notifications.
type hook struct {
	mu       sync.Mutex
	received map[string]bool // by path
}

func serveHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{received: map[string]bool{}}
	serve(t, controlplane.HookHost+":80", h, func(s *http.Server, l net.Listener) { s.Serve(l) })
	return h
}

// ServeHTTP takes one event.
func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var event struct{ Message string }
	if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.received[r.URL.Path] = event.Message != ""
}

// hookURL is where a path of the hook takes events.
func hookURL(path string) string { return "http://" + controlplane.HookHost + path }

// wait waits until an event has come to a path.
func (h *hook) wait(c *harness.Case, path string) {
	c.Helper()
	c.Eventually(func(context.Context) error {
		h.mu.Lock()
		defer h.mu.Unlock()
		if !h.received[path] {
			return fmt.Errorf("no event has come to %s", path)
		}
		return nil
	})
}

// serve serves at an address until the test ends.
func serve(t *testing.T, address string, handler http.Handler, by func(*http.Server, net.Listener)) {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	go by(server, listener)
	t.Cleanup(func() { server.Close() })
}

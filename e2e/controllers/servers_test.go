package controllers_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
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

// serveRegistry serves images over plain HTTP.
func serveRegistry(t *testing.T) {
	t.Helper()
	serve(t, controlplane.RegistryHost, registry.New())
	for _, tag := range imageTags {
		content, err := crane.Image(map[string][]byte{"config.yaml": []byte("# " + tag)})
		if err != nil {
			t.Fatal(err)
		}
		if err := crane.Push(content, image+":"+tag, crane.Insecure); err != nil {
			t.Fatal(err)
		}
	}
}

// A hook takes notifications.
type hook struct {
	mu       sync.Mutex
	received map[string]bool // by path
}

func serveHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{received: map[string]bool{}}
	serve(t, controlplane.HookHost, h)
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

func serve(t *testing.T, host string, handler http.Handler) {
	t.Helper()
	listener, err := net.Listen("tcp", host+":80")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: handler}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
}

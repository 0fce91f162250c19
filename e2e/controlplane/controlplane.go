package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// FieldOwner is the field manager of what the control plane installs.
const FieldOwner = "platform"

// A ControlPlane is a Kubernetes control plane with Flux and Capsule.
type ControlPlane struct {
	// Server is the API server's URL, also the issuer and the audience of
	// ServiceAccount tokens.
	Server string

	// Admin reaches the API server as a member of system:masters.
	Admin *rest.Config

	// Client is an uncached client of Admin.
	Client client.Client

	// Set is the versions of what runs.
	Set Set

	// APIServer, Capsule and Proxy can be stopped, killed and started again.
	// Proxy is nil without a binary: see ProxyVar.
	APIServer *Process
	Capsule   *Process
	Proxy     *Proxy

	dir           string
	ca            *CA
	auditLog      string
	etcd, manager *Process
	flux          []*controller // source-, kustomize- and helm-controller
	events        *events
	chart         []*unstructured.Unstructured // Capsule's
	webhookPort   int                          // of Capsule

	mu      sync.Mutex
	started []*Process
}

// CA is the certificate authority of the API server, in PEM.
func (cp *ControlPlane) CA() []byte { return cp.ca.PEM() }

// Dir is a directory below which the run may keep files.
func (cp *ControlPlane) Dir() string { return cp.dir }

// Start starts a control plane with a set's Flux and Capsule, and with Capsule Proxy
// where [ProxyVar] names one, in the sandbox that [Main] has made. Flux's
// controllers run as soon as [ControlPlane.RunFlux] is called.
func Start(ctx context.Context, set Set) (*ControlPlane, error) {
	return launch(ctx, set, set.components(), (*ControlPlane).start)
}

// StartOldCapsule is [Start] with a Capsule that has known holes, and with neither
// Flux nor Capsule Proxy.
func StartOldCapsule(ctx context.Context) (*ControlPlane, error) {
	set, err := NewSet("pinned")
	if err != nil {
		return nil, err
	}
	set.capsule = oldCapsule
	return launch(ctx, set, oldComponents, (*ControlPlane).startOld)
}

func launch(ctx context.Context, set Set, components []component, start func(*ControlPlane, context.Context) error) (*ControlPlane, error) {
	dir, ok := os.LookupEnv(insideVar)
	if !ok {
		return nil, errors.New("a control plane runs in the sandbox of controlplane.Main only")
	}
	if err := built(components); err != nil {
		return nil, err
	}
	cp := &ControlPlane{dir: dir, Set: set}
	if err := start(cp, ctx); err != nil {
		cp.Stop()
		return nil, err
	}
	return cp, nil
}

func (cp *ControlPlane) start(ctx context.Context) error {
	if err := cp.startKubernetes(ctx); err != nil {
		return err
	}
	if err := cp.startCapsule(ctx); err != nil {
		return fmt.Errorf("capsule: %w", err)
	}
	if err := cp.installFlux(ctx); err != nil {
		return fmt.Errorf("flux: %w", err)
	}
	if err := cp.startProxy(ctx); err != nil {
		return fmt.Errorf("capsule-proxy: %w", err)
	}
	return cp.manager.Start(ctx)
}

func (cp *ControlPlane) startOld(ctx context.Context) error {
	if err := cp.startKubernetes(ctx); err != nil {
		return err
	}
	if err := cp.startOldCapsule(ctx); err != nil {
		return fmt.Errorf("capsule %s: %w", oldCapsule.Version, err)
	}
	return cp.manager.Start(ctx)
}

// process is a binary of a component, not started yet.
func (cp *ControlPlane) process(c component, name string, ready func(context.Context) error, args ...string) (*Process, error) {
	dir, err := c.dir()
	if err != nil {
		return nil, err
	}
	p := cp.newProcess(name, filepath.Join(dir, name), ready, args...)
	p.Version = c.Version
	return p, nil
}

// newProcess is the binary at path, which may have any name.
func (cp *ControlPlane) newProcess(name, path string, ready func(context.Context) error, args ...string) *Process {
	p := &Process{
		Name: name, Args: args, path: path, ready: ready,
		Env: []string{"TMPDIR=" + filepath.Join(cp.dir, "tmp")},
		Log: filepath.Join(cp.dir, name+".log"),
	}
	cp.mu.Lock()
	defer cp.mu.Unlock()
	cp.started = append(cp.started, p)
	return p
}

// Stop ends every process, the last started first.
func (cp *ControlPlane) Stop() {
	cp.mu.Lock()
	defer cp.mu.Unlock()
	for i := len(cp.started) - 1; i >= 0; i-- {
		cp.started[i].Stop()
	}
	cp.started = nil
}

// wait calls done until it returns nil, or the time is over.
func wait(ctx context.Context, timeout time.Duration, done func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	for {
		last := done(ctx)
		if last == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return errors.Join(last, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

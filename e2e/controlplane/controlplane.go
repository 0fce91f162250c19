package controlplane

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

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

	// APIServer, Capsule and Proxy can be stopped, killed and started again.
	// Proxy is nil without a binary: see ProxyVar.
	APIServer *Process
	Capsule   *Process
	Proxy     *Proxy

	dir           string
	ca            *CA
	auditLog      string
	etcd, manager *Process
	source        *Process
	kustomize     *Process
	helm          *Process

	mu      sync.Mutex
	started []*Process
}

// CA is the certificate authority of the API server, in PEM.
func (cp *ControlPlane) CA() []byte { return cp.ca.PEM() }

// Dir is a directory below which the run may keep files.
func (cp *ControlPlane) Dir() string { return cp.dir }

// Main builds the components, starts a control plane and calls run, which
// starts Flux ([ControlPlane.RunFlux]) and runs the tests. It returns run's exit
// code. The logs of the components are kept when that is not 0.
func Main(run func(*ControlPlane) (int, error)) int {
	return runMain(components, (*ControlPlane).start, run)
}

// MainOldCapsule is [Main] with a Capsule that has known holes, and with neither
// Flux nor Capsule Proxy.
func MainOldCapsule(run func(*ControlPlane) (int, error)) int {
	return runMain(oldComponents, (*ControlPlane).startOld, run)
}

func runMain(components []component, start func(*ControlPlane, context.Context) error, run func(*ControlPlane) (int, error)) int {
	if mount, ok := os.LookupEnv(mountVar); ok {
		fmt.Fprintln(os.Stderr, becomePod(mount))
		return 1
	}
	dir, inside := os.LookupEnv(insideVar)
	if inside {
		code, err := runOn(dir, start, run)
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return code
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := build(ctx, components, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	dir, err := os.MkdirTemp("", "fluxcapsule-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code, err := runInside(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if code == 0 {
		os.RemoveAll(dir)
	} else {
		os.RemoveAll(filepath.Join(dir, "etcd"))
		fmt.Fprintln(os.Stderr, "the components' logs are in", dir)
	}
	return code
}

func runOn(dir string, start func(*ControlPlane, context.Context) error, run func(*ControlPlane) (int, error)) (int, error) {
	if err := loopbackUp(); err != nil {
		return 0, fmt.Errorf("loopback: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	cp := &ControlPlane{dir: dir}
	defer cp.stop()
	// Deferred calls run from the last to the first: stop, too, ends ctx.
	defer context.AfterFunc(ctx, func() {
		cp.stop()
		os.Exit(130)
	})()
	begin := time.Now()
	if err := start(cp, ctx); err != nil {
		return 0, err
	}
	fmt.Fprintf(os.Stderr, "control plane ready in %s\n", time.Since(begin).Round(100*time.Millisecond))
	return run(cp)
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
	return nil
}

func (cp *ControlPlane) startOld(ctx context.Context) error {
	if err := cp.startKubernetes(ctx); err != nil {
		return err
	}
	if err := cp.startOldCapsule(ctx); err != nil {
		return fmt.Errorf("capsule %s: %w", oldCapsule.Version, err)
	}
	return nil
}

// process is a binary of a component, not started yet.
func (cp *ControlPlane) process(c component, name string, ready func(context.Context) error, args ...string) (*Process, error) {
	dir, err := c.dir()
	if err != nil {
		return nil, err
	}
	p := cp.newProcess(filepath.Join(dir, name), ready, args...)
	p.Version = c.Version
	return p, nil
}

func (cp *ControlPlane) newProcess(path string, ready func(context.Context) error, args ...string) *Process {
	name := filepath.Base(path)
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

// stop ends every process, the last started first.
func (cp *ControlPlane) stop() {
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

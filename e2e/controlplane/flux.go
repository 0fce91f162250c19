package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

const fluxNamespace = "flux-system"

// installFlux installs Flux's CRDs and roles and makes its controllers ready to
// run.
func (cp *ControlPlane) installFlux(ctx context.Context) error {
	if err := cp.apply(ctx, namespace(fluxNamespace)); err != nil {
		return err
	}
	for _, c := range []component{
		sourceController, kustomizeController, helmController,
		notificationController, imageReflectorController, imageAutomationController,
	} {
		if err := cp.applyFiles(ctx, c, "config/crd/bases/*.yaml"); err != nil {
			return err
		}
	}
	// The bindings in these files are to the controllers' accounts in flux-system.
	for _, name := range []string{"controller", "reconciler", "edit", "view"} {
		if err := cp.applyFiles(ctx, flux, "manifests/rbac/"+name+".yaml"); err != nil {
			return err
		}
	}

	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	storage := loopback(ports[0])
	cp.source, err = cp.fluxController(ctx, sourceController,
		"--storage-path="+filepath.Join(cp.dir, "storage"),
		"--storage-addr="+storage,
		"--storage-adv-addr="+storage,
		"--concurrent=8",
	)
	if err != nil {
		return err
	}
	cp.kustomize, err = cp.fluxController(ctx, kustomizeController,
		"--feature-gates=ObjectLevelWorkloadIdentity=true",
		"--requeue-dependency=5s",
		"--concurrent=8",
	)
	if err != nil {
		return err
	}
	cp.helm, err = cp.fluxController(ctx, helmController,
		"--feature-gates=ObjectLevelWorkloadIdentity=true",
		"--requeue-dependency=5s",
	)
	if err != nil {
		return err
	}
	return nil
}

// RunFlux starts Flux's controllers, again if they are running, each with the
// flags that are given for it by its name, such as those of the lockdown.
func (cp *ControlPlane) RunFlux(ctx context.Context, flags map[string][]string) error {
	for _, p := range []*Process{cp.source, cp.kustomize, cp.helm} {
		p.Stop()
		p.Extra = flags[p.Name]
		if err := p.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// fluxController is one of Flux's controllers, with an account of its own.
func (cp *ControlPlane) fluxController(ctx context.Context, c component, args ...string) (*Process, error) {
	kubeconfig, err := cp.serviceAccount(ctx, fluxNamespace, c.Name)
	if err != nil {
		return nil, err
	}
	ports, err := freePorts(1)
	if err != nil {
		return nil, err
	}
	health := loopback(ports[0])
	p, err := cp.process(c, c.Name, serves(http.DefaultClient, fmt.Sprintf("http://%s/readyz", health)), append(args,
		"--watch-all-namespaces=true",
		"--enable-leader-election=false",
		"--health-addr="+health,
		"--metrics-addr=0",
		"--events-addr=",
		"--kube-api-qps=200",
		"--kube-api-burst=400",
	)...)
	if err != nil {
		return nil, err
	}
	p.Env = append(p.Env, "KUBECONFIG="+kubeconfig, "RUNTIME_NAMESPACE="+fluxNamespace)
	// By its token file a controller finds out who it is, to request a token for a
	// server that a kubeConfig names.
	token, err := cp.Token(ctx, fluxNamespace, c.Name)
	if err != nil {
		return nil, err
	}
	p.mount = filepath.Join(cp.dir, "serviceaccount", c.Name)
	if err := os.MkdirAll(p.mount, 0o755); err != nil {
		return nil, err
	}
	return p, os.WriteFile(filepath.Join(p.mount, "token"), []byte(token), 0o600)
}

// LoggedError is the last error that helm-controller has logged for an object.
func (cp *ControlPlane) LoggedError(obj client.Object) (string, error) {
	data, err := os.ReadFile(cp.helm.Log)
	if err != nil {
		return "", err
	}
	message := ""
	for line := range bytes.Lines(data) {
		var entry struct{ Namespace, Name, Error string }
		// What is not JSON does not come from the reconciler.
		if json.Unmarshal(line, &entry) == nil && entry.Error != "" && entry.Namespace == obj.GetNamespace() && entry.Name == obj.GetName() {
			message = entry.Error
		}
	}
	return message, nil
}

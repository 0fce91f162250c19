package controlplane

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const fluxNamespace = "flux-system"

// A controller is one of Flux's, with what the sandbox wants of its command line.
type controller struct {
	*Process
	component  component
	podIP      string
	deployment *appsv1.Deployment // that it was last started from
	first      []string           // arguments before those of the Deployment, which override them
	last       []string           // arguments after them
	env        []string           // environment before that of the Deployment
}

// installFlux installs Flux's CRDs and roles and makes its controllers ready to
// run.
func (cp *ControlPlane) installFlux(ctx context.Context) error {
	if err := cp.apply(ctx, namespace(fluxNamespace)); err != nil {
		return err
	}
	if err := cp.installFluxCRDs(ctx, cp.Set); err != nil {
		return err
	}
	if err := cp.installFluxRoles(ctx); err != nil {
		return err
	}
	if err := forward(sourceServiceIP+":80", sourcePodIP+":9090"); err != nil {
		return err
	}
	if cp.Set.runs(watcher) {
		if err := forward(watcherServiceIP+":80", watcherPodIP+":9091"); err != nil {
			return err
		}
	}
	if err := cp.serveEvents(); err != nil {
		return err
	}
	// Of all only kustomize-controller can have port 8080 on all addresses.
	for _, c := range slices.Concat([]*controller{
		{
			component: cp.Set.source, podIP: sourcePodIP,
			first: []string{"--metrics-addr=0"},
			last:  []string{"--storage-path=" + filepath.Join(cp.dir, "storage")},
		},
		{component: cp.Set.kustomize, podIP: kustomizePodIP, last: []string{"--requeue-dependency=5s"}},
		{component: cp.Set.helm, podIP: helmPodIP, first: []string{"--metrics-addr=0"}, last: []string{"--requeue-dependency=5s"}},
	}, cp.furtherControllers()) {
		if err := cp.prepare(ctx, c); err != nil {
			return err
		}
		cp.flux = append(cp.flux, c)
	}
	return nil
}

func (cp *ControlPlane) installFluxCRDs(ctx context.Context, set Set) error {
	for _, c := range slices.Concat(set.fluxControllers(), set.crds) {
		if err := cp.applyFiles(ctx, c, "config/crd/bases/*.yaml"); err != nil {
			return err
		}
	}
	return nil
}

// installFluxRoles installs roles, and bindings to the controllers' accounts in
// flux-system.
func (cp *ControlPlane) installFluxRoles(ctx context.Context) error {
	for _, name := range []string{"controller", "reconciler", "edit", "view"} {
		if err := cp.applyFiles(ctx, cp.Set.manifests, "manifests/rbac/"+name+".yaml"); err != nil {
			return err
		}
	}
	return nil
}

// prepare makes an account for a controller, and the files that a pod would have.
func (cp *ControlPlane) prepare(ctx context.Context, c *controller) error {
	name := c.component.Name
	kubeconfig, err := cp.serviceAccount(ctx, fluxNamespace, name)
	if err != nil {
		return err
	}
	health := c.podIP + ":9440"
	c.Process, err = cp.process(c.component, name, serves(http.DefaultClient, "http://"+health+"/readyz"))
	if err != nil {
		return err
	}
	c.last = append(c.last,
		"--enable-leader-election=false",
		"--health-addr="+health,
		"--kube-api-qps=200",
		"--kube-api-burst=400",
	)
	c.env = slices.Concat(c.Env, []string{"KUBECONFIG=" + kubeconfig})
	// By its token file a controller finds out who it is, to request a token for a
	// server that a kubeConfig names.
	token, err := cp.Token(ctx, fluxNamespace, name)
	if err != nil {
		return err
	}
	c.mount = filepath.Join(cp.dir, "serviceaccount", name)
	if err := os.MkdirAll(c.mount, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.mount, "token"), []byte(token), 0o600)
}

// RunFlux starts Flux's controllers, again if they are running, each as its
// Deployment among the objects says; see [Set.FluxManifests]. Of the other objects it
// applies those that a cluster would have for it.
func (cp *ControlPlane) RunFlux(ctx context.Context, objects []*unstructured.Unstructured) error {
	deployments := map[string]*appsv1.Deployment{}
	for _, obj := range objects {
		if obj.GetKind() == "Deployment" {
			d := &appsv1.Deployment{}
			if err := runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, d); err != nil {
				return err
			}
			deployments[d.Name] = d
			continue
		}
		if err := cp.applyFlux(ctx, obj); err != nil {
			return err
		}
	}
	for _, c := range cp.flux { // all before the first starts: without the lockdown one of them takes a port on all addresses
		c.Stop()
	}
	for _, c := range cp.flux {
		d, ok := deployments[c.Name]
		if !ok {
			return fmt.Errorf("there is no Deployment %s", c.Name)
		}
		c.deployment = d
		env, args := container(d, c.podIP)
		c.Args, c.Env = slices.Concat(c.first, args, c.last), slices.Concat(c.env, env)
		// On a busy machine a controller may give up waiting for its caches.
		if err := wait(ctx, 5*time.Minute, c.Start); err != nil {
			return err
		}
	}
	return nil
}

// applyFlux applies an object of Flux's installation that is no Deployment.
func (cp *ControlPlane) applyFlux(ctx context.Context, obj *unstructured.Unstructured) error {
	switch obj.GetKind() {
	case "Kustomization", "GitRepository": // what flux bootstrap adds: there is no such repository
		return nil
	case "Service":
		if target, ok, _ := unstructured.NestedString(obj.Object, "spec", "externalName"); ok {
			name := obj.GetName() + "." + obj.GetNamespace() + ".svc.cluster.local"
			if err := cp.alias(name, target); err != nil {
				return err
			}
		}
	}
	return cp.apply(ctx, obj)
}

// Kustomize is kustomize-controller, Source is source-controller. They can be
// stopped, killed and started again.
func (cp *ControlPlane) Kustomize() *Process { return cp.flux[1].Process }

// Source is source-controller, see [ControlPlane.Kustomize].
func (cp *ControlPlane) Source() *Process { return cp.flux[0].Process }

// LoggedError is the last error that helm-controller has logged for an object since
// a time: objects of the same name come and go.
func (cp *ControlPlane) LoggedError(obj client.Object, since time.Time) (string, error) {
	data, err := os.ReadFile(cp.flux[2].Log)
	if err != nil {
		return "", err
	}
	message := ""
	for line := range bytes.Lines(data) {
		var entry struct {
			TS                     time.Time
			Namespace, Name, Error string
		}
		// What is not JSON does not come from the reconciler.
		if json.Unmarshal(line, &entry) == nil && entry.Error != "" && entry.TS.After(since) && entry.Namespace == obj.GetNamespace() && entry.Name == obj.GetName() {
			message = entry.Error
		}
	}
	return message, nil
}

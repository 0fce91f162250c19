package controlplane

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
)

// startOldCapsule is startCapsule for the version with the holes. It brings its
// webhook configurations with the chart, and finds its certificate by TMPDIR.
func (cp *ControlPlane) startOldCapsule(ctx context.Context) error {
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	certDir := filepath.Join(cp.dir, "tmp", "k8s-webhook-server", "serving-certs")
	if _, _, err := cp.ca.Issue(certDir, "capsule-webhook-service"); err != nil {
		return err
	}
	objects, err := cp.renderCapsule(oldCapsule, ports[0], map[string]any{
		"crds": map[string]any{"install": false}, // by a job that runs kubectl
		"tls":  map[string]any{"enableController": false, "create": false},
	})
	if err != nil {
		return err
	}
	if err := cp.installCapsule(ctx, objects); err != nil {
		return err
	}
	kubeconfig, err := cp.serviceAccount(ctx, capsuleNamespace, "capsule")
	if err != nil {
		return err
	}
	home := filepath.Join(cp.dir, "home") // it asks for the API server's version without regard to KUBECONFIG
	if err := os.MkdirAll(filepath.Join(home, ".kube"), 0o755); err != nil {
		return err
	}
	if err := os.Symlink(kubeconfig, filepath.Join(home, ".kube", "config")); err != nil {
		return err
	}
	cp.Capsule, err = cp.process(oldCapsule, "capsule", serves(http.DefaultClient, capsuleHealth),
		fmt.Sprintf("--webhook-port=%d", ports[0]),
		"--configuration-name=default",
		"--enable-leader-election=false",
		"--metrics-addr=0",
	)
	if err != nil {
		return err
	}
	cp.Capsule.Env = append(cp.Capsule.Env, "HOME="+home, "KUBECONFIG="+kubeconfig, "NAMESPACE="+capsuleNamespace)
	return cp.Capsule.Start(ctx)
}

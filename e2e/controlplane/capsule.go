package controlplane

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	capsuleNamespace = "capsule-system"
	capsuleHealth    = "http://127.0.0.1:10080/readyz" // Capsule has no flag for this port
)

// startCapsule installs Capsule's chart, less what needs a kubelet, and runs
// the controller.
func (cp *ControlPlane) startCapsule(ctx context.Context) error {
	ports, err := freePorts(1)
	if err != nil {
		return err
	}
	cp.webhookPort = ports[0]
	certDir := filepath.Join(cp.dir, "pki", "capsule")
	if _, _, err := cp.ca.Issue(certDir, "capsule-webhook-service"); err != nil {
		return err
	}
	cp.chart, err = cp.renderCapsule(cp.Set.capsule, cp.webhookPort, capsuleValues())
	if err != nil {
		return err
	}
	// Capsule's rules for Gateways and routes.
	for _, kind := range []string{"gatewayclasses", "gateways", "httproutes"} {
		if err := cp.applyFiles(ctx, cp.Set.gatewayAPI, "config/crd/standard/gateway.networking.k8s.io_"+kind+".yaml"); err != nil {
			return err
		}
	}
	if err := cp.installCapsule(ctx, cp.chart); err != nil {
		return err
	}
	kubeconfig, err := cp.serviceAccount(ctx, capsuleNamespace, "capsule")
	if err != nil {
		return err
	}

	healthy := serves(http.DefaultClient, capsuleHealth)
	cp.Capsule, err = cp.process(cp.Set.capsule, "capsule", func(ctx context.Context) error {
		return errors.Join(healthy(ctx), cp.capsuleWebhooks(ctx))
	},
		fmt.Sprintf("--webhook-port=%d", cp.webhookPort),
		"--webhook-cert-path="+certDir,
		"--configuration-name=default",
		"--enable-leader-election=false",
		"--metrics-addr=0",
		"--workers=4",
		"--client-connection-qps=200",
		"--client-connection-burst=400",
	)
	if err != nil {
		return err
	}
	cp.Capsule.Env = append(cp.Capsule.Env, "KUBECONFIG="+kubeconfig, "NAMESPACE="+capsuleNamespace, "SERVICE_ACCOUNT=capsule")
	return cp.Capsule.Start(ctx)
}

// capsuleValues are the values of Capsule's chart.
func capsuleValues() map[string]any {
	return map[string]any{
		"crds": map[string]any{"inline": true},
		"rbac": map[string]any{"resources": map[string]any{
			"create": true,
			"labels": map[string]any{"rbac.authorization.k8s.io/aggregate-to-admin": "true"},
		}},
	}
}

// installCapsule applies the chart's objects.
func (cp *ControlPlane) installCapsule(ctx context.Context, objects []*unstructured.Unstructured) error {
	if err := cp.apply(ctx, namespace(capsuleNamespace)); err != nil {
		return err
	}
	for _, obj := range objects {
		// A CRD takes a moment to be served; the CapsuleConfiguration comes after it.
		err := wait(ctx, 30*time.Second, func(ctx context.Context) error {
			namespaced, err := cp.Client.IsObjectNamespaced(obj)
			if err != nil {
				return err
			}
			if namespaced && obj.GetNamespace() == "" { // as Helm does
				obj.SetNamespace(capsuleNamespace)
			}
			return cp.apply(ctx, obj)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// capsuleWebhooks is nil as soon as Capsule has registered its webhooks, which
// it does some time after it says that it is ready.
func (cp *ControlPlane) capsuleWebhooks(ctx context.Context) error {
	var mutating admissionv1.MutatingWebhookConfigurationList
	var validating admissionv1.ValidatingWebhookConfigurationList
	if err := errors.Join(cp.Client.List(ctx, &mutating), cp.Client.List(ctx, &validating)); err != nil {
		return err
	}
	for _, w := range validating.Items {
		if len(w.Webhooks) > 0 && len(mutating.Items) > 0 && len(mutating.Items[0].Webhooks) > 0 {
			return nil
		}
	}
	return errors.New("the webhooks are not registered yet")
}

// renderCapsule is Capsule's chart, in apply order, with its webhooks on a port
// of loopback.
func (cp *ControlPlane) renderCapsule(c component, webhookPort int, values map[string]any) ([]*unstructured.Unstructured, error) {
	dir, err := c.dir()
	if err != nil {
		return nil, err
	}
	chart, err := loader.LoadDir(filepath.Join(dir, "charts", "capsule"))
	if err != nil {
		return nil, err
	}
	chart.Metadata.Dependencies = nil // Capsule Proxy's chart, which is not in the module
	values["certManager"] = map[string]any{"generateCertificates": false}
	values["webhooks"] = map[string]any{"service": map[string]any{
		"url":      fmt.Sprintf("https://127.0.0.1:%d", webhookPort),
		"caBundle": base64.StdEncoding.EncodeToString(cp.CA()),
	}}
	rendered, err := chartutil.ToRenderValues(chart, values, chartutil.ReleaseOptions{Name: "capsule", Namespace: capsuleNamespace, Revision: 1, IsInstall: true}, nil)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(chart, rendered)
	if err != nil {
		return nil, err
	}
	for _, crd := range chart.CRDObjects() { // of the chart that has them as files
		files[crd.Filename] = string(crd.File.Data)
	}
	var objects []*unstructured.Unstructured
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if strings.HasSuffix(path, "NOTES.txt") {
			continue
		}
		decoded, err := decode([]byte(files[path]))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, obj := range decoded {
			_, hook := obj.GetAnnotations()["helm.sh/hook"]
			if hook || obj.GetKind() == "Deployment" || obj.GetKind() == "Service" {
				continue
			}
			objects = append(objects, obj)
		}
	}
	slices.SortStableFunc(objects, func(a, b *unstructured.Unstructured) int { return rank(a) - rank(b) })
	return objects, nil
}

// rank puts CRDs first and objects of theirs last.
func rank(obj client.Object) int {
	switch obj.GetObjectKind().GroupVersionKind().Kind {
	case "CustomResourceDefinition":
		return 0
	case "CapsuleConfiguration":
		return 2
	default:
		return 1
	}
}

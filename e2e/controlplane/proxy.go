package controlplane

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	rbacv1 "k8s.io/api/rbac/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ProxyVar names the environment variable that holds the path of a
// capsule-proxy binary, which cannot be had as a Go module.
const ProxyVar = "FLUXCAPSULE_CAPSULE_PROXY"

// A Proxy is a running Capsule Proxy.
type Proxy struct {
	*Process
	URL string

	ca      *CA
	certDir string
}

// CA is the certificate authority of the proxy's serving certificate, in PEM.
func (p *Proxy) CA() []byte { return p.ca.PEM() }

// ReplaceCA gives the proxy a serving certificate of another authority and
// restarts it: capsule-proxy reads its certificate once.
func (p *Proxy) ReplaceCA(ctx context.Context) error {
	ca, err := NewCA("capsule-proxy")
	if err != nil {
		return err
	}
	if _, _, err := ca.Issue(p.certDir, "capsule-proxy"); err != nil {
		return err
	}
	p.ca = ca
	p.Stop()
	return p.Start(ctx)
}

// startProxy runs the binary that ProxyVar names, if it names one.
func (cp *ControlPlane) startProxy(ctx context.Context) error {
	binary := os.Getenv(ProxyVar)
	if binary == "" {
		return nil
	}
	for _, obj := range []client.Object{
		proxyCRD("GlobalProxySettings", "globalproxysettings", apiextensionsv1.ClusterScoped),
		proxyCRD("ProxySetting", "proxysettings", apiextensionsv1.NamespaceScoped),
		proxyRole(),
		&rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "capsule-proxy"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "capsule-proxy"},
			Subjects:   []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: capsuleNamespace, Name: "capsule-proxy"}},
		},
	} {
		if err := cp.Client.Create(ctx, obj); err != nil {
			return err
		}
	}
	kubeconfig, err := cp.serviceAccount(ctx, capsuleNamespace, "capsule-proxy")
	if err != nil {
		return err
	}

	ca, err := NewCA("capsule-proxy")
	if err != nil {
		return err
	}
	certDir := filepath.Join(cp.dir, "pki", "capsule-proxy")
	certFile, keyFile, err := ca.Issue(certDir, "capsule-proxy")
	if err != nil {
		return err
	}
	healthy := serves(&http.Client{Timeout: time.Second}, "http://127.0.0.1:8081/readyz/") // no flag for this port
	process := cp.newProcess("capsule-proxy", binary, healthy,
		"--listening-port=9001",
		"--ssl-cert-path="+certFile,
		"--ssl-key-path="+keyFile,
		"--metrics-addr=0",
		"--client-connection-qps=200",
		"--client-connection-burst=400",
	)
	process.Env = append(process.Env, "KUBECONFIG="+kubeconfig, "NAMESPACE="+capsuleNamespace)
	cp.Proxy = &Proxy{Process: process, URL: "https://" + proxyService + ":9001", ca: ca, certDir: certDir}
	return wait(ctx, 30*time.Second, cp.Proxy.Start) // its own CRDs may not be served yet
}

// proxyCRD is one of capsule-proxy's CRDs without its schema. The proxy does
// not start where they are missing.
func proxyCRD(kind, plural string, scope apiextensionsv1.ResourceScope) *apiextensionsv1.CustomResourceDefinition {
	group := schema.GroupResource{Group: "capsule.clastix.io", Resource: plural}
	preserve := true
	return &apiextensionsv1.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: group.String()},
		Spec: apiextensionsv1.CustomResourceDefinitionSpec{
			Group: group.Group,
			Scope: scope,
			Names: apiextensionsv1.CustomResourceDefinitionNames{Kind: kind, ListKind: kind + "List", Plural: plural, Singular: strings.ToLower(kind)},
			Versions: []apiextensionsv1.CustomResourceDefinitionVersion{{
				Name: "v1beta1", Served: true, Storage: true,
				Subresources: &apiextensionsv1.CustomResourceSubresources{Status: &apiextensionsv1.CustomResourceSubresourceStatus{}},
				Schema: &apiextensionsv1.CustomResourceValidation{OpenAPIV3Schema: &apiextensionsv1.JSONSchemaProps{
					Type: "object", XPreserveUnknownFields: &preserve,
				}},
			}},
		},
	}
}

// proxyRole is what capsule-proxy's chart grants it: to read everything, to
// ask who somebody is and what they may do, and to be anybody.
func proxyRole() *rbacv1.ClusterRole {
	return &rbacv1.ClusterRole{
		ObjectMeta: metav1.ObjectMeta{Name: "capsule-proxy"},
		Rules: []rbacv1.PolicyRule{
			{APIGroups: []string{"*"}, Resources: []string{"*"}, Verbs: []string{"get", "list", "watch"}},
			{NonResourceURLs: []string{"*"}, Verbs: []string{"get"}},
			{APIGroups: []string{""}, Resources: []string{"users", "groups", "serviceaccounts", "userextras/*"}, Verbs: []string{"impersonate"}},
			{APIGroups: []string{"authorization.k8s.io"}, Resources: []string{"selfsubjectaccessreviews", "subjectaccessreviews"}, Verbs: []string{"create"}},
			{APIGroups: []string{"authentication.k8s.io"}, Resources: []string{"tokenreviews"}, Verbs: []string{"create"}},
			{APIGroups: []string{"capsule.clastix.io"}, Resources: []string{"globalproxysettings/status", "proxysettings/status"}, Verbs: []string{"update", "patch"}},
		},
	}
}

package sanitize

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"testing"

	runtimeclient "github.com/fluxcd/pkg/runtime/client"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// flux reads a kubeconfig Secret's value as Flux's controllers do.
func flux(data []byte) (before, after *rest.Config, err error) {
	if before, err = runtimeclient.KubeConfigFromBytes(data); err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel() // it would ask the server about flow control
	return before, runtimeclient.KubeConfig(ctx, before, runtimeclient.KubeConfigOptions{}), nil
}

// TestWritten checks that Flux's sanitizing leaves every kind of kubeconfig
// that the library writes as it is.
func TestWritten(t *testing.T) {
	authority, err := controlplane.NewCA("capsule-proxy")
	if err != nil {
		t.Fatal(err)
	}
	ca := string(authority.PEM())
	for name, access := range map[string]kubeconfig.Access{
		"proxy":           {Proxy: "https://capsule-proxy.capsule-system.svc:9001", CA: ca},
		"public proxy":    {Proxy: "https://proxy.example.com"},
		"API server":      {APIServer: "https://rancher.example.com/k8s/clusters/c-1", CA: ca + ca},
		"TLS server name": {Proxy: "https://10.0.0.1:9001", CA: ca, TLSServerName: "capsule-proxy"},
		"HTTP proxy":      {APIServer: "https://10.0.0.1:6443", CA: ca, HTTPProxy: "http://squid:3128"},
		"SOCKS proxy":     {APIServer: "https://[fd00::1]:6443", CA: ca, HTTPProxy: "socks5://bastion:1080"},
	} {
		t.Run(name, func(t *testing.T) {
			config, err := kubeconfig.Config("dev-team", "gitops-reconciler", access, token)
			if err != nil {
				t.Fatal(err)
			}
			secret, err := kubeconfig.Secret(metav1.ObjectMeta{Namespace: "dev-team", Name: "gitops-reconciler-kubeconfig"}, config, "")
			if err != nil {
				t.Fatal(err)
			}
			before, after, err := flux(secret.Data[kubeconfig.DefaultKey])
			if err != nil {
				t.Fatalf("Flux refuses it: %v", err)
			}
			if after.Host != access.Server() || after.BearerToken != string(token) || string(after.CAData) != access.CA || after.ServerName != access.TLSServerName {
				t.Errorf("Flux takes another host, token, CA or name: %v", after)
			}
			if got := proxyOf(t, after); got != access.HTTPProxy {
				t.Errorf("Flux takes the HTTP proxy %q, want %q", got, access.HTTPProxy)
			}
			if before.Host != after.Host || before.BearerToken != after.BearerToken || !bytes.Equal(before.CAData, after.CAData) ||
				before.Insecure || before.ExecProvider != nil || before.AuthProvider != nil || before.Impersonate.UserName != "" ||
				before.BearerTokenFile != "" || before.CAFile != "" || before.CertFile != "" || before.KeyFile != "" {
				t.Errorf("sanitizing changes it:\n%v\n%v", before, after)
			}
		})
	}
}

func proxyOf(t *testing.T, config *rest.Config) string {
	t.Helper()
	if config.Proxy == nil {
		return ""
	}
	u, err := config.Proxy(&http.Request{})
	if err != nil {
		t.Fatal(err)
	}
	return u.String()
}

// token is one of dev-team/gitops-reconciler, signed by nobody.
var token = kubeconfig.Token("e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"system:serviceaccount:dev-team:gitops-reconciler"}`)) + ".none")

// FuzzRead compares the library's report on a kubeconfig with Flux: without refusals
// Flux accepts it, and without dropped fields Flux uses it unchanged.
func FuzzRead(f *testing.F) {
	const server = `{"current-context": c, contexts: [{name: c, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: 'https://a'`
	for _, text := range []string{
		"",
		server + "}}], users: [{name: u, user: {token: a}}]}",
		server + ", insecure-skip-tls-verify: true}}], users: [{name: u, user: {token: a, as: b}}]}",
		server + ", certificate-authority: /a}}], users: [{name: u, user: {tokenFile: a}}]}",
		server + ", proxy-url: 'socks5://a', tls-server-name: b}}], users: [{name: u, user: {username: a, password: b}}]}",
		server + "}}], users: [{name: u, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: a, interactiveMode: Never}}}]}",
		server + "}}], users: [{name: u, user: {auth-provider: {name: a}, token: b, username: c}}]}",
		server + "}}], users: [{name: u, user: {client-certificate-data: YQ==, client-key-data: YQ==}}]}",
		`{"current-context": c, contexts: [{name: c, context: {cluster: c, user: u}}]}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		report := kubeconfig.ReadSecret(&corev1.Secret{Data: map[string][]byte{"value": data}}, "")
		if config, err := clientcmd.Load(data); err == nil {
			for _, user := range config.AuthInfos {
				// clientcmd opens these files even where Flux would refuse them first.
				if user != nil && (user.TokenFile != "" || user.ClientCertificate != "" || user.ClientKey != "") && len(report.Refused) == 0 {
					t.Fatal("a file is not refused")
				}
			}
		}
		before, after, err := flux(data)
		if len(report.Refused) > 0 {
			return // Flux notices some of it only when it connects
		}
		if err != nil {
			t.Fatalf("Flux refuses what the report does not: %v", err)
		}
		if len(report.Dropped) > 0 {
			return
		}
		if before.Insecure || before.ExecProvider != nil || before.AuthProvider != nil || before.Impersonate.UserName != "" {
			t.Errorf("Flux drops what the report does not say:\n%v\n%v", before, after)
		}
	})
}

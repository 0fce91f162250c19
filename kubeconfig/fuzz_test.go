package kubeconfig_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// FuzzConfigMap: a ConfigMap built without error reads back equal and without
// problems, and Flux's parsing of the address changes nothing.
func FuzzConfigMap(f *testing.F) {
	ca, key := authority(f, "ca", now)
	f.Add("dev-team", "gitops-reconciler", proxyURL, ca, issuer+"\nother")
	f.Add("dev-team", "gitops-reconciler", "https://[fd00::1]:1", ca+key, " ")
	f.Add("A", "a b", "https://a@b/c?d#e", "-----BEGIN CERTIFICATE-----", "")
	f.Add("a", "a", "https://EXAMPLE.com:65535", "", "a")
	f.Fuzz(func(t *testing.T, namespace, account, server, ca, audiences string) {
		access := kubeconfig.Access{Proxy: server, CA: ca, Audiences: strings.Split(audiences, "\n")}
		cm, err := kubeconfig.ConfigMap(metav1.ObjectMeta{Namespace: namespace}, account, access)
		if err != nil {
			if cm != nil {
				t.Error("there is a ConfigMap beside the error")
			}
			return
		}
		r := kubeconfig.ReadConfigMap(cm)
		if len(r.Refused)+len(r.Dropped)+len(r.Warnings) > 0 {
			t.Errorf("built, but %v %v %v", r.Refused, r.Dropped, r.Warnings)
		}
		if r.Server != server || r.Account.Namespace != namespace || r.Account.Name != account || !slices.Equal(r.Audiences, access.Audiences) {
			t.Errorf("reads back as %+v", r)
		}
		if u, err := url.Parse(server); err != nil || server != "https://"+u.Host {
			t.Errorf("Flux would take another address than %q", server)
		}
	})
}

// FuzzSecret: a Secret built without error reads back equal, and Flux accepts it.
func FuzzSecret(f *testing.F) {
	ca, _ := authority(f, "ca", now)
	f.Add("dev-team", "gitops-reconciler", proxyURL, ca, "", "", "value")
	f.Add("dev-team", "gitops-reconciler", "https://a/b", ca, "b", "http://c", "a/b")
	f.Add("a", "a", "https://proxy.example.com", "", "*", "socks5://x:1", "")
	f.Fuzz(func(t *testing.T, namespace, account, server, ca, tlsName, httpProxy, key string) {
		access := kubeconfig.Access{
			APIServer: server, CA: ca, TLSServerName: tlsName, HTTPProxy: httpProxy,
			SecretRef: &meta.SecretKeyReference{Key: key},
		}
		config, err := kubeconfig.Config(namespace, account, access, tokenOf(t, namespace, account))
		if err != nil {
			return
		}
		secret, err := kubeconfig.Secret(metav1.ObjectMeta{Namespace: namespace, Name: "kubeconfig"}, config, key)
		if err != nil {
			return
		}
		ref := access.Reference(account).SecretRef
		r := kubeconfig.ReadSecret(secret, ref.Key)
		if len(r.Refused)+len(r.Dropped)+len(r.Warnings) > 0 {
			t.Errorf("built, but %v %v %v", r.Refused, r.Dropped, r.Warnings)
		}
		if r.Server != server || r.TLSServerName != tlsName || r.HTTPProxy != httpProxy || r.Account.Name != account {
			t.Errorf("reads back as %+v", r)
		}
		if !fluxTakes(secret.Data[ref.Key]) {
			t.Error("Flux does not take it")
		}
	})
}

func BenchmarkConfigMap(b *testing.B) {
	ca, _ := authority(b, "ca", now)
	access := kubeconfig.Access{Proxy: proxyURL, CA: ca, Audiences: []string{issuer}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := kubeconfig.ConfigMap(metav1.ObjectMeta{Namespace: "dev-team"}, "gitops-reconciler", access); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSecret(b *testing.B) {
	ca, _ := authority(b, "ca", now)
	access, token := kubeconfig.Access{Proxy: proxyURL, CA: ca}, tokenOf(b, "dev-team", "gitops-reconciler")
	b.ReportAllocs()
	for b.Loop() {
		config, err := kubeconfig.Config("dev-team", "gitops-reconciler", access, token)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := kubeconfig.Secret(metav1.ObjectMeta{Namespace: "dev-team", Name: "gitops-reconciler-kubeconfig"}, config, ""); err != nil {
			b.Fatal(err)
		}
	}
}

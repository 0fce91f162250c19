package kubeconfig_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/fluxcd/pkg/apis/meta"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

func TestConfigMap(t *testing.T) {
	ca, _ := authority(t, "ca", time.Now().Add(time.Hour))
	access := kubeconfig.Access{Proxy: proxyURL, CA: ca, Audiences: []string{issuer, "other"}}
	metadata := metav1.ObjectMeta{
		Namespace:   "dev-team",
		Labels:      map[string]string{"toolkit.fluxcd.io/tenant": "dev-team"},
		Annotations: map[string]string{"a": "b"},
	}
	got, err := kubeconfig.ConfigMap(metadata, "gitops-reconciler", access)
	if err != nil {
		t.Fatal(err)
	}
	want := &corev1.ConfigMap{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ConfigMap"},
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "dev-team", Name: "gitops-reconciler-kubeconfig",
			Labels:      map[string]string{"toolkit.fluxcd.io/tenant": "dev-team"},
			Annotations: map[string]string{"a": "b"},
		},
		Data: map[string]string{
			"provider": "generic", "address": proxyURL, "ca.crt": ca,
			"serviceAccountName": "gitops-reconciler", "audiences": issuer + "\nother",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got.Labels["changed"] = "yes"
	if len(metadata.Labels) != 1 {
		t.Error("the ConfigMap shares its labels with the caller")
	}
}

func TestConfigMapErrors(t *testing.T) {
	valid := kubeconfig.Access{Proxy: "https://proxy.example.com", Audiences: []string{issuer}}
	withSecret := valid
	withSecret.SecretRef = &meta.SecretKeyReference{}
	named := metav1.ObjectMeta{Namespace: "ns", Name: "n"}
	labelled := metav1.ObjectMeta{
		Namespace: "ns", Labels: map[string]string{"-": "a", "b": "-"}, Annotations: map[string]string{"-": ""},
	}

	tests := map[string]struct {
		metadata metav1.ObjectMeta
		account  string
		access   kubeconfig.Access
		want     []string // fields
	}{
		"names":    {metav1.ObjectMeta{Namespace: "Foo_Bar"}, "a b", valid, []string{"metadata.name", "metadata.namespace", "serviceAccountName"}},
		"none":     {named, "a", kubeconfig.Access{}, []string{"access.proxy"}},
		"both":     {named, "a", withSecret, []string{"access.secretRef"}},
		"metadata": {labelled, "a", valid, []string{"metadata.labels", "metadata.labels", "metadata.annotations"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			cm, err := kubeconfig.ConfigMap(test.metadata, test.account, test.access)
			if cm != nil {
				t.Error("got a ConfigMap beside the error")
			}
			if diff := cmp.Diff(test.want, fields(t, err)); diff != "" {
				t.Errorf("fields of %v (-want +got):\n%s", err, diff)
			}
		})
	}
}

// fields returns the fields that an invalid object's error names.
func fields(t *testing.T, err error) []string {
	t.Helper()
	if !apierrors.IsInvalid(err) {
		t.Fatalf("got %v, want an Invalid error", err)
	}
	var names []string
	var status apierrors.APIStatus
	errors.As(err, &status)
	for _, cause := range status.Status().Details.Causes {
		names = append(names, cause.Field)
	}
	return names
}

func TestConfig(t *testing.T) {
	secretToken := tokenOf(t, "dev-team", "gitops-reconciler")
	ca, _ := authority(t, "ca", time.Now().Add(time.Hour))
	config, err := kubeconfig.Config("dev-team", "gitops-reconciler", kubeconfig.Access{
		Proxy: proxyURL, CA: ca, TLSServerName: "capsule-proxy", HTTPProxy: "http://squid:3128",
	}, secretToken)
	if err != nil {
		t.Fatal(err)
	}
	if err := clientcmd.Validate(*config); err != nil {
		t.Errorf("clientcmd refuses it: %v", err)
	}
	secret, err := kubeconfig.Secret(metav1.ObjectMeta{
		Namespace: "dev-team", Name: "gitops-reconciler-kubeconfig", Labels: map[string]string{"a": "b"},
	}, config, "value")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"a": "b"}, secret.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
	if len(secret.Data) != 1 || secret.Data["value"] == nil {
		t.Fatalf("want the one key value, got %d keys", len(secret.Data))
	}

	loaded, err := clientcmd.Load(secret.Data["value"])
	if err != nil {
		t.Fatal(err)
	}
	want := &clientcmdapi.Config{
		CurrentContext: "dev-team/gitops-reconciler@capsule-proxy",
		Clusters: map[string]*clientcmdapi.Cluster{"capsule-proxy": {
			Server: proxyURL, CertificateAuthorityData: []byte(ca), TLSServerName: "capsule-proxy", ProxyURL: "http://squid:3128"}},
		AuthInfos: map[string]*clientcmdapi.AuthInfo{"dev-team/gitops-reconciler": {Token: string(secretToken)}},
		Contexts: map[string]*clientcmdapi.Context{"dev-team/gitops-reconciler@capsule-proxy": {
			Cluster: "capsule-proxy", AuthInfo: "dev-team/gitops-reconciler", Namespace: "dev-team"}},
	}
	ignoreEmpty := cmp.FilterPath(func(p cmp.Path) bool {
		return p.Last().String() == ".Extensions" || p.Last().String() == ".Preferences"
	}, cmp.Ignore())
	if diff := cmp.Diff(want, loaded, ignoreEmpty); diff != "" {
		t.Errorf("as clientcmd loads it (-want +got):\n%s", diff)
	}

	// The kubeconfig that Flux passes to its client: loaded, then only the fields that
	// Flux copies.
	client, err := clientcmd.NewDefaultClientConfig(*loaded, &clientcmd.ConfigOverrides{}).ClientConfig()
	if err != nil {
		t.Fatal(err)
	}
	if client.Host != proxyURL || client.BearerToken != string(secretToken) || string(client.CAData) != ca || client.ServerName != "capsule-proxy" {
		t.Errorf("client configuration lost a field: %v", client)
	}
	if _, err := rest.HTTPClientFor(client); err != nil {
		t.Errorf("no HTTP client comes of it: %v", err)
	}

	_, err = kubeconfig.Config("a", "b", kubeconfig.Access{Proxy: proxyURL}, tokenOf(t, "a", "b"))
	if diff := cmp.Diff([]string{"access.ca"}, fields(t, err)); diff != "" {
		t.Errorf("without a CA (-want +got):\n%s", diff)
	}
	direct, err := kubeconfig.Config("a", "b", kubeconfig.Access{APIServer: "https://kubernetes.default.svc", CA: ca}, tokenOf(t, "a", "b"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := direct.CurrentContext, "a/b@kubernetes"; got != want {
		t.Errorf("context %q, want %q", got, want)
	}
}

func TestConfigErrors(t *testing.T) {
	good := tokenOf(t, "ns", "a")
	for name, token := range map[string]kubeconfig.Token{
		"empty":           "",
		"line end":        good + "\n",
		"not ASCII":       good + "ü",
		"no JWT":          "hunter2",
		"truncated":       good[:len(good)/2],
		"another account": tokenOf(t, "ns", "b"),
	} {
		_, err := kubeconfig.Config("ns", "a", kubeconfig.Access{Proxy: "https://proxy.example.com"}, token)
		if diff := cmp.Diff([]string{"token"}, fields(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if token != "" && strings.Contains(err.Error(), strings.TrimSpace(string(token))) {
			t.Errorf("%s: the error shows the token", name)
		}
	}
	_, err := kubeconfig.Config("", "", kubeconfig.Access{}, "")
	if diff := cmp.Diff([]string{"namespace", "serviceAccountName", "access.proxy", "token"}, fields(t, err)); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
}

func TestSecretErrors(t *testing.T) {
	config, err := kubeconfig.Config("ns", "a", kubeconfig.Access{Proxy: "https://proxy.example.com"}, tokenOf(t, "ns", "a"))
	if err != nil {
		t.Fatal(err)
	}
	named := metav1.ObjectMeta{Namespace: "ns", Name: "a"}
	_, err = kubeconfig.Secret(named, nil, "")
	if diff := cmp.Diff([]string{"data[kubeconfig].current-context"}, fields(t, err)); diff != "" {
		t.Errorf("nil config (-want +got):\n%s", diff)
	}
	_, err = kubeconfig.Secret(metav1.ObjectMeta{}, config, "a/b")
	if diff := cmp.Diff([]string{"metadata.name", "metadata.namespace", "data[a/b]"}, fields(t, err)); diff != "" {
		t.Errorf("metadata and key (-want +got):\n%s", diff)
	}
	config.AuthInfos["ns/a"].Token = ""
	config.Clusters["capsule-proxy"].InsecureSkipTLSVerify = true
	_, err = kubeconfig.Secret(named, config, "")
	want := []string{"data[kubeconfig].clusters[capsule-proxy].insecure-skip-tls-verify", "data[kubeconfig].users[ns/a].token"}
	if diff := cmp.Diff(want, fields(t, err)); diff != "" {
		t.Errorf("config (-want +got):\n%s", diff)
	}
	config.Clusters["capsule-proxy"], config.AuthInfos["ns/a"] = nil, nil
	_, err = kubeconfig.Secret(named, config, "")
	want = []string{
		"data[kubeconfig].clusters[capsule-proxy]", "data[kubeconfig].users[ns/a]",
		"data[kubeconfig].contexts[ns/a@capsule-proxy].cluster", "data[kubeconfig].contexts[ns/a@capsule-proxy].user",
	}
	if diff := cmp.Diff(want, fields(t, err)); diff != "" {
		t.Errorf("null entries (-want +got):\n%s", diff)
	}
}

// TestTokenIsNotShown tries every way in which a value ends up in a message.
func TestTokenIsNotShown(t *testing.T) {
	const text = "hunter2"
	token := kubeconfig.Token(text)
	inside := struct{ T kubeconfig.Token }{token}
	var shown []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T%v"} {
		shown = append(shown, fmt.Sprintf(verb, token), fmt.Sprintf(verb, &token), fmt.Sprintf(verb, inside))
	}
	encoded, err := json.Marshal(inside)
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "t", token)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "t", inside)
	for _, s := range append(shown, string(encoded), log.String(), token.String()) {
		if strings.Contains(s, "hunter2") || strings.Contains(s, fmt.Sprintf("%x", "hunter2")) {
			t.Errorf("shows the token: %s", s)
		}
	}
	if string(token) != text {
		t.Error("string(token) must be the token")
	}
}

package kubeconfig_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

const (
	proxyURL = "https://capsule-proxy.capsule-system.svc:9001"
	issuer   = "https://kubernetes.default.svc.cluster.local"
)

func TestAccessValidate(t *testing.T) {
	ca, key := authority(t, "ca", time.Now().Add(time.Hour))
	tokenless := func(change func(*kubeconfig.Access)) kubeconfig.Access {
		a := kubeconfig.Access{Proxy: proxyURL, CA: ca, Audiences: []string{issuer}}
		change(&a)
		return a
	}
	secret := func(change func(*kubeconfig.Access)) kubeconfig.Access {
		a := kubeconfig.Access{Proxy: proxyURL, SecretRef: &meta.SecretKeyReference{}}
		change(&a)
		return a
	}
	url := func(u string) kubeconfig.Access {
		return tokenless(func(a *kubeconfig.Access) { a.Proxy = u })
	}
	pem := func(ca string) kubeconfig.Access {
		return tokenless(func(a *kubeconfig.Access) { a.CA = ca })
	}

	tests := map[string]struct {
		access kubeconfig.Access
		want   []string // one part of each message, in order
	}{
		"zero":                {},
		"tokenless":           {tokenless(func(a *kubeconfig.Access) {}), nil},
		"secret":              {secret(func(a *kubeconfig.Access) {}), nil},
		"two certificates":    {pem(ca + "\n\n" + ca), nil},
		"port is optional":    {url("https://capsule-proxy.capsule-system.svc"), nil},
		"IPv4":                {url("https://10.0.0.1:9001"), nil},
		"IPv6":                {url("https://[fd00::1]:9001"), nil},
		"public, without CA":  {kubeconfig.Access{Proxy: "https://proxy.example.com", Audiences: []string{issuer}}, nil},
		"API server's path":   {kubeconfig.Access{APIServer: "https://rancher.example.com/k8s/clusters/c-1", SecretRef: &meta.SecretKeyReference{Name: "a", Key: "value"}}, nil},
		"secret with the lot": {secret(func(a *kubeconfig.Access) { a.TLSServerName, a.HTTPProxy = "capsule-proxy", "socks5://proxy:1080" }), nil},

		"no server":   {kubeconfig.Access{Audiences: []string{issuer}}, []string{"access.proxy: Required"}},
		"two servers": {tokenless(func(a *kubeconfig.Access) { a.APIServer = "https://10.0.0.1" }), []string{"access.apiServer: Forbidden"}},

		"plain http":         {url("http://capsule-proxy.capsule-system.svc"), []string{`access.proxy: Invalid value: "http://capsule-proxy.capsule-system.svc": must begin with https://`}},
		"no scheme":          {url("capsule-proxy:9001"), []string{`access.proxy: Invalid value: "capsule-proxy:9001": must begin with https://, such as https://capsule-proxy.capsule-system.svc:9001`}},
		"address, no scheme": {url("10.0.0.1:9001"), []string{"must begin with https://, such as"}},
		"upper case scheme":  {url("HTTPS://capsule-proxy"), []string{"must begin with https://"}},
		"path":               {url(proxyURL + "/api"), []string{`not with "/api"`}},
		"slash":              {url(proxyURL + "/"), []string{`not with "/"`}},
		"query":              {url(proxyURL + "?a=b"), []string{`not with "?a=b"`}},
		"empty query":        {url(proxyURL + "?"), []string{`not with "?"`}},
		"fragment":           {url(proxyURL + "#"), []string{`not with "#"`}},
		"no host":            {url("https://:9001"), []string{"host: a lowercase RFC 1123 subdomain"}},
		"bad host":           {url("https://capsule_proxy"), []string{"host: a lowercase RFC 1123 subdomain"}},
		"port zero":          {url("https://capsule-proxy:0"), []string{"port: must be between 1 and 65535"}},
		"port too large":     {url("https://capsule-proxy:65536"), []string{"port: must be between 1 and 65535"}},
		"empty port":         {url("https://capsule-proxy:"), []string{"port: must be between 1 and 65535"}},
		"not a URL":          {url("https://capsule proxy"), []string{"must be a URL"}},
		"userinfo":           {url("https://user:hunter2@capsule-proxy"), []string{`access.proxy: Invalid value: "https://REDACTED@capsule-proxy": must not contain a user name or password`}},
		"bad userinfo":       {url("https://user:hunter2 @capsule-proxy:x"), []string{`access.proxy: Invalid value: "https://REDACTED@capsule-proxy:x": must be a URL`}},
		"tokenless path":     {kubeconfig.Access{APIServer: "https://rancher.example.com/k8s", Audiences: []string{issuer}}, []string{"access.apiServer: Invalid value: \"https://rancher.example.com/k8s\": must not have a path"}},

		"CA missing":         {pem(""), []string{`access.ca: Required value: no public authority certifies "capsule-proxy.capsule-system.svc"`}},
		"CA is a key":        {pem(key), []string{"access.ca: Invalid value: PEM block 1: a private key"}},
		"CA with a key":      {pem(ca + key), []string{"access.ca: Invalid value: PEM block 2: a private key"}},
		"CA is text":         {pem("hunter2"), []string{"access.ca: Invalid value: PEM block 1: text outside of a block"}},
		"CA with text":       {pem(ca + "hunter2\n" + ca), []string{"PEM block 2: text outside of a block"}},
		"CA is blank":        {pem(" \n"), []string{"must hold at least one PEM certificate"}},
		"CA cut off":         {pem(ca[:len(ca)/2]), []string{"PEM block 1: damaged"}},
		"CA cut off, whole":  {pem(ca[:len(ca)/2] + "\n" + ca), []string{"PEM block 1: damaged"}},
		"CA damaged":         {pem(strings.Replace(ca, "MII", "III", 1)), []string{"PEM block 1:"}},
		"CA empty block":     {pem("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"), []string{"PEM block 1: not an X.509 certificate"}},
		"CA of another type": {pem(strings.ReplaceAll(ca, "CERTIFICATE", "TRUSTED CERTIFICATE")), []string{"PEM block 1: not a CERTIFICATE block"}},
		"CA with headers":    {pem(strings.Replace(ca, "-----\n", "-----\nA: b\n\n", 1)), []string{"PEM block 1: has headers"}},

		"no audience":        {tokenless(func(a *kubeconfig.Access) { a.Audiences = nil }), []string{"access.audiences: Required"}},
		"empty audience":     {tokenless(func(a *kubeconfig.Access) { a.Audiences = []string{""} }), []string{"access.audiences[0]: Required"}},
		"audience of lines":  {tokenless(func(a *kubeconfig.Access) { a.Audiences = []string{"a\nb"} }), []string{"access.audiences[0]: Invalid"}},
		"audience is proxy":  {tokenless(func(a *kubeconfig.Access) { a.Audiences = []string{issuer, proxyURL + "/"} }), []string{`access.audiences[1]: Invalid value: "` + proxyURL + `/": must not be the URL of Capsule Proxy`}},
		"proxy as audience":  {secret(func(a *kubeconfig.Access) { a.Audiences = []string{proxyURL} }), []string{"access.audiences[0]: Invalid"}},
		"API server itself":  {kubeconfig.Access{APIServer: issuer, CA: ca, Audiences: []string{issuer}}, nil},
		"audience twice":     {tokenless(func(a *kubeconfig.Access) { a.Audiences = []string{"a", "b", "a"} }), []string{"access.audiences[2]: Duplicate"}},
		"tokenless with TLS": {tokenless(func(a *kubeconfig.Access) { a.TLSServerName = "x" }), []string{"access.tlsServerName: Forbidden"}},
		"tokenless by proxy": {tokenless(func(a *kubeconfig.Access) { a.HTTPProxy = "http://x" }), []string{"access.httpProxy: Forbidden"}},

		"bad TLS name":       {secret(func(a *kubeconfig.Access) { a.TLSServerName = "*" }), []string{"access.tlsServerName: Invalid"}},
		"bad HTTP proxy":     {secret(func(a *kubeconfig.Access) { a.HTTPProxy = "proxy:3128" }), []string{"access.httpProxy: Invalid"}},
		"HTTP proxy by ftp":  {secret(func(a *kubeconfig.Access) { a.HTTPProxy = "ftp://proxy:3128" }), []string{"access.httpProxy[scheme]: Unsupported"}},
		"HTTP proxy user":    {secret(func(a *kubeconfig.Access) { a.HTTPProxy = "http://a:hunter2@proxy" }), []string{`access.httpProxy: Invalid value: "http://REDACTED@proxy": must not contain a user`}},
		"bad Secret":         {secret(func(a *kubeconfig.Access) { a.SecretRef = &meta.SecretKeyReference{Name: "A", Key: "/"} }), []string{"access.secretRef.name: Invalid", "access.secretRef.key: Invalid"}},
		"everything at once": {kubeconfig.Access{Proxy: "http://a", CA: key}, []string{"access.proxy", "access.ca", "access.audiences"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			errs := test.access.Validate(field.NewPath("access"))
			if len(errs) != len(test.want) {
				t.Fatalf("got %d errors, want %d: %v", len(errs), len(test.want), errs)
			}
			for i, want := range test.want {
				if !strings.Contains(errs[i].Error(), want) {
					t.Errorf("got %q, want it to contain %q", errs[i], want)
				}
			}
			if s := errs.ToAggregate(); s != nil && (strings.Contains(s.Error(), "hunter2") || strings.Contains(s.Error(), "BEGIN")) {
				t.Errorf("the error shows a secret: %v", s)
			}
		})
	}
}

// TestAccessYAML checks the fields' names in YAML.
func TestAccessYAML(t *testing.T) {
	const text = `
proxy: https://capsule-proxy.capsule-system.svc:9001
apiServer: https://10.0.0.1
ca: PEM
audiences: [a]
secretRef: {name: other, key: k}
tlsServerName: t
httpProxy: h
`
	want := kubeconfig.Access{
		Proxy: proxyURL, APIServer: "https://10.0.0.1", CA: "PEM", Audiences: []string{"a"},
		SecretRef: &meta.SecretKeyReference{Name: "other", Key: "k"}, TLSServerName: "t", HTTPProxy: "h",
	}
	var got kubeconfig.Access
	if err := yaml.UnmarshalStrict([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
	if err := yaml.UnmarshalStrict([]byte("secretRef: {}"), &got); err != nil || got.SecretRef == nil {
		t.Errorf("secretRef: {} must choose the Secret, got %v, %v", got, err)
	}
}

func TestAccessReference(t *testing.T) {
	const name = "gitops-reconciler-kubeconfig"
	secret := func(name, key string) *meta.KubeConfigReference {
		return &meta.KubeConfigReference{SecretRef: &meta.SecretKeyReference{Name: name, Key: key}}
	}
	tests := map[string]struct {
		access kubeconfig.Access
		want   *meta.KubeConfigReference
	}{
		"impersonation": {kubeconfig.Access{}, nil},
		"tokenless":     {kubeconfig.Access{Proxy: proxyURL}, &meta.KubeConfigReference{ConfigMapRef: &meta.LocalObjectReference{Name: name}}},
		"secret":        {kubeconfig.Access{Proxy: proxyURL, SecretRef: &meta.SecretKeyReference{}}, secret(name, "kubeconfig")},
		"named secret":  {kubeconfig.Access{APIServer: "https://a", SecretRef: &meta.SecretKeyReference{Name: "other", Key: "value"}}, secret("other", "value")},
	}
	for name, test := range tests {
		if diff := cmp.Diff(test.want, test.access.Reference("gitops-reconciler")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if got, want := test.access.Tokenless(), name == "tokenless"; got != want {
			t.Errorf("%s: Tokenless is %v", name, got)
		}
	}
}

package kubeconfig_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// jwt makes a token with the claims and an invalid signature.
func jwt(t testing.TB, claims map[string]any) kubeconfig.Token {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return kubeconfig.Token(b64([]byte(`{"alg":"RS256"}`)) + "." + b64(payload) + "." + b64([]byte("hunter2")))
}

// tokenOf makes a token of the account.
func tokenOf(t testing.TB, namespace, account string) kubeconfig.Token {
	t.Helper()
	return jwt(t, map[string]any{"sub": "system:serviceaccount:" + namespace + ":" + account})
}

var now = time.Date(2026, 11, 23, 18, 0, 0, 0, time.UTC)

func TestReadSecret(t *testing.T) {
	ca, _ := authority(t, "capsule-proxy-ca", now.Add(48*time.Hour))
	token := jwt(t, map[string]any{
		"iss": issuer, "sub": "system:serviceaccount:dev-team:gitops-reconciler", "aud": []string{issuer},
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	})
	config, err := kubeconfig.Config("dev-team", "gitops-reconciler", kubeconfig.Access{Proxy: proxyURL, CA: ca, TLSServerName: "capsule-proxy", HTTPProxy: "http://squid:3128"}, token)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := kubeconfig.Secret(metav1.ObjectMeta{Namespace: "dev-team", Name: "gitops-reconciler-kubeconfig"}, config, "")
	if err != nil {
		t.Fatal(err)
	}

	got := kubeconfig.ReadSecret(secret, "kubeconfig")
	want := kubeconfig.Report{
		Key: "kubeconfig", Server: proxyURL, TLSServerName: "capsule-proxy", HTTPProxy: "http://squid:3128",
		Account: types.NamespacedName{Namespace: "dev-team", Name: "gitops-reconciler"},
		Token: &kubeconfig.Claims{Issuer: issuer, Subject: "system:serviceaccount:dev-team:gitops-reconciler", Audiences: []string{issuer},
			IssuedAt: now, NotBefore: now, Expires: kubeconfig.ExpiryAt(now.Add(time.Hour))},
		Audiences: []string{issuer},
		CA: []kubeconfig.Certificate{{Subject: "CN=capsule-proxy-ca",
			NotBefore: now.Add(47 * time.Hour), Expires: kubeconfig.ExpiryAt(now.Add(48 * time.Hour))}},
	}
	if diff := cmp.Diff(want, got, equalExpiry); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := got.Expires().String(), "2026-11-23T19:00:00Z"; got != want {
		t.Errorf("expires %s, want %s", got, want)
	}
	if s := fmt.Sprintf("%+v %#v", got, got); strings.Contains(s, string(token)) {
		t.Error("the report holds the token")
	}
}

var equalExpiry = cmp.Comparer(func(a, b kubeconfig.Expiry) bool { return a == b })

func TestReportProblems(t *testing.T) {
	report := kubeconfig.Report{
		Token: &kubeconfig.Claims{NotBefore: now, Expires: kubeconfig.ExpiryAt(now.Add(time.Hour))},
		CA:    []kubeconfig.Certificate{{NotBefore: now, Expires: kubeconfig.ExpiryAt(now.Add(2 * time.Hour))}},
	}
	forEver := kubeconfig.Report{Token: &kubeconfig.Claims{}}
	tests := map[string]struct {
		report kubeconfig.Report
		at     time.Time
		margin time.Duration
		want   []string
	}{
		"fine":           {report, now.Add(time.Minute), 10 * time.Minute, nil},
		"no margin":      {report, now.Add(time.Hour - time.Second), 0, nil},
		"soon":           {report, now.Add(51 * time.Minute), 10 * time.Minute, []string{`token: Invalid value: "2026-11-23T19:00:00Z": expires within 10m0s`}},
		"token expired":  {report, now.Add(time.Hour + time.Second), 0, []string{`token: Invalid value: "2026-11-23T19:00:00Z": has expired`}},
		"both expired":   {report, now.Add(3 * time.Hour), 0, []string{"token: ", "ca[0]: "}},
		"not yet valid":  {report, now.Add(-time.Second), 0, []string{"token: Invalid value: \"2026-11-23T18:00:00Z\": not valid before", "ca[0]: "}},
		"never":          {forEver, now, 1000 * time.Hour, nil},
		"other problems": {kubeconfig.Report{Refused: field.ErrorList{field.Forbidden(field.NewPath("a"), "")}, Warnings: field.ErrorList{field.Forbidden(field.NewPath("b"), "")}}, now, 0, []string{"a: ", "b: "}},
	}
	for name, test := range tests {
		problems := test.report.Problems(test.at, test.margin)
		if len(problems) != len(test.want) {
			t.Errorf("%s: got %v, want %v", name, problems, test.want)
			continue
		}
		for i := range problems {
			if !strings.HasPrefix(problems[i].Error(), test.want[i]) {
				t.Errorf("%s: got %v, want %v", name, problems[i], test.want[i])
			}
		}
	}
}

// TestReadSecretKey checks the key that Flux uses.
func TestReadSecretKey(t *testing.T) {
	tests := map[string]struct {
		data []string
		key  string
		want string // "" if refused
	}{
		"named":             {[]string{"kubeconfig", "value"}, "kubeconfig", "kubeconfig"},
		"named, missing":    {[]string{"value"}, "kubeconfig", ""},
		"value":             {[]string{"value", "value.yaml"}, "", "value"},
		"value.yaml":        {[]string{"value.yaml", "kubeconfig"}, "", "value.yaml"},
		"none that it sees": {[]string{"kubeconfig"}, "", ""},
	}
	for name, test := range tests {
		secret := &corev1.Secret{Data: map[string][]byte{}}
		for _, key := range test.data {
			secret.Data[key] = []byte("{current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: https://" + key + "}}], users: [{name: u, user: {token: a}}]}")
		}
		r := kubeconfig.ReadSecret(secret, test.key)
		if test.want == "" {
			if len(r.Refused) != 1 {
				t.Errorf("%s: want it refused, got %+v", name, r)
			}
		} else if r.Server != "https://"+test.want || r.Key != test.want {
			t.Errorf("%s: read %s from %s, want the key %s (%v)", name, r.Server, r.Key, test.want, r.Refused)
		}
	}
}

// kubeconfigs are faulty kubeconfigs, and how Flux reads them.
func kubeconfigs(t testing.TB) map[string]faulty {
	ca, key := authority(t, "ca", now)
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	entry := func(cluster, user string) string {
		return fmt.Sprintf(`{"current-context": c, contexts: [{name: c, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {%s}}], users: [{name: u, user: {%s}}]}`, cluster, user)
	}
	const server, token = "server: 'https://capsule-proxy:9001'", "token: hunter2"
	return map[string]faulty{
		"exec":            {entry(server, "exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never}"), nil, []string{"users[u].exec"}, []string{"users[u].token"}},
		"auth provider":   {entry(server, "auth-provider: {name: gcp}"), nil, []string{"users[u].auth-provider"}, []string{"users[u].token"}},
		"insecure":        {entry(server+", insecure-skip-tls-verify: true", token), nil, []string{"clusters[c].insecure-skip-tls-verify"}, nil},
		"CA file":         {entry(server+", certificate-authority: /ca", token), []string{"clusters[c].certificate-authority"}, nil, nil},
		"token file":      {entry(server, "tokenFile: /token"), []string{"users[u].tokenFile"}, nil, []string{"users[u].token"}},
		"client files":    {entry(server, "client-certificate: /crt, client-key: /key"), []string{"users[u].client-certificate", "users[u].client-key"}, nil, []string{"users[u].token"}},
		"impersonation":   {entry(server, token+", as: admin"), nil, []string{"users[u].as"}, nil},
		"groups only":     {entry(server, token+", as-groups: [a]"), []string{"users[u].as"}, nil, nil},
		"password too":    {entry(server, token+", username: a, password: b"), []string{"users[u]"}, nil, nil},
		"password":        {entry(server, "username: a, password: hunter2"), nil, nil, nil},
		"no key":          {entry(server, "client-certificate-data: "+b64(ca)), []string{"users[u].client-key-data"}, nil, nil},
		"no server":       {entry("tls-server-name: a", token), []string{"clusters[c].server"}, nil, nil},
		"plain http":      {entry("server: 'http://capsule-proxy'", token), nil, []string{"clusters[c].server"}, nil},
		"HTTP proxy":      {entry(server+", proxy-url: 'ftp://a'", token), []string{"clusters[c].proxy-url"}, nil, nil},
		"CA is no PEM":    {entry(server+", certificate-authority-data: "+b64("hunter2"), token), []string{"clusters[c].certificate-authority-data"}, nil, nil},
		"CA is a key":     {entry(server+", certificate-authority-data: "+b64(key), token), []string{"clusters[c].certificate-authority-data"}, nil, nil},
		"CA with a key":   {entry(server+", certificate-authority-data: "+b64(ca+key), token), nil, []string{"clusters[c].certificate-authority-data"}, nil},
		"no context":      {`{clusters: [{name: c, cluster: {server: 'https://a'}}]}`, []string{"current-context"}, nil, nil},
		"wrong context":   {`{current-context: x, clusters: [{name: c, cluster: {server: 'https://a'}}]}`, []string{"current-context"}, nil, nil},
		"dangling":        {`{current-context: c, contexts: [{name: c, context: {cluster: other, user: ghost}}]}`, []string{"contexts[c].cluster", "contexts[c].user"}, nil, []string{"users[ghost].token"}},
		"several":         {`{current-context: a, contexts: [{name: a, context: {cluster: a, user: a}}, {name: b, context: {cluster: b, user: b}}], clusters: [{name: a, cluster: {server: 'https://a'}}, {name: b, cluster: {server: 'https://b'}}], users: [{name: a, user: {token: hunter2}}, {name: b, user: {tokenFile: /x}}]}`, []string{"users[b].tokenFile"}, []string{"contexts[b]", "clusters[b]", "users[b]"}, nil},
		"empty":           {"", []string{"current-context"}, nil, nil},
		"null":            {"null", []string{"current-context"}, nil, nil},
		"not YAML":        {"\x00token: hunter2", []string{""}, nil, nil},
		"token of a map":  {entry(server, "token: {hunter2: hunter2}"), []string{""}, nil, nil},
		"another kind":    {"apiVersion: v1\nkind: Secret\n", []string{""}, nil, nil},
		"another version": {"apiVersion: v2\nkind: Config\n", []string{""}, nil, nil},
	}
}

type faulty struct {
	text                       string
	refused, dropped, warnings []string
}

func TestReadSecretFaults(t *testing.T) {
	for name, test := range kubeconfigs(t) {
		t.Run(name, func(t *testing.T) {
			r := kubeconfig.ReadSecret(&corev1.Secret{Data: map[string][]byte{"value": []byte(test.text)}}, "")
			for _, list := range []struct {
				name string
				want []string
				got  field.ErrorList
			}{{"refused", test.refused, r.Refused}, {"dropped", test.dropped, r.Dropped}, {"warnings", test.warnings, r.Warnings}} {
				var got, want []string
				for _, err := range list.got {
					got = append(got, err.Field)
				}
				for _, path := range list.want {
					want = append(want, strings.TrimSuffix("data[value]."+path, "."))
				}
				// Every token here is "hunter2", which is not a JWT.
				if list.name == "warnings" && strings.Contains(test.text, "token: hunter2") && len(want) == 0 && len(got) > 0 {
					if !strings.Contains(list.got[0].Detail, "not a JWT") {
						t.Errorf("want a warning that the token is not a JWT, got %v", list.got)
					}
					continue
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", list.name, diff)
				}
			}
			if s := fmt.Sprintf("%+v", r); strings.Contains(s, "hunter2") || strings.Contains(s, "PRIVATE KEY") {
				t.Errorf("shows a secret: %s", s)
			}
			if ok := fluxTakes([]byte(test.text)); ok != (len(r.Refused) == 0) {
				t.Errorf("Flux takes it: %v, but refused is %v", ok, r.Refused)
			}
		})
	}
}

// fluxTakes reads a kubeconfig as github.com/fluxcd/pkg/runtime/client does, up to
// the HTTP client.
func fluxTakes(data []byte) bool {
	config, err := clientcmd.Load(data)
	if err != nil {
		return false
	}
	for _, c := range config.Clusters {
		if c == nil || c.CertificateAuthority != "" {
			return false
		}
	}
	for _, u := range config.AuthInfos {
		if u == nil || u.TokenFile != "" || u.ClientCertificate != "" || u.ClientKey != "" {
			return false
		}
	}
	in, err := clientcmd.NewDefaultClientConfig(*config, &clientcmd.ConfigOverrides{}).ClientConfig()
	if err != nil {
		return false
	}
	_, err = rest.HTTPClientFor(&rest.Config{
		Host: in.Host, APIPath: in.APIPath, DisableCompression: in.DisableCompression, Proxy: in.Proxy,
		Username: in.Username, Password: in.Password, BearerToken: in.BearerToken,
		TLSClientConfig: rest.TLSClientConfig{ServerName: in.ServerName, CAData: in.CAData, CertData: in.CertData, KeyData: in.KeyData},
	})
	return err == nil
}

// FuzzReadSecret: reading any Secret does not panic, and one that Flux would not
// accept is reported as refused.
func FuzzReadSecret(f *testing.F) {
	for _, test := range kubeconfigs(f) {
		f.Add([]byte(test.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r := kubeconfig.ReadSecret(&corev1.Secret{Data: map[string][]byte{"value": data}}, "")
		r.Problems(now, time.Hour)
		if len(r.Refused) == 0 && !fluxTakes(data) {
			t.Errorf("Flux does not take it, but nothing is refused")
		}
	})
}

func TestReadConfigMap(t *testing.T) {
	ca, key := authority(t, "ca", now)
	type data = map[string]string
	base := func(change data) data {
		d := data{"provider": "generic", "address": proxyURL, "ca.crt": ca, "serviceAccountName": "a", "audiences": "x\n\n y \n"}
		for k, v := range change {
			d[k] = v
			if v == "-" {
				delete(d, k)
			}
		}
		return d
	}
	tests := map[string]struct {
		data                       data
		refused, dropped, warnings string
	}{
		"fine":             {base(nil), "", "", ""},
		"no scheme":        {base(data{"address": "capsule-proxy:9001"}), "", "", ""},
		"no provider":      {base(data{"provider": "-"}), "data[provider]", "", ""},
		"unknown provider": {base(data{"provider": "ibm"}), "data[provider]", "", ""},
		"cloud":            {data{"provider": "aws", "cluster": "arn:aws:eks", "serviceAccountName": "a"}, "", "", ""},
		"no address":       {base(data{"address": "-"}), "data[address]", "", ""},
		"plain http":       {base(data{"address": "http://a"}), "data[address]", "", ""},
		"path":             {base(data{"address": "https://a/b"}), "", "data[address]", ""},
		"cluster":          {base(data{"cluster": "c"}), "", "data[cluster]", ""},
		"CA is a key":      {base(data{"ca.crt": key}), "data[ca.crt]", "", ""},
		"CA with a key":    {base(data{"ca.crt": ca + key}), "", "data[ca.crt]", ""},
		"no account":       {base(data{"serviceAccountName": "-"}), "", "", "data[serviceAccountName]"},
		"no audience":      {base(data{"audiences": "-"}), "", "", "data[audiences]"},
		"blank audiences":  {base(data{"audiences": " \n"}), "", "", "data[audiences]"},
		"nothing":          {nil, "data[provider]", "", "data[serviceAccountName]"},
		"user":             {base(data{"address": "https://hunter2@a"}), "", "data[address]", ""},
	}
	first := func(errs field.ErrorList) string {
		if len(errs) == 0 {
			return ""
		}
		return errs[0].Field
	}
	for name, test := range tests {
		r := kubeconfig.ReadConfigMap(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: "ns"}, Data: test.data})
		got := [3]string{first(r.Refused), first(r.Dropped), first(r.Warnings)}
		if want := [3]string{test.refused, test.dropped, test.warnings}; got != want {
			t.Errorf("%s: got %q, want %q: %+v", name, got, want, r)
		}
		if s := fmt.Sprint(r.Refused, r.Dropped, r.Warnings); strings.Contains(s, "hunter2") || strings.Contains(s, "PRIVATE") {
			t.Errorf("%s: shows a secret: %s", name, s)
		}
		if name == "fine" {
			want := kubeconfig.Report{Tokenless: true, Server: proxyURL, Account: types.NamespacedName{Namespace: "ns", Name: "a"}, Audiences: []string{"x", "y"},
				CA: []kubeconfig.Certificate{{Subject: "CN=ca", NotBefore: now.Add(-time.Hour), Expires: kubeconfig.ExpiryAt(now)}}}
			if diff := cmp.Diff(want, r, equalExpiry); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		}
	}
}

func TestClaims(t *testing.T) {
	account := map[string]any{"sub": "system:serviceaccount:ns:name"}
	with := func(k string, v any) map[string]any { return map[string]any{"sub": account["sub"], k: v} }
	tests := map[string]struct {
		token kubeconfig.Token
		want  kubeconfig.Claims
	}{
		"no expiry":       {jwt(t, account), kubeconfig.Claims{Subject: "system:serviceaccount:ns:name"}},
		"one audience":    {jwt(t, with("aud", "a")), kubeconfig.Claims{Subject: "system:serviceaccount:ns:name", Audiences: []string{"a"}}},
		"fraction":        {jwt(t, with("exp", 1.5)), kubeconfig.Claims{Subject: "system:serviceaccount:ns:name", Expires: kubeconfig.ExpiryAt(time.UnixMilli(1500).UTC())}},
		"at the epoch":    {jwt(t, with("exp", 0)), kubeconfig.Claims{Subject: "system:serviceaccount:ns:name", Expires: kubeconfig.ExpiryAt(time.Unix(0, 0).UTC())}},
		"account's UID":   {jwt(t, with("kubernetes.io", map[string]any{"serviceaccount": map[string]any{"uid": "u"}})), kubeconfig.Claims{Subject: "system:serviceaccount:ns:name", AccountUID: "u"}},
		"UID, legacy":     {jwt(t, with("kubernetes.io/serviceaccount/service-account.uid", "u")), kubeconfig.Claims{Subject: "system:serviceaccount:ns:name", AccountUID: "u"}},
		"foreign subject": {jwt(t, map[string]any{"sub": "alice"}), kubeconfig.Claims{Subject: "alice"}},
	}
	for name, test := range tests {
		got, err := test.token.Claims()
		if diff := cmp.Diff(test.want, got, equalExpiry); err != nil || diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
		if _, ok := got.ServiceAccount(); ok != (name != "foreign subject") {
			t.Errorf("%s: ServiceAccount: %v", name, ok)
		}
	}

	whole := string(jwt(t, with("exp", 1)))
	for name, token := range map[string]string{
		"empty":              "",
		"opaque":             "hunter2",
		"no signature":       whole[:strings.LastIndex(whole, ".")],
		"empty signature":    whole[:strings.LastIndex(whole, ".")+1],
		"cut in the payload": whole[:len(whole)/2],
		"not base64":         "a.!hunter2.c",
		"not JSON":           "a." + base64.RawURLEncoding.EncodeToString([]byte("hunter2")) + ".c",
		"expiry in words":    string(jwt(t, with("exp", "hunter2"))),
		"expiry out of time": string(jwt(t, with("exp", 1e300))),
	} {
		if claims, err := kubeconfig.Token(token).Claims(); err == nil {
			t.Errorf("%s: got %+v, want an error", name, claims)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error shows the token: %v", name, err)
		}
	}
}

func TestExpiry(t *testing.T) {
	never, at, later := kubeconfig.Expiry{}, kubeconfig.ExpiryAt(now), kubeconfig.ExpiryAt(now.Add(1))
	for _, test := range []struct{ a, b, want kubeconfig.Expiry }{
		{never, never, never}, {never, at, at}, {at, never, at}, {at, later, at}, {later, at, at},
	} {
		if got := test.a.Earlier(test.b); got != test.want {
			t.Errorf("%v.Earlier(%v) is %v, want %v", test.a, test.b, got, test.want)
		}
	}
	if never.Before(now) || at.Before(now) || !at.Before(now.Add(1)) || !never.Never() || at.Never() || !at.Time().Equal(now) {
		t.Error("Before, Never or Time is wrong")
	}
	text, err := json.Marshal([]kubeconfig.Expiry{never, at})
	if got, want := string(text), `[null,"2026-11-23T18:00:00Z"]`; err != nil || got != want {
		t.Errorf("JSON %s, want %s (%v)", got, want, err)
	}
	if got := fmt.Sprint(never, at); got != "never 2026-11-23T18:00:00Z" {
		t.Errorf("prints as %s", got)
	}
}

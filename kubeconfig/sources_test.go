package kubeconfig_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

func TestCAFrom(t *testing.T) {
	ca, caKey := authority(t, "ca", now)
	other, _ := authority(t, "other", now)
	leaf := issued(t, ca, caKey)
	type data = map[string]string
	tests := map[string]struct {
		data data
		key  string
		want string   // the bundle
		errs []string // one part of each message
	}{
		"cert-manager":          {data{"ca.crt": ca, "tls.crt": leaf, "tls.key": "k"}, "", ca, nil},
		"certificate job":       {data{"ca": ca, "tls.crt": leaf}, "", ca, nil},
		"self-signed":           {data{"tls.crt": ca}, "", ca, nil},
		"ca.crt comes first":    {data{"ca.crt": ca, "ca": other}, "", ca, nil},
		"ca.crt is empty":       {data{"ca.crt": "", "ca": ca}, "", ca, nil},
		"ca.crt is damaged":     {data{"ca.crt": "x", "ca": ca}, "", ca, nil},
		"named":                 {data{"ca.crt": other, "mine": ca}, "mine", ca, nil},
		"named, a leaf":         {data{"tls.crt": leaf}, "tls.crt", leaf, nil},
		"signed by another":     {data{"tls.crt": leaf}, "", "", []string{"data[ca.crt]: Required value: the Secret has the keys tls.crt", "data[ca]: ", "data[tls.crt]: Invalid value: not self-signed"}},
		"a chain":               {data{"tls.crt": leaf + ca}, "", "", []string{"data[ca.crt]", "data[ca]", "data[tls.crt]: Invalid value: not self-signed"}},
		"named, missing":        {data{"ca.crt": ca}, "ca", "", []string{"data[ca]: Required value: the Secret has the keys ca.crt"}},
		"named, holds the key":  {data{"ca": ca + caKey}, "ca", "", []string{"data[ca]: Invalid value: PEM block 2: a private key"}},
		"a Secret without data": {nil, "", "", []string{"the Secret has no data", "no data", "no data"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "capsule-system", Name: "capsule-proxy"}, Data: map[string][]byte{}}
			for k, v := range test.data {
				secret.Data[k] = []byte(v)
			}
			got, err := kubeconfig.CAFrom(secret, test.key)
			if got != test.want {
				t.Errorf("got another bundle than wanted: %q, %v", got, err)
			}
			if test.errs == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			fields(t, err)
			rest := err.Error()
			for _, want := range append([]string{`Secret "capsule-system/capsule-proxy" is invalid: `}, test.errs...) {
				_, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Errorf("got %q, want %q in it", err, want)
				}
				rest = after
			}
		})
	}
}

func TestTokenFrom(t *testing.T) {
	token := tokenOf(t, "dev-team", "gitops-reconciler")
	of := func(change func(*corev1.Secret)) *corev1.Secret {
		s, err := kubeconfig.NeverExpiringTokenSecret(metav1.ObjectMeta{
			Namespace: "dev-team", Name: "gitops-reconciler-token", Labels: map[string]string{"a": "b"},
		}, "gitops-reconciler")
		if err != nil {
			t.Fatal(err)
		}
		s.Data = map[string][]byte{"token": []byte(token), "ca.crt": nil}
		change(s)
		return s
	}
	if got, err := kubeconfig.TokenFrom(of(func(*corev1.Secret) {}), "gitops-reconciler"); err != nil || got != token {
		t.Errorf("got another token, or %v", err)
	}
	tests := map[string]struct {
		secret *corev1.Secret
		want   []string
	}{
		"another type":    {of(func(s *corev1.Secret) { s.Type = corev1.SecretTypeOpaque }), []string{"type"}},
		"another account": {of(func(s *corev1.Secret) { s.Annotations = nil }), []string{"metadata.annotations[kubernetes.io/service-account.name]"}},
		"not filled in":   {of(func(s *corev1.Secret) { s.Data = nil }), []string{"data[token]"}},
		"retired":         {of(func(s *corev1.Secret) { s.Labels["kubernetes.io/legacy-token-invalid-since"] = "2025-01-01" }), []string{"metadata.labels[kubernetes.io/legacy-token-invalid-since]"}},
		"truncated":       {of(func(s *corev1.Secret) { s.Data["token"] = s.Data["token"][:20] }), []string{"data[token]"}},
		"foreign token":   {of(func(s *corev1.Secret) { s.Namespace = "other" }), []string{"data[token]"}},
	}
	for name, test := range tests {
		_, err := kubeconfig.TokenFrom(test.secret, "gitops-reconciler")
		if diff := cmp.Diff(test.want, fields(t, err)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestNeverExpiringTokenSecret(t *testing.T) {
	got, err := kubeconfig.NeverExpiringTokenSecret(metav1.ObjectMeta{Namespace: "ns", Name: "n"}, "a")
	if err != nil {
		t.Fatal(err)
	}
	want := &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "ns", Name: "n", Annotations: map[string]string{"kubernetes.io/service-account.name": "a"}},
		Type:       "kubernetes.io/service-account-token",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = kubeconfig.NeverExpiringTokenSecret(metav1.ObjectMeta{
		Annotations: map[string]string{"kubernetes.io/service-account.name": "other"},
	}, "")
	if diff := cmp.Diff([]string{"metadata.name", "metadata.namespace", "serviceAccountName", "metadata.annotations[kubernetes.io/service-account.name]"}, fields(t, err)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

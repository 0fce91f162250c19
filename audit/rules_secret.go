package audit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// These rules look at Secrets that are kept in files. Those of a cluster, which
// have a UID, and those that SOPS encrypted are left alone.
var secretRules = []check{
	{Rule{
		ID:       "git-secret",
		Severity: Error,
		Title:    "A Secret in git that is not encrypted",
		Doc: `A kubeconfig with a token, or the token of a ServiceAccount, is an error unless it has expired (see the option At). Any
other Secret with data in it is a warning. A Secret made of placeholders (${…}) is left alone.`,
		Exploit:    "Whoever may read the repository, or one of its clones, acts as the account.",
		Fix:        "Revoke it. Keep Secrets out of git, encrypt them with SOPS (flux.Decryption), or do without: kubeconfig.ConfigMap needs no token.",
		References: []string{"https://fluxcd.io/flux/guides/mozilla-sops/"},
	}, checkGitSecrets},
	{Rule{
		ID:         "secret-token-forever",
		Severity:   Warning,
		Title:      "A token that never expires",
		Doc:        `A Secret of type kubernetes.io/service-account-token makes Kubernetes fill in a token that is good until the Secret is deleted. Kubernetes has made none by itself since 1.24.`,
		Exploit:    "A copy of the token, made once, works until somebody deletes the Secret.",
		Fix:        "Do without a token (kubeconfig.ConfigMap), or renew a short-lived one (package kubeconfig/renewal).",
		References: []string{"https://kubernetes.io/docs/concepts/configuration/secret/#serviceaccount-token-secrets"},
	}, func(m *model, r *report) {
		for _, o := range m.secrets {
			if o.is.Type == corev1.SecretTypeServiceAccountToken {
				r.addf(o.object, "type", "is the token of %s", o.is.Annotations[corev1.ServiceAccountNameKey])
			}
		}
	}},
}

func checkGitSecrets(m *model, r *report) {
	for _, o := range m.secrets {
		if o.live() || encrypted(o.object) {
			continue
		}
		secret := withStringData(o.is)
		plain := false
		for _, k := range slices.Sorted(maps.Keys(secret.Data)) {
			value := secret.Data[k]
			if len(value) == 0 || placeholder(string(value)) {
				continue
			}
			if what := m.credential(secret, k); what != "" {
				r.addf(o.object, "data["+k+"]", "holds %s", what)
				continue
			}
			plain = true
		}
		if plain {
			r.add(o.object, Finding{Severity: Warning, Field: "data", Message: "is not encrypted",
				Exploit: "Whoever may read the repository, or one of its clones, has what it holds."})
		}
	}
}

// credential says what lies under a key of a Secret, if it is one that the API
// server would take now.
func (m *model) credential(secret *corev1.Secret, k string) string {
	text := strings.TrimSpace(string(secret.Data[k]))
	if secret.Type == corev1.SecretTypeServiceAccountToken && k == corev1.ServiceAccountTokenKey {
		return "the token of ServiceAccount " + secret.Annotations[corev1.ServiceAccountNameKey]
	}
	if !strings.Contains(text, "clusters") || !strings.Contains(text, "users") {
		return ""
	}
	report := kubeconfig.ReadSecret(secret, k)
	switch {
	case report.Server == "":
		return ""
	case report.Token != nil && !m.now.IsZero() && report.Token.Expires.Before(m.now):
		return ""
	case report.Token != nil:
		return fmt.Sprintf("a kubeconfig with a token of %s for %s, %s", report.Account, report.Server, until(report.Token.Expires))
	case strings.Contains(text, "token:") || strings.Contains(text, "client-key-data:") || strings.Contains(text, "password:"):
		return "a kubeconfig with credentials for " + report.Server
	}
	return ""
}

func until(expires kubeconfig.Expiry) string {
	if expires.Never() {
		return "good for ever"
	}
	return "good until " + expires.String()
}

// encrypted tells whether SOPS encrypted the Secret.
func encrypted(o *object) bool {
	if o.raw != nil && o.raw["sops"] != nil {
		return true
	}
	secret, ok := o.typed.(*corev1.Secret)
	if !ok {
		return false
	}
	for _, v := range secret.StringData {
		if strings.HasPrefix(v, "ENC[") {
			return true
		}
	}
	return false
}

func placeholder(value string) bool {
	return strings.HasPrefix(value, "${") && strings.HasSuffix(value, "}")
}

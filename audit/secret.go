package audit

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// These rules look at Secrets that are kept in files. Those of a cluster, which
// have a UID, and those that SOPS encrypted are ignored.
var secretRules = []rule{
	{"git-secret", each(checkGitSecret)},
	{"secret-token-forever", each(checkTokenForever)},
}

func checkTokenForever(_ *model.Model, r *findings, o *model.Object, secret *corev1.Secret) {
	if secret.Type == corev1.SecretTypeServiceAccountToken {
		r.addf(o, "type", "is the token of %s", secret.Annotations[corev1.ServiceAccountNameKey])
	}
}

func checkGitSecret(m *model.Model, r *findings, o *model.Object, given *corev1.Secret) {
	if o.Live() || encrypted(o) {
		return
	}
	secret := withStringData(given)
	plain := false
	for _, k := range slices.Sorted(maps.Keys(secret.Data)) {
		value := secret.Data[k]
		if len(value) == 0 || placeholder(string(value)) {
			continue
		}
		if what := credential(m, secret, k); what != "" {
			r.addf(o, "data["+k+"]", "holds %s", what)
			continue
		}
		plain = true
	}
	if plain {
		r.add(o, Finding{Severity: Warning, Field: "data", Message: "is not encrypted",
			Exploit: "Whoever may read the repository, or one of its clones, has what it holds."})
	}
}

// credential says what lies under a key of a Secret, if it is a credential that
// the API server accepts now.
func credential(m *model.Model, secret *corev1.Secret, k string) string {
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
	case report.Token != nil && !m.Now.IsZero() && report.Token.Expires.Before(m.Now):
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

// encrypted reports whether SOPS encrypted the Secret.
func encrypted(o *model.Object) bool {
	if o.Raw != nil && o.Raw["sops"] != nil {
		return true
	}
	secret, ok := o.Typed.(*corev1.Secret)
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

package audit

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
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
		r.addf(o, "type", "is the token of %s", cmp.Or(secret.Annotations[corev1.ServiceAccountNameKey], "an account that it does not name"))
	}
}

func checkGitSecret(m *model.Model, r *findings, o *model.Object, given *corev1.Secret) {
	if o.Live() || encrypted(o) {
		return
	}
	secret := withStringData(given)
	plain := ""
	for _, k := range slices.Sorted(maps.Keys(secret.Data)) {
		value := string(secret.Data[k])
		if value == "" || placeholder(value) {
			continue
		}
		field := "data"
		if _, ok := given.StringData[k]; ok {
			field = "stringData"
		}
		if what := credential(m, secret, k); what != "" {
			r.addf(o, field+"["+k+"]", "holds %s", what)
			continue
		}
		plain = cmp.Or(plain, field)
	}
	if plain != "" {
		r.add(o, Finding{Severity: Warning, Field: plain, Message: "is not encrypted",
			Exploit: "Anyone who may read the repository, or a clone of it, has its content."})
	}
}

// credential names the value under a key of a Secret, if it is a credential that the
// API server accepts now.
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

// references match placeholders of secrets: variables of Flux and of templates, and
// references of other tools (1Password, Bank-Vaults, vals, Argo CD Vault Plugin).
const references = `\$\{[^{}]*\}|\$\([^()]*\)|\$[A-Z_][A-Z0-9_]*|\{\{[^{}]*\}\}|<[^<>\s][^<>]*>|op://[^\s"']*|ref\+[a-z0-9]+://[^\s"']*|vault:[^:\s]*#\S*`

// placeholders match a value that is a reference, or a word for people to replace.
var placeholders = regexp.MustCompile(`(?i)^(` + references + `|` +
	`x{3,}|\*{3,}|\.{3}|(change|replace|fill)[-_ ]?(me|this|in)|todo|your[-_ ].*|placeholder|redacted|example|dummy)$`)

// insertion matches a reference within a text.
var insertion = regexp.MustCompile(`(?i)` + references)

// placeholder reports whether a value stands for a secret that is elsewhere. A text
// of several lines, or a URL, does if it has references in it, since these are its
// secrets: the rest is settings.
func placeholder(value string) bool {
	value = strings.TrimSpace(value)
	return placeholders.MatchString(value) || insertion.MatchString(value) && !hasCredential(value)
}

// credentials match a setting that is called a credential, with its value.
var credentials = regexp.MustCompile(`(?im)(password|passwd|token|secret|api[-_]?key|private[-_]?key)["']?\s*[:=]\s*["']?([^\s"',}]+)`)

// hasCredential reports whether a text has a credential of its own beside references.
func hasCredential(text string) bool {
	if strings.Contains(text, "-----BEGIN") {
		return true
	}
	for _, match := range credentials.FindAllStringSubmatch(text, -1) {
		if !placeholders.MatchString(match[2]) && !insertion.MatchString(match[2]) {
			return true
		}
	}
	return false
}

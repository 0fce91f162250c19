package names

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

const (
	// HomeQuota is the ResourceQuota of a home namespace.
	HomeQuota = "home"

	// HomeRole is the ClusterRole that a reconciler holds in its home namespace.
	HomeRole = "fluxcapsule-home"

	// Isolation is the LimitRange and the ResourceQuota in each namespace of a tenant,
	// and the last part of the name of the object that replicates them.
	Isolation = "isolation"

	// Impersonator is the last part of the name of the role that lets an account
	// impersonate itself.
	Impersonator = "impersonator"

	// TenantQuota is the rule for the quota that all namespaces of a tenant share.
	TenantQuota = "tenant"
)

// Of joins a tenant's name and further parts with dots into the name of a
// cluster-scoped object. Names of tenants and accounts are DNS labels without dots,
// so no two lists of parts give the same name, as they would with dashes: ("a-b",
// "c") and ("a", "b-c").
func Of(tenant string, parts ...string) string {
	return tenant + "." + strings.Join(parts, ".")
}

// Part makes one part of such a name from any text, such as the name of a group. A
// DNS label stands for itself. Any other text becomes its readable characters and a
// hash, separated by a dot, so that it is unique.
func Part(text string) string {
	if len(validation.IsDNS1123Label(text)) == 0 {
		return text
	}
	sum := sha256.Sum256([]byte(text))
	return readable(text) + "." + hex.EncodeToString(sum[:8])
}

// readable keeps the letters and digits of a text, as many as leave room for the rest
// of the name.
func readable(text string) string {
	const most = 40
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case b.Len() == most:
			return strings.TrimRight(b.String(), "-")
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if b.Len() == 0 {
		return "x"
	}
	return strings.TrimRight(b.String(), "-")
}

// BelowHostname begins the expression for the host names below one.
const BelowHostname = `^([^.]+\.)+`

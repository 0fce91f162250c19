package policy

import (
	"cmp"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
)

// A Spec names the platform's users and what it allows its tenants. Package tenant
// documents and checks it; the fields are the same, in the same order.
type Spec struct {
	Users, Groups         []string
	FluxNamespace         string
	PlatformNamespaces    []string
	AllowInsecure         bool
	AllowSecretDecryption bool
	FluxVersion           string
}

func (s Spec) fluxNamespace() string { return cmp.Or(s.FluxNamespace, names.Flux) }

func (s Spec) limits() tenancy.Limits {
	return tenancy.Limits{
		FluxNamespace:         s.FluxNamespace,
		PlatformNamespaces:    s.PlatformNamespaces,
		AllowInsecure:         s.AllowInsecure,
		AllowSecretDecryption: s.AllowSecretDecryption,
	}
}

// platform is an expression that is true for requests of the platform: Kubernetes'
// own controllers, the accounts of Flux's namespace, cluster administrators, and the
// users and groups of the Spec. Requests that Flux makes as a tenant's account are
// the tenant's.
func (s Spec) platform() string {
	users := append([]string{"system:apiserver", "system:kube-controller-manager"}, s.Users...)
	groups := append([]string{"system:masters", names.Group(metav1.NamespaceSystem), names.Group(s.fluxNamespace())}, s.Groups...)
	return "request.userInfo.?username.orValue('') in " + literals(users) +
		" || request.userInfo.?groups.orValue([]).exists(group, group in " + literals(groups) + ")"
}

// literals is a list of string literals of CEL.
func literals(values []string) string {
	quoted := make([]string, len(values))
	for i, value := range values {
		quoted[i] = strconv.Quote(value)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

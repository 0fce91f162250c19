package renewal

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// Target is the kubeconfig of one account: which Secret or ConfigMap is to be
// kept, and what is to be in it.
//
// +kubebuilder:object:generate=true
type Target struct {
	// Namespace is that of the ServiceAccount and of what is kept for it.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
	Namespace string `json:"namespace"`

	// Account is the name of the ServiceAccount.
	//
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=253
	// +kubebuilder:validation:Pattern=`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`
	Account string `json:"account"`

	// Access says which server is to be reached, and by which object:
	// tokenless access keeps the ConfigMap DefaultName(Account), a SecretRef
	// the Secret that it names. The zero Access is an error.
	Access kubeconfig.Access `json:"access"`

	// CASecret is where the server's CA is read, each time anew, in place of
	// Access.CA.
	CASecret *CASecret `json:"caSecret,omitempty"`

	// TokenSecret, if not empty, is a Secret of type
	// kubernetes.io/service-account-token in the same namespace whose token is
	// used in place of a requested one. The kubeconfig then never expires, and
	// whoever reads it once is the account until the Secret is deleted.
	TokenSecret string `json:"tokenSecret,omitempty"`

	// Labels are set on what is kept, beside those that others set.
	Labels map[string]string `json:"labels,omitempty"`

	// Annotations are set on what is kept, beside those that others set.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// CASecret is a Secret with a CA certificate. With an empty Key it is found as
// [kubeconfig.CAFrom] finds it.
//
// +kubebuilder:object:generate=true
type CASecret struct {
	// Namespace is that of the Secret.
	Namespace string `json:"namespace"`

	// Name is that of the Secret.
	Name string `json:"name"`

	// Key is where in the Secret the certificate is, by default ca.crt, ca or
	// tls.crt, whichever is there.
	Key string `json:"key,omitempty"`
}

// Options change how targets are ensured. The zero Options do.
type Options struct {
	// Lifetime is how long a token is good for, by default DefaultLifetime,
	// at least MinLifetime, in whole seconds. An API server with
	// --service-account-max-token-expiration may grant less.
	Lifetime time.Duration

	// Force takes over fields that another field manager has set. Without it
	// they are an error.
	Force bool

	// DryRun decides what is to be done and does not do it: no token is
	// requested, nothing is written.
	DryRun bool

	// Concurrency is how many targets are worked on at once, by default
	// DefaultConcurrency.
	Concurrency int

	// Progress, if not nil, is called for each target as soon as it is done,
	// one call at a time.
	Progress func(Result)
}

const (
	// DefaultLifetime of a token is an hour, so that one which leaks does not
	// stay good for long, and a renewal may fail for 18 minutes.
	DefaultLifetime = time.Hour

	// MinLifetime is the shortest that the API server grants.
	MinLifetime = 10 * time.Minute

	// DefaultConcurrency stays below the rate limits of an API server that
	// serves others too.
	DefaultConcurrency = 8

	// FieldManager owns what is written.
	FieldManager = "fluxcapsule"
)

func (o Options) lifetime() time.Duration {
	if o.Lifetime == 0 {
		return DefaultLifetime
	}
	return o.Lifetime
}

// kind and name of what is kept.
func (t Target) kind() string {
	if t.Access.Tokenless() {
		return "ConfigMap"
	}
	return "Secret"
}

func (t Target) name() string {
	ref := t.Access.Reference(t.Account)
	switch {
	case ref == nil:
		return kubeconfig.DefaultName(t.Account)
	case ref.ConfigMapRef != nil:
		return ref.ConfigMapRef.Name
	}
	return ref.SecretRef.Name
}

// key is that of the Secret.
func (t Target) key() string {
	if t.Access.SecretRef == nil || t.Access.SecretRef.Key == "" {
		return kubeconfig.DefaultKey
	}
	return t.Access.SecretRef.Key
}

// metadata is that of what is kept.
func (t Target) metadata() metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: t.Namespace, Name: t.name(), Labels: t.Labels, Annotations: t.Annotations}
}

// String returns what is kept, such as "Secret dev-team/gitops-reconciler-kubeconfig".
func (t Target) String() string {
	return fmt.Sprintf("%s %s/%s", t.kind(), t.Namespace, t.name())
}

// validate checks a target whose CA has been read.
func (t Target) validate(opts Options) error {
	errs := validate.Label(field.NewPath("namespace"), t.Namespace)
	errs = append(errs, validate.Subdomain(field.NewPath("account"), t.Account)...)
	if t.Access.IsZero() {
		errs = append(errs, field.Required(field.NewPath("access"), "impersonation alone takes no kubeconfig"))
	}
	errs = append(errs, t.Access.Validate(field.NewPath("access"))...)
	if t.TokenSecret != "" {
		errs = append(errs, validate.Subdomain(field.NewPath("tokenSecret"), t.TokenSecret)...)
		if t.Access.Tokenless() {
			errs = append(errs, field.Forbidden(field.NewPath("tokenSecret"), "tokenless access does not use it: set access.secretRef"))
		}
	}
	if l := opts.lifetime(); l < MinLifetime || l%time.Second != 0 || l > 1<<32*time.Second {
		errs = append(errs, field.Invalid(field.NewPath("lifetime"), l.String(), "must be whole seconds, at least "+MinLifetime.String()+", at most 2^32 seconds"))
	}
	if err := build.Invalid(schema.GroupKind{Kind: t.kind()}, t.Namespace+"/"+t.name(), errs); err != nil || t.Access.Tokenless() {
		return err
	}
	// No token is requested for a kubeconfig that cannot be built with one.
	_, _, err := desired(t, standIn(t))
	return err
}

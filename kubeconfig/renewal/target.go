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

// Target describes the kubeconfig of one account: the Secret or ConfigMap, and its
// content.
//
// +kubebuilder:object:generate=true
type Target struct {
	// Namespace is the namespace of the ServiceAccount and of its Secret or ConfigMap.
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

	// Access is the server and the kind of object: tokenless access keeps the ConfigMap
	// DefaultName(Account), a SecretRef the Secret that it names. The zero Access is an
	// error.
	Access kubeconfig.Access `json:"access"`

	// CASecret is the Secret with the server's CA, read each time, in place of
	// Access.CA.
	CASecret *CASecret `json:"caSecret,omitempty"`

	// TokenSecret, if not empty, is a Secret of type kubernetes.io/service-account-token
	// in the same namespace whose token is used in place of a requested one. The
	// kubeconfig then never expires, and anyone who has read it can act as the account
	// until the Secret is deleted.
	TokenSecret string `json:"tokenSecret,omitempty"`

	// Labels are set on the object, besides the labels that others set.
	Labels map[string]string `json:"labels,omitempty"`

	// Annotations are set on the object, besides the annotations that others set.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// CASecret is a Secret with a CA certificate. With an empty Key it is found as
// [kubeconfig.CAFrom] finds it.
//
// +kubebuilder:object:generate=true
type CASecret struct {
	// Namespace is the Secret's namespace.
	Namespace string `json:"namespace"`

	// Name is the Secret's name.
	Name string `json:"name"`

	// Key is the key of the certificate in the Secret. The default is the first of
	// ca.crt, ca and tls.crt that exists.
	Key string `json:"key,omitempty"`
}

// Options change how targets are ensured. The zero value is valid.
type Options struct {
	// Lifetime is the lifetime of a token, at least MinLifetime, in whole seconds. The
	// default is DefaultLifetime. An API server with
	// --service-account-max-token-expiration may grant less.
	Lifetime time.Duration

	// Force takes over fields that another field manager has set. Without it
	// they are an error.
	Force bool

	// DryRun only determines the actions: no token is requested, nothing is written.
	DryRun bool

	// Concurrency is the number of targets that are ensured at once. The default is
	// DefaultConcurrency.
	Concurrency int

	// Progress, if not nil, is called for each target as soon as it is done,
	// one call at a time.
	Progress func(Result)
}

const (
	// DefaultLifetime is an hour: a leaked token expires soon, and a renewal may fail
	// for 18 minutes.
	DefaultLifetime = time.Hour

	// MinLifetime is the shortest lifetime that the API server grants.
	MinLifetime = 10 * time.Minute

	// DefaultConcurrency stays below the rate limits of an API server that
	// serves others too.
	DefaultConcurrency = 8

	// FieldManager is the field manager of written objects.
	FieldManager = "fluxcapsule"
)

func (o Options) lifetime() time.Duration {
	if o.Lifetime == 0 {
		return DefaultLifetime
	}
	return o.Lifetime
}

// kind and name of the object.
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

// key is the key in the Secret.
func (t Target) key() string {
	if t.Access.SecretRef == nil || t.Access.SecretRef.Key == "" {
		return kubeconfig.DefaultKey
	}
	return t.Access.SecretRef.Key
}

// metadata is the metadata of the object.
func (t Target) metadata() metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: t.Namespace, Name: t.name(), Labels: t.Labels, Annotations: t.Annotations}
}

// String names the object, such as "Secret dev-team/gitops-reconciler-kubeconfig".
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

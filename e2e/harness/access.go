package harness

import (
	"context"

	"github.com/fluxcd/pkg/apis/meta"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// An Access is one of the ways in which Flux reaches the API server for a tenant.
type Access struct {
	Name     string
	Proxy    bool // it goes through Capsule Proxy
	Identity bool // it needs the gate for workload identity
}

// Accesses are all of them.
func Accesses() []Access {
	return []Access{ProxyTokenless(), {"proxy Secret", true, false}, {"API server tokenless", false, true}, {"API server Secret", false, false}, ImpersonationOnly()}
}

// ProxyTokenless is the access that the library recommends.
func ProxyTokenless() Access { return Access{"proxy tokenless", true, true} }

// ImpersonationOnly is the access of the zero kubeconfig.Access.
func ImpersonationOnly() Access { return Access{"impersonation only", false, false} }

// Access is how the library is told of it.
func (e *Env) Access(a Access) kubeconfig.Access {
	if a.Name == ImpersonationOnly().Name {
		return kubeconfig.Access{}
	}
	access := kubeconfig.Access{APIServer: e.Plane.Server, CA: string(e.Plane.CA())}
	if a.Proxy {
		access = kubeconfig.Access{Proxy: e.Plane.Proxy.URL, CA: string(e.Plane.Proxy.CA())}
	}
	if a.Identity {
		access.Audiences = []string{e.Plane.Server}
	} else {
		access.SecretRef = &meta.SecretKeyReference{}
	}
	return access
}

// KubeconfigSecret is the Secret that somebody has to write for an access with a
// Secret.
func (e *Env) KubeconfigSecret(ctx context.Context, account *corev1.ServiceAccount, access kubeconfig.Access) (*corev1.Secret, error) {
	hour := int64(60 * 60)
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &hour}}
	if err := e.Plane.Client.SubResource("token").Create(ctx, account.DeepCopy(), request); err != nil {
		return nil, err
	}
	config, err := kubeconfig.Config(account.Namespace, account.Name, access, kubeconfig.Token(request.Status.Token))
	if err != nil {
		return nil, err
	}
	metadata := metav1.ObjectMeta{Namespace: account.Namespace, Name: kubeconfig.DefaultName(account.Name)}
	return kubeconfig.Secret(metadata, config, kubeconfig.DefaultKey)
}

// ClientOf is a client of a ServiceAccount, at the API server.
func (e *Env) ClientOf(ctx context.Context, namespace, account string) (client.Client, error) {
	token, err := e.Plane.Token(ctx, namespace, account)
	if err != nil {
		return nil, err
	}
	return e.ClientWith(token)
}

// ClientWith is a client at the API server that uses a token.
func (e *Env) ClientWith(token string) (client.Client, error) {
	return e.newClient(&rest.Config{Host: e.Plane.Server, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAData: e.Plane.CA()}})
}

// ProxyClientOf is a client of a ServiceAccount, at Capsule Proxy.
func (e *Env) ProxyClientOf(ctx context.Context, namespace, account string) (client.Client, error) {
	token, err := e.Plane.Token(ctx, namespace, account)
	if err != nil {
		return nil, err
	}
	proxy := e.Plane.Proxy
	return e.newClient(&rest.Config{Host: proxy.URL, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAData: proxy.CA()}})
}

func (e *Env) newClient(config *rest.Config) (client.Client, error) {
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	return client.New(config, client.Options{Scheme: controlplane.Scheme, Mapper: e.Plane.Client.RESTMapper()})
}

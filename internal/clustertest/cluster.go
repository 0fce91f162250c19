// Package clustertest is client-go's fake cluster with an API server's TokenRequest,
// for tests of faults that a real API server does not produce on demand. The tests in
// e2e cover the rest.
package clustertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"sync"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// Signature ends every token, so that a test can look for it where no token
// should be.
const Signature = "hunter2"

// Cluster issues tokens for every ServiceAccount, whether it exists or not.
type Cluster struct {
	*fake.Clientset

	mu      sync.Mutex
	issued  int
	skew    time.Duration
	missing map[string]bool
}

// New returns a cluster that holds the objects.
func New(objects ...runtime.Object) *Cluster {
	c := &Cluster{Clientset: fake.NewClientset(objects...), missing: map[string]bool{}}
	c.PrependReactor("create", "serviceaccounts", func(action clienttesting.Action) (bool, runtime.Object, error) {
		if action.GetSubresource() != "token" {
			return false, nil, nil
		}
		request, err := c.token(action.(clienttesting.CreateActionImpl))
		return true, request, err
	})
	return c
}

func (c *Cluster) token(create clienttesting.CreateActionImpl) (*authenticationv1.TokenRequest, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.missing[create.Name] {
		return nil, apierrors.NewNotFound(corev1.Resource("serviceaccounts"), create.Name)
	}
	c.issued++
	request := create.GetObject().(*authenticationv1.TokenRequest).DeepCopy()
	now := time.Now().Add(c.skew)
	request.Status.Token = string(Token(map[string]any{
		"sub": "system:serviceaccount:" + create.Namespace + ":" + create.Name, "aud": request.Spec.Audiences,
		"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Duration(*request.Spec.ExpirationSeconds) * time.Second).Unix(),
		"jti":           c.issued,
		"kubernetes.io": map[string]any{"serviceaccount": map[string]any{"name": create.Name, "uid": "uid-of-" + create.Name}},
	}))
	return request, nil
}

// SetSkew puts the API server's clock ahead.
func (c *Cluster) SetSkew(skew time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skew = skew
}

// SetMissing says whether requests for tokens of the account answer 404.
func (c *Cluster) SetMissing(account string, missing bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.missing[account] = missing
}

// Issued counts the tokens.
func (c *Cluster) Issued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.issued
}

// Writes counts the requests that change something, those for tokens included.
func (c *Cluster) Writes() (n int) {
	for _, a := range c.Actions() {
		if a.GetVerb() != "get" {
			n++
		}
	}
	return n
}

// Token makes a JWT with the claims, signed with nothing.
func Token(claims map[string]any) kubeconfig.Token {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return kubeconfig.Token(b64([]byte(`{"alg":"RS256"}`)) + "." + b64(payload) + "." + Signature)
}

// CASecret is Capsule Proxy's TLS Secret with a new CA, good for a year.
func CASecret() *corev1.Secret {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "capsule-proxy-ca"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		panic(err)
	}
	return &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "capsule-system", Name: "capsule-proxy"},
		Type:       corev1.SecretTypeTLS,
		Data:       map[string][]byte{"ca.crt": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})},
	}
}

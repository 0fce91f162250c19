package renewal_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"sync"
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// cluster is client-go's fake, with an API server's TokenRequest. It is for the
// faults that a real API server does not produce when asked; the rest is in e2e.
type cluster struct {
	*fake.Clientset
	mu     sync.Mutex
	issued int
	// skew is how far the API server's clock is ahead.
	skew time.Duration
	// missing accounts answer 404.
	missing map[string]bool
	// onToken, if not nil, runs before a token is issued.
	onToken func() error
}

func newCluster(objects ...runtime.Object) *cluster {
	c := &cluster{Clientset: fake.NewClientset(objects...), missing: map[string]bool{}}
	c.PrependReactor("create", "serviceaccounts", func(action clienttesting.Action) (bool, runtime.Object, error) {
		if action.GetSubresource() != "token" {
			return false, nil, nil
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		create := action.(clienttesting.CreateActionImpl)
		if c.missing[create.Name] {
			return true, nil, apierrors.NewNotFound(corev1.Resource("serviceaccounts"), create.Name)
		}
		if c.onToken != nil {
			if err := c.onToken(); err != nil {
				return true, nil, err
			}
		}
		c.issued++
		request := create.GetObject().(*authenticationv1.TokenRequest).DeepCopy()
		now := time.Now().Add(c.skew)
		claims := map[string]any{
			"sub": "system:serviceaccount:" + create.Namespace + ":" + create.Name, "aud": request.Spec.Audiences,
			"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Duration(*request.Spec.ExpirationSeconds) * time.Second).Unix(),
			"jti":           c.issued,
			"kubernetes.io": map[string]any{"serviceaccount": map[string]any{"name": create.Name, "uid": "uid-of-" + create.Name}},
		}
		request.Status.Token = string(jwt(claims))
		return true, request, nil
	})
	return c
}

func jwt(claims map[string]any) kubeconfig.Token {
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return kubeconfig.Token(b64([]byte("{}")) + "." + b64(payload) + ".hunter2")
}

// writes counts the requests that change something, tokens included.
func (c *cluster) writes() (n int) {
	for _, a := range c.Actions() {
		if a.GetVerb() != "get" {
			n++
		}
	}
	return n
}

func (c *cluster) secret(t *testing.T, target renewal.Target) *corev1.Secret {
	t.Helper()
	s, err := c.CoreV1().Secrets(target.Namespace).Get(t.Context(), "gitops-reconciler-kubeconfig", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// exampleCluster is for examples, which have no testing.T.
func exampleCluster() *cluster { return newCluster(mustCASecret()) }

// caSecret is Capsule Proxy's TLS Secret with a new CA.
func caSecret(t testing.TB) *corev1.Secret {
	t.Helper()
	return mustCASecret()
}

func mustCASecret() *corev1.Secret {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "capsule-proxy-ca"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * 365 * time.Hour), IsCA: true, BasicConstraintsValid: true,
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

func secretTarget(namespace string) renewal.Target {
	return renewal.Target{
		Namespace: namespace, Account: "gitops-reconciler",
		Access: kubeconfig.Access{
			Proxy:     "https://capsule-proxy.capsule-system.svc:9001",
			SecretRef: &meta.SecretKeyReference{},
		},
		CASecret: &renewal.CASecret{Namespace: "capsule-system", Name: "capsule-proxy"},
		Labels:   map[string]string{"toolkit.fluxcd.io/tenant": namespace},
	}
}

func tokenlessTarget(namespace string) renewal.Target {
	t := secretTarget(namespace)
	t.Access.SecretRef = nil
	t.Access.Audiences = []string{"https://kubernetes.default.svc.cluster.local"}
	return t
}

func many(n int) []renewal.Target {
	var targets []renewal.Target
	for i := range n {
		targets = append(targets, secretTarget(fmt.Sprintf("tenant-%d", i)))
	}
	return targets
}

package renewal_test

import (
	"context"

	"github.com/fluxcd/pkg/apis/meta"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// secretAccess reaches the API server with a kubeconfig in a Secret.
func secretAccess(c *harness.Case) kubeconfig.Access {
	return kubeconfig.Access{APIServer: c.Env.Plane.Server, SecretRef: &meta.SecretKeyReference{}}
}

// A keeper keeps kubeconfigs as its CronJob would: in the name of its
// ServiceAccount, with no more rights than the library's bundle gives it.
type keeper struct {
	kubernetes.Interface
	targets []renewal.Target
	job     renewal.Job
}

// newKeeper applies the objects that a CronJob for the targets needs. Their CA is
// that of the API server, in a Secret beside the CronJob.
func newKeeper(c *harness.Case, name string, targets []renewal.Target) *keeper {
	c.Helper()
	objects := []client.Object{
		&corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: name}},
		tlsSecret(name, c.Env.Plane.CA()),
	}
	for i := range targets {
		targets[i].CASecret = &renewal.CASecret{Namespace: name, Name: "server-tls"}
	}
	job := renewal.Job{Namespace: name, Name: "keeper", Image: "registry.example.com/proxy-kubeconfig:v1", Targets: targets}
	bundle, err := renewal.Build(job)
	c.Must(err)
	for _, obj := range bundle.Objects() {
		objects = append(objects, obj.(client.Object))
	}
	c.Must(harness.Apply(c.Context(), c.Env.Plane.Client, objects))
	token, err := c.Env.Plane.Token(c.Context(), name, "keeper")
	c.Must(err)
	clientset, err := kubernetes.NewForConfig(&rest.Config{
		Host: c.Env.Plane.Server, BearerToken: token, TLSClientConfig: rest.TLSClientConfig{CAData: c.Env.Plane.CA()}, QPS: -1})
	c.Must(err)
	return &keeper{clientset, targets, job}
}

func tlsSecret(namespace string, ca []byte) *corev1.Secret {
	return &corev1.Secret{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "server-tls"},
		Data:       map[string][]byte{"ca.crt": ca},
	}
}

// ensure ensures all targets and wants each to come out the same.
func (k *keeper) ensure(c *harness.Case, want renewal.Action) {
	c.Helper()
	results, err := renewal.EnsureAll(c.Context(), k, k.targets, renewal.Options{})
	c.Must(err)
	for _, result := range results {
		if result.Action != want {
			c.Errorf("%s: %s (%s), want %s", result.Target, result.Action, result.Reason, want)
		}
	}
}

// read is the target's Secret.
func (k *keeper) read(c *harness.Case, target renewal.Target) *corev1.Secret {
	c.Helper()
	secret, err := k.CoreV1().Secrets(target.Namespace).Get(c.Context(), kubeconfig.DefaultName(target.Account), metav1.GetOptions{})
	c.Must(err)
	return secret
}

// whoIs asks the API server who the bearer of a kubeconfig Secret is.
func whoIs(ctx context.Context, secret *corev1.Secret) (string, error) {
	config, err := clientcmd.RESTConfigFromKubeConfig(secret.Data[kubeconfig.DefaultKey])
	if err != nil {
		return "", err
	}
	config.QPS = -1
	clientset, err := kubernetes.NewForConfig(config)
	if err != nil {
		return "", err
	}
	review, err := clientset.AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return "", err
	}
	return review.Status.UserInfo.Username, nil
}

// account makes a namespace with a ServiceAccount in it, and the target to it.
func account(c *harness.Case, namespace string) renewal.Target {
	c.Helper()
	err := harness.Apply(c.Context(), c.Env.Plane.Client, []client.Object{
		&corev1.Namespace{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"}, ObjectMeta: metav1.ObjectMeta{Name: namespace}},
		serviceAccount(namespace),
	})
	c.Must(err)
	return renewal.Target{Namespace: namespace, Account: "gitops-reconciler", Access: secretAccess(c)}
}

func serviceAccount(namespace string) *corev1.ServiceAccount {
	return &corev1.ServiceAccount{
		TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceAccount"},
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "gitops-reconciler"},
	}
}

// writes counts what the API server has logged of the keeper: every write, and
// every token requested.
func (k *keeper) writes(c *harness.Case) (n int) {
	c.Helper()
	events, err := c.Env.Plane.Audit()
	c.Must(err)
	for _, e := range events {
		if e.User.Username == "system:serviceaccount:"+k.job.Namespace+":"+k.job.Name {
			n++
		}
	}
	return n
}

func (k *keeper) token(namespace, account string) error {
	_, err := k.CoreV1().ServiceAccounts(namespace).CreateToken(context.Background(), account, &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
	return err
}

// changes waits until a change in the tenant's git has arrived.
func changes(c *harness.Case, t *harness.Team) {
	c.Helper()
	t.Change(c, func(files map[string]string) {
		files["late.yaml"] = harness.Expand("{apiVersion: v1, kind: ConfigMap, metadata: {name: late, namespace: ${tenant}-app}}", "tenant", t.Name)
	})
	c.WaitExists(&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: t.App().Name, Name: "late"}})
}

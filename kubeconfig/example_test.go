package kubeconfig_test

import (
	"encoding/base64"
	"fmt"
	"log"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// Tokenless access takes a ConfigMap and a reference to it, and no Secret.
func ExampleConfigMap() {
	access := kubeconfig.Access{
		Proxy:     "https://proxy.example.com",
		Audiences: []string{"https://kubernetes.default.svc.cluster.local"},
	}
	const account = "gitops-reconciler"

	cm, err := kubeconfig.ConfigMap(metav1.ObjectMeta{Namespace: "dev-team"}, account, access)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(cm.Name, cm.Data["address"])
	fmt.Println(access.Reference(account).ConfigMapRef.Name)
	// Output:
	// gitops-reconciler-kubeconfig https://proxy.example.com
	// gitops-reconciler-kubeconfig
}

// One error lists every fault.
func ExampleConfigMap_invalid() {
	_, err := kubeconfig.ConfigMap(metav1.ObjectMeta{Namespace: "dev-team"}, "gitops-reconciler", kubeconfig.Access{
		Proxy: "https://proxy.example.com/", Audiences: []string{""},
	})
	fmt.Println(err)
	// Output:
	// ConfigMap "dev-team/gitops-reconciler-kubeconfig" is invalid: [access.proxy: Invalid value: "https://proxy.example.com/": must end after the host and port, not with "/", access.audiences[0]: Required value]
}

// With SecretRef, somebody else writes and renews the kubeconfig.
func ExampleAccess_Reference() {
	access := kubeconfig.Access{
		Proxy:     "https://capsule-proxy.capsule-system.svc:9001",
		SecretRef: &meta.SecretKeyReference{},
	}
	ref := access.Reference("gitops-reconciler").SecretRef
	fmt.Println(ref.Name, ref.Key)
	// Output:
	// gitops-reconciler-kubeconfig kubeconfig
}

// The token comes from a TokenRequest (package renewal makes them) or, as here,
// from a token Secret that the cluster holds.
func ExampleConfig() {
	token, err := kubeconfig.TokenFrom(tokenSecret, "gitops-reconciler")
	if err != nil {
		log.Fatal(err)
	}
	config, err := kubeconfig.Config("dev-team", "gitops-reconciler", kubeconfig.Access{Proxy: "https://proxy.example.com"}, token)
	if err != nil {
		log.Fatal(err)
	}
	secret, err := kubeconfig.Secret(metav1.ObjectMeta{Namespace: "dev-team", Name: "gitops-reconciler-kubeconfig"}, config, kubeconfig.DefaultKey)
	if err != nil {
		log.Fatal(err)
	}

	fmt.Println(config.CurrentContext)
	fmt.Println("the token", token, "expires:", kubeconfig.ReadSecret(secret, kubeconfig.DefaultKey).Expires())
	// Output:
	// dev-team/gitops-reconciler@capsule-proxy
	// the token [redacted] expires: never
}

var tokenSecret = &corev1.Secret{
	ObjectMeta: metav1.ObjectMeta{
		Namespace:   "dev-team",
		Name:        "gitops-reconciler-token",
		Annotations: map[string]string{corev1.ServiceAccountNameKey: "gitops-reconciler"},
	},
	Type: corev1.SecretTypeServiceAccountToken,
	Data: map[string][]byte{corev1.ServiceAccountTokenKey: []byte(
		"e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"sub": "system:serviceaccount:dev-team:gitops-reconciler"}`)) + ".signature")},
}

// Flux refuses a kubeconfig that works on a laptop.
func ExampleReadSecret() {
	secret := &corev1.Secret{Data: map[string][]byte{"value": []byte(`
current-context: dev
contexts:
- name: dev
  context: {cluster: eks, user: me}
clusters:
- name: eks
  cluster: {server: https://eks.example.com, certificate-authority: /etc/eks/ca.crt}
users:
- name: me
  user:
    exec: {apiVersion: client.authentication.k8s.io/v1, command: aws, interactiveMode: Never}
`)}}
	report := kubeconfig.ReadSecret(secret, "")
	for _, problem := range report.Problems(time.Now(), time.Hour) {
		fmt.Println(problem.Field + ": " + problem.Detail)
	}
	// Output:
	// data[value].clusters[eks].certificate-authority: Flux takes no file: use certificate-authority-data
	// data[value].users[me].exec: Flux runs no credential plugin
	// data[value].users[me].token: Flux has nothing to show the server
}

// A ConfigMap for tokenless access as Flux reads it.
func ExampleReadConfigMap() {
	report := kubeconfig.ReadConfigMap(&corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "gitops-reconciler-kubeconfig"},
		Data: map[string]string{
			"provider": "generic", "address": "https://capsule-proxy.capsule-system.svc:9001", "serviceAccountName": "gitops-reconciler",
		},
	})
	fmt.Println(report.Server, report.Account, report.Tokenless)
	for _, problem := range report.Problems(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Hour) {
		fmt.Println(problem)
	}
	// Output:
	// https://capsule-proxy.capsule-system.svc:9001 dev-team/gitops-reconciler true
	// data[audiences]: Required value: Flux requests a token for the address, which the API server accepts only if --api-audiences says so
}

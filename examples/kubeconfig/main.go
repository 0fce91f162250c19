// Kubeconfig builds the Secret with which Flux goes through Capsule Proxy, and
// reads back when its token expires.
//
//	go run ./examples/kubeconfig
package main

import (
	"encoding/base64"
	"fmt"
	"log"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

func main() {
	config, err := kubeconfig.Config("dev-team", "gitops-reconciler", kubeconfig.Access{
		Proxy: "https://capsule-proxy.example.com",
	}, token())
	if err != nil {
		log.Fatal(err)
	}
	meta := metav1.ObjectMeta{Namespace: "dev-team", Name: kubeconfig.DefaultName("gitops-reconciler")}
	secret, err := kubeconfig.Secret(meta, config, kubeconfig.DefaultKey)
	if err != nil {
		log.Fatal(err)
	}
	report := kubeconfig.ReadSecret(secret, kubeconfig.DefaultKey)
	fmt.Println(report.Account, "at", report.Server, "until", report.Token.Expires)
}

// token stands for the answer to a TokenRequest.
func token() kubeconfig.Token {
	part := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	return kubeconfig.Token(part(`{"alg":"none"}`) + "." +
		part(`{"sub":"system:serviceaccount:dev-team:gitops-reconciler","exp":1798761600}`) + "." + part("unsigned"))
}

package kubeconfig

import (
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// Config builds a kubeconfig with which a ServiceAccount reaches the server. The
// token must be a JWT of that account; it is not checked whether it is genuine or has
// expired. SecretRef and Audiences of the access are ignored.
//
// `kubectl config view` shows one cluster, named capsule-proxy or kubernetes,
// one user, <namespace>/<account>, and one context, <user>@<cluster>, whose
// namespace is the account's.
//
// The error lists every invalid field and never shows the token.
func Config(namespace, account string, access Access, token Token) (*clientcmdapi.Config, error) {
	errs := validate.Label(field.NewPath("namespace"), namespace)
	errs = append(errs, validate.Subdomain(accountPath, account)...)
	errs = append(errs, access.validateServer(field.NewPath("access"))...)
	errs = append(errs, access.validateTrust(field.NewPath("access"))...)
	errs = append(errs, token.validate(field.NewPath("token"), namespace, account)...)
	if err := build.Invalid(schema.GroupKind{Kind: "Config"}, namespace+"/"+account, errs); err != nil {
		return nil, err
	}

	cluster := clientcmdapi.NewCluster()
	cluster.Server = access.Server()
	cluster.TLSServerName = access.TLSServerName
	cluster.ProxyURL = access.HTTPProxy
	if access.CA != "" {
		cluster.CertificateAuthorityData = []byte(access.CA)
	}
	user := clientcmdapi.NewAuthInfo()
	user.Token = string(token)

	clusterName, userName := "kubernetes", namespace+"/"+account
	if access.Proxy != "" {
		clusterName = "capsule-proxy"
	}
	context := clientcmdapi.NewContext()
	context.Cluster, context.AuthInfo, context.Namespace = clusterName, userName, namespace

	config := clientcmdapi.NewConfig()
	config.CurrentContext = userName + "@" + clusterName
	config.Clusters[clusterName] = cluster
	config.AuthInfos[userName] = user
	config.Contexts[config.CurrentContext] = context
	return config, nil
}

package kubeconfig

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Sanitize returns the parts of a kubeconfig that Flux's kustomize- and
// helm-controller refuse, and those that they ignore, with --insecure-kubeconfig-exec
// and --insecure-kubeconfig-tls off. It changes nothing.
//
// It follows github.com/fluxcd/pkg/runtime/client (v0.110.3): KubeConfigFromBytes
// and KubeConfig.
func Sanitize(config *clientcmdapi.Config) (refused, dropped field.ErrorList) {
	return sanitize(nil, config)
}

func sanitize(path *field.Path, config *clientcmdapi.Config) (refused, dropped field.ErrorList) {
	if config == nil {
		return field.ErrorList{field.Forbidden(path, "no kubeconfig")}, nil
	}
	refused = refusedFiles(path, config)
	current := config.Contexts[config.CurrentContext]
	if current == nil {
		return append(refused, field.Forbidden(path.Child("current-context"), "names no context")), nil
	}
	dropped = unused(path, config, current)
	context := path.Child("contexts").Key(config.CurrentContext)

	if cluster := config.Clusters[current.Cluster]; cluster == nil {
		refused = append(refused, field.Forbidden(context.Child("cluster"), "names no cluster"))
	} else {
		r, d := sanitizeCluster(path.Child("clusters").Key(current.Cluster), cluster)
		refused, dropped = append(refused, r...), append(dropped, d...)
	}
	if user := config.AuthInfos[current.AuthInfo]; user == nil {
		refused = append(refused, field.Forbidden(context.Child("user"), "names no user"))
	} else {
		r, d := sanitizeUser(path.Child("users").Key(current.AuthInfo), user)
		refused, dropped = append(refused, r...), append(dropped, d...)
	}
	return refused, dropped
}

// refusedFiles rejects references to files, which Flux checks in every cluster and
// user, even if unused.
func refusedFiles(path *field.Path, config *clientcmdapi.Config) field.ErrorList {
	var errs field.ErrorList
	refuse := func(path *field.Path, file, instead string) {
		if file != "" {
			errs = append(errs, field.Forbidden(path, "Flux takes no file: use "+instead))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(config.Clusters)) {
		path, c := path.Child("clusters").Key(name), config.Clusters[name]
		if c == nil {
			errs = append(errs, field.Forbidden(path, "is null"))
			continue
		}
		refuse(path.Child("certificate-authority"), c.CertificateAuthority, "certificate-authority-data")
	}
	for _, name := range slices.Sorted(maps.Keys(config.AuthInfos)) {
		path, u := path.Child("users").Key(name), config.AuthInfos[name]
		if u == nil {
			errs = append(errs, field.Forbidden(path, "is null"))
			continue
		}
		refuse(path.Child("tokenFile"), u.TokenFile, "token")
		refuse(path.Child("client-certificate"), u.ClientCertificate, "client-certificate-data")
		refuse(path.Child("client-key"), u.ClientKey, "client-key-data")
	}
	return errs
}

// unused lists the entries that the current context does not refer to.
func unused(path *field.Path, config *clientcmdapi.Config, current *clientcmdapi.Context) field.ErrorList {
	var errs field.ErrorList
	drop := func(kind string, names []string, used, msg string) {
		for _, name := range names {
			if name != used {
				errs = append(errs, field.Forbidden(path.Child(kind).Key(name), msg))
			}
		}
	}
	drop("contexts", slices.Sorted(maps.Keys(config.Contexts)), config.CurrentContext, "only the current context is used")
	drop("clusters", slices.Sorted(maps.Keys(config.Clusters)), current.Cluster, "only the current context's cluster is used")
	drop("users", slices.Sorted(maps.Keys(config.AuthInfos)), current.AuthInfo, "only the current context's user is used")
	return errs
}

func sanitizeCluster(path *field.Path, cluster *clientcmdapi.Cluster) (refused, dropped field.ErrorList) {
	if cluster.Server == "" {
		refused = append(refused, field.Forbidden(path.Child("server"), "is empty"))
	}
	if strings.HasPrefix(cluster.Server, "http://") {
		dropped = append(dropped, field.Forbidden(path.Child("server"), "no credentials are sent over plain HTTP"))
	}
	if cluster.InsecureSkipTLSVerify {
		dropped = append(dropped, field.Forbidden(path.Child("insecure-skip-tls-verify"), "Flux always verifies the server's certificate"))
	}
	_, r, d := asTrusted(path.Child("certificate-authority-data"), cluster.CertificateAuthorityData)
	refused, dropped = append(refused, r...), append(dropped, d...)
	if cluster.ProxyURL != "" {
		if u, err := url.Parse(cluster.ProxyURL); err != nil || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) {
			refused = append(refused, field.Forbidden(path.Child("proxy-url"), "must be an http, https or socks5 URL"))
		}
	}
	return refused, dropped
}

func sanitizeUser(path *field.Path, user *clientcmdapi.AuthInfo) (refused, dropped field.ErrorList) {
	refuse := func(path *field.Path, msg string) { refused = append(refused, field.Forbidden(path, msg)) }
	drop := func(path *field.Path, msg string) { dropped = append(dropped, field.Forbidden(path, msg)) }
	if user.Token != "" && (user.Username != "" || user.Password != "") {
		refuse(path, "holds both a token and a password")
	}
	if len(user.ClientCertificateData) > 0 && len(user.ClientKeyData) == 0 {
		refuse(path.Child("client-key-data"), "is empty, though there is a certificate")
	}
	if user.Exec != nil {
		drop(path.Child("exec"), "Flux runs no credential plugin")
	}
	if user.AuthProvider != nil {
		drop(path.Child("auth-provider"), "Flux runs no credential plugin")
	}
	if user.Impersonate != "" {
		drop(path.Child("as"), "Flux impersonates the account of its own object")
	} else if user.ImpersonateUID != "" || len(user.ImpersonateGroups) > 0 || len(user.ImpersonateUserExtra) > 0 {
		refuse(path.Child("as"), "is empty, though a UID, groups or extras are to be impersonated")
	}
	return refused, dropped
}

// currentUser returns the user of the current context, or nil.
func currentUser(config *clientcmdapi.Config) *clientcmdapi.AuthInfo {
	context := config.Contexts[config.CurrentContext]
	if context == nil {
		return nil
	}
	return config.AuthInfos[context.AuthInfo]
}

// noCredentials says that the current context's user has none.
func noCredentials(path *field.Path, config *clientcmdapi.Config) *field.Error {
	user := config.Contexts[config.CurrentContext].AuthInfo
	return field.Required(path.Child("users").Key(user).Child("token"), "Flux has nothing to show the server")
}

// credentialled reports whether Flux would have credentials for the server.
func credentialled(user *clientcmdapi.AuthInfo) bool {
	return user != nil && (user.Token != "" || user.Username != "" || len(user.ClientCertificateData) > 0)
}

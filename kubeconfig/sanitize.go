package kubeconfig

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// Sanitize says what Flux's kustomize- and helm-controller make of a
// kubeconfig, with --insecure-kubeconfig-exec and --insecure-kubeconfig-tls
// off. For what is refused they fail; what is dropped they pass over without a
// word. The config itself is left alone.
//
// It follows github.com/fluxcd/pkg/runtime/client (v0.110.3): KubeConfigFromBytes
// and KubeConfig.
func Sanitize(config *clientcmdapi.Config) (refused, dropped field.ErrorList) {
	return sanitize(nil, config)
}

func sanitize(path *field.Path, config *clientcmdapi.Config) (refused, dropped field.ErrorList) {
	refuse := func(path *field.Path, msg string) { refused = append(refused, field.Forbidden(path, msg)) }
	drop := func(path *field.Path, msg string) { dropped = append(dropped, field.Forbidden(path, msg)) }
	if config == nil {
		refuse(path, "no kubeconfig")
		return refused, dropped
	}

	// Flux looks for files in every entry, in use or not.
	for _, name := range slices.Sorted(maps.Keys(config.Clusters)) {
		path, c := path.Child("clusters").Key(name), config.Clusters[name]
		if c == nil {
			refuse(path, "is null")
		} else if c.CertificateAuthority != "" {
			refuse(path.Child("certificate-authority"), "Flux takes no file: use certificate-authority-data")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(config.AuthInfos)) {
		path, u := path.Child("users").Key(name), config.AuthInfos[name]
		if u == nil {
			refuse(path, "is null")
			continue
		}
		if u.TokenFile != "" {
			refuse(path.Child("tokenFile"), "Flux takes no file: use token")
		}
		if u.ClientCertificate != "" {
			refuse(path.Child("client-certificate"), "Flux takes no file: use client-certificate-data")
		}
		if u.ClientKey != "" {
			refuse(path.Child("client-key"), "Flux takes no file: use client-key-data")
		}
	}

	current := config.Contexts[config.CurrentContext]
	if current == nil {
		refuse(path.Child("current-context"), "names no context")
		return refused, dropped
	}
	for _, name := range slices.Sorted(maps.Keys(config.Contexts)) {
		if name != config.CurrentContext {
			drop(path.Child("contexts").Key(name), "only the current context is used")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(config.Clusters)) {
		if name != current.Cluster {
			drop(path.Child("clusters").Key(name), "only the current context's cluster is used")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(config.AuthInfos)) {
		if name != current.AuthInfo {
			drop(path.Child("users").Key(name), "only the current context's user is used")
		}
	}

	if cluster := config.Clusters[current.Cluster]; cluster == nil {
		refuse(path.Child("contexts").Key(config.CurrentContext).Child("cluster"), "names no cluster")
	} else {
		path := path.Child("clusters").Key(current.Cluster)
		if cluster.Server == "" {
			refuse(path.Child("server"), "is empty")
		}
		if strings.HasPrefix(cluster.Server, "http://") {
			drop(path.Child("server"), "no credentials are sent over plain HTTP")
		}
		if cluster.InsecureSkipTLSVerify {
			drop(path.Child("insecure-skip-tls-verify"), "Flux always verifies the server's certificate")
		}
		_, r, d := asTrusted(path.Child("certificate-authority-data"), cluster.CertificateAuthorityData)
		refused, dropped = append(refused, r...), append(dropped, d...)
		if cluster.ProxyURL != "" {
			if u, err := url.Parse(cluster.ProxyURL); err != nil || !slices.Contains([]string{"http", "https", "socks5"}, u.Scheme) {
				refuse(path.Child("proxy-url"), "must be an http, https or socks5 URL")
			}
		}
	}

	if user := config.AuthInfos[current.AuthInfo]; user == nil {
		refuse(path.Child("contexts").Key(config.CurrentContext).Child("user"), "names no user")
	} else {
		path := path.Child("users").Key(current.AuthInfo)
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

// credentialled reports whether Flux would have anything to show the server.
func credentialled(user *clientcmdapi.AuthInfo) bool {
	return user != nil && (user.Token != "" || user.Username != "" || len(user.ClientCertificateData) > 0)
}

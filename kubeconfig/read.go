package kubeconfig

import (
	"net/url"
	"strings"

	"github.com/fluxcd/pkg/apis/meta"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/tools/clientcmd/api/latest"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ReadSecret reads a kubeconfig Secret as Flux does. The key is the reference's;
// without one Flux uses value, then value.yaml.
func ReadSecret(secret *corev1.Secret, key string) Report {
	r := Report{Key: key}
	if key == "" {
		r.Key = "value"
		if secret.Data["value"] == nil && secret.Data["value.yaml"] != nil {
			r.Key = "value.yaml"
		}
	}
	path := field.NewPath("data").Key(r.Key)
	data, ok := secret.Data[r.Key]
	if !ok {
		r.Refused = append(r.Refused, field.Required(path, "the Secret has "+keysOf(secret)))
		return r
	}
	config, ok := load(data)
	if !ok {
		r.Refused = append(r.Refused, field.Invalid(path, field.OmitValueType{}, "not a kubeconfig: no YAML or JSON of kind Config, version v1"))
		return r
	}
	r.Refused, r.Dropped = sanitize(path, config)

	context := config.Contexts[config.CurrentContext]
	if context == nil {
		return r
	}
	if cluster := config.Clusters[context.Cluster]; cluster != nil {
		r.Server, r.TLSServerName, r.HTTPProxy = cluster.Server, cluster.TLSServerName, cluster.ProxyURL
		r.CA, _, _ = asTrusted(path, cluster.CertificateAuthorityData)
	}
	user := config.AuthInfos[context.AuthInfo]
	if !credentialled(user) {
		r.Warnings = append(r.Warnings, noCredentials(path, config))
		return r
	}
	if user.Token == "" {
		return r
	}
	claims, err := Token(user.Token).Claims()
	if err != nil {
		r.Warnings = append(r.Warnings, field.Invalid(path.Child("users").Key(context.AuthInfo).Child("token"), field.OmitValueType{}, err.Error()))
		return r
	}
	r.Token, r.Audiences = &claims, claims.Audiences
	r.Account, _ = claims.ServiceAccount()
	return r
}

// load decodes a kubeconfig as clientcmd.Load does. Its errors may quote unreadable
// text, and so a token.
func load(data []byte) (*clientcmdapi.Config, bool) {
	config := clientcmdapi.NewConfig()
	if len(data) == 0 {
		return config, true
	}
	gvk := schema.GroupVersionKind{Version: latest.Version, Kind: "Config"}
	obj, _, err := latest.Codec.Decode(data, &gvk, config)
	if err != nil {
		return nil, false
	}
	config, ok := obj.(*clientcmdapi.Config)
	return config, ok
}

// ReadConfigMap reads a ConfigMap for tokenless access as Flux does. For cloud
// providers (aws, azure, gcp) it reports only the fields that they share with the
// generic one.
func ReadConfigMap(cm *corev1.ConfigMap) Report {
	r := Report{Tokenless: true, Server: cm.Data[meta.KubeConfigKeyAddress]}
	path := func(key string) *field.Path { return field.NewPath("data").Key(key) }

	provider := cm.Data[meta.KubeConfigKeyProvider]
	switch provider {
	case "generic":
		if r.Server == "" {
			r.Refused = append(r.Refused, field.Required(path(meta.KubeConfigKeyAddress), ""))
		}
		if cm.Data[meta.KubeConfigKeyCluster] != "" {
			r.Dropped = append(r.Dropped, field.Forbidden(path(meta.KubeConfigKeyCluster), "the generic provider does not read it"))
		}
	case "aws", "azure", "gcp":
	case "":
		r.Refused = append(r.Refused, field.Required(path(meta.KubeConfigKeyProvider), "generic, aws, azure or gcp"))
	default:
		r.Refused = append(r.Refused, field.NotSupported(path(meta.KubeConfigKeyProvider), provider, []string{"generic", "aws", "azure", "gcp"}))
	}
	if r.Server != "" {
		refused, dropped := readAddress(path(meta.KubeConfigKeyAddress), r.Server)
		r.Refused, r.Dropped = append(r.Refused, refused...), append(r.Dropped, dropped...)
	}

	certs, refused, dropped := asTrusted(path(meta.KubeConfigKeyCACert), []byte(cm.Data[meta.KubeConfigKeyCACert]))
	r.CA, r.Refused, r.Dropped = certs, append(r.Refused, refused...), append(r.Dropped, dropped...)

	for line := range strings.SplitSeq(cm.Data[meta.KubeConfigKeyAudiences], "\n") {
		if audience := strings.TrimSpace(line); audience != "" {
			r.Audiences = append(r.Audiences, audience)
		}
	}
	if provider == "generic" && len(r.Audiences) == 0 {
		r.Audiences = []string{r.Server}
		r.Warnings = append(r.Warnings, field.Required(path(meta.KubeConfigKeyAudiences), "Flux requests a token for the address, which the API server accepts only if --api-audiences says so"))
	}

	r.Account = types.NamespacedName{Namespace: cm.Namespace, Name: cm.Data[meta.KubeConfigKeyServiceAccountName]}
	if r.Account.Name == "" {
		r.Account = types.NamespacedName{}
		r.Warnings = append(r.Warnings, field.Required(path(meta.KubeConfigKeyServiceAccountName), "Flux uses the account of --default-kubeconfig-service-account or, without it, its own"))
	}
	return r
}

// readAddress follows ParseClusterAddress of github.com/fluxcd/pkg/auth: the default
// scheme is https, and only host and port are kept.
func readAddress(path *field.Path, address string) (refused, dropped field.ErrorList) {
	full := address
	if !strings.HasPrefix(address, "http") {
		full = "https://" + address
	}
	u, err := url.Parse(full)
	switch {
	case err != nil || u.Host == "":
		refused = append(refused, field.Invalid(path, validate.Redacted(address), "must be a URL"))
	case u.Scheme != "https":
		refused = append(refused, field.Invalid(path, validate.Redacted(address), "must begin with https://"))
	case full != "https://"+u.Host:
		dropped = append(dropped, field.Invalid(path, validate.Redacted(address), "only https, the host and the port are used"))
	}
	return refused, dropped
}

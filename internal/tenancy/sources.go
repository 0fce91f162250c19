package tenancy

import "k8s.io/apimachinery/pkg/runtime/schema"

// sourceRules are rules on Flux's connections for an object.
func sourceRules() []Rule {
	rules := []Rule{
		{
			ID: "insecure", Class: Sources, Kinds: kinds(ociRepository, bucket, helmRepository, imageRepository, inputProvider), Field: "spec.insecure",
			Lets:    "applies what anybody on the way puts in place of what it fetches",
			Message: "must not be set: anyone on the network path can replace what the cluster applies",
			must:    either{mayBeInsecure, off("spec.insecure")},
		},
		{
			ID: "pass-credentials", Class: Sources, Kinds: kinds(helmRepository), Field: "spec.passCredentials",
			Lets:    "has its credentials sent to every host that the repository's index names",
			Message: "must not be set: credentials would be sent to every host that the repository's index names",
			must:    off("spec.passCredentials"),
		},
		{
			ID: "proxy", Class: Sources, Kinds: kinds(gitRepository, ociRepository, bucket, imageRepository, provider), Field: "spec.proxySecretRef",
			Lets:    "has the controller connect to any address, past the proxy and the list of hosts that the platform gave it",
			Message: "must not name a proxy: the platform's applies",
			must:    either{mayNameProxy, absent("spec.proxySecretRef")},
		},
		{
			ID: "provider-proxy", Class: Sources, Kinds: kinds(provider), Field: "spec.proxy",
			Lets:    "has the controller connect to any address, past the proxy that the platform gave it",
			Message: "must not name a proxy: the platform's applies",
			must:    unnamed("spec.proxy"),
		},
	}
	rules = append(rules, connection("url", "spec.url", gitRepository, ociRepository, helmRepository, inputProvider)...)
	rules = append(rules, connection("address", "spec.address", provider)...)
	rules = append(rules, connection("issuer", "spec.oidcProviders[].issuerURL", receiver)...)
	rules = append(rules, connection("sts", "spec.sts.endpoint", bucket)...)
	return append(rules,
		inside("endpoint", "spec.endpoint", `(`+anyScheme+`)?`, bucket),
		insideBy("image", "spec.image", imageOutsideFlux(), imageRepository))
}

var mayBeInsecure = allowed(func(l Limits) bool { return l.AllowInsecure })

var mayNameProxy = allowed(func(l Limits) bool { return l.AllowProxy })

// anyScheme matches the scheme of a URL.
const anyScheme = `[a-z0-9+]+://`

// connection is both rules on a URL.
func connection(id, field string, kinds ...schema.GroupKind) []Rule {
	return []Rule{
		{
			ID: id + "-http", Class: Sources, Kinds: kinds, Field: field,
			Lets:    "sends and applies what anybody on the way can read and replace",
			Message: "must not be plain http: anyone on the network path can read and replace what is sent",
			must:    either{mayBeInsecure, every{path(field), encrypted()}},
		},
		inside(id, field, anyScheme, kinds...),
	}
}

func inside(id, field, scheme string, kinds ...schema.GroupKind) Rule {
	return insideBy(id, field, outsideFlux(scheme), kinds...)
}

func insideBy(id, field string, is predicate, kinds ...schema.GroupKind) Rule {
	return Rule{
		ID: id + "-flux", Class: Sources, Kinds: kinds, Field: field,
		Lets:    "reads what Flux's own servers serve without authentication, such as other tenants' artifacts",
		Message: "must not be a service in Flux's namespace",
		must:    every{path(field), is},
	}
}

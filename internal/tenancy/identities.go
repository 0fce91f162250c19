package tenancy

import "slices"

// identityRules make an object name the account that Flux acts as.
func identityRules() []Rule { return slices.Concat(accountRules(), cloudRules()) }

// accountRules are rules on the accounts that Flux uses at an API server, and on its
// decryption keys.
func accountRules() []Rule {
	return []Rule{
		{
			ID: "account", Class: Identities, Kinds: kinds(kustomization, helmRelease, resourceSet), Field: "spec.serviceAccountName",
			Lets:    "has what it likes applied with the controller's own rights, which are cluster-admin",
			Message: "name the account to act as",
			must:    named("spec.serviceAccountName"),
		},
		{
			ID: "kubeconfig-account", Class: Identities, Kinds: kinds(configMap), Field: "data.serviceAccountName",
			Lets:    "has the token of the controller's own account sent to the address in the ConfigMap",
			Message: "name the account whose token Flux is to use",
			must: either{
				both{absent("data.address"), absent("data.cluster")},
				every{"data.provider", noneOf("generic", "aws", "azure", "gcp")},
				absent("data.provider"),
				named("data.serviceAccountName"),
			},
		},
		{
			ID: "decryption", Class: Identities, Kinds: kinds(kustomization), Field: "spec.decryption.serviceAccountName",
			Lets:    "decrypts with kustomize-controller's own identity what is encrypted with a cloud KMS, other tenants' files included",
			Message: "name the account that may use the keys: with a Secret alone a cloud KMS is asked with the controller's own identity",
			must: either{
				absent("spec.decryption"),
				both{allowed(func(l Limits) bool { return l.AllowSecretDecryption }), present("spec.decryption.secretRef")},
				named("spec.decryption.serviceAccountName"),
			},
		},
		{
			ID: "decryption-google", Class: Identities, Kinds: kinds(secret), Field: "data[sops.gcp-kms]",
			Lets: "has kustomize-controller read its own token, or any file, and send it to an address of the tenant's: " +
				"the credentials of type external_account say where to read and where to send",
			Message: "must not hold Google credentials, which may tell the controller to send its own token elsewhere; name an account in spec.decryption",
			must: either{
				present("metadata.labels{" + Mark + "}"),
				both{absent("data{sops.gcp-kms}"), absent("stringData{sops.gcp-kms}")},
			},
		},
		{
			ID: "chart-mark", Class: Identities, Kinds: kinds(helmRelease), Field: "spec.chart.metadata.labels",
			Lets:    "has helm-controller make a HelmChart that looks like the platform's own, to which bounds do not apply",
			Message: "must not give the HelmChart the label " + Mark + ", which marks what is the platform's",
			must:    absent("spec.chart.metadata.labels{" + Mark + "}"),
		},
	}
}

package tenancy

// identityRules make an object name in whose name Flux acts for it.
func identityRules() []Rule {
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
		cloud("git-cloud", kinds(gitRepository), "github"),
		cloud("cloud", kinds(ociRepository, imageRepository, bucket)),
		{
			ID: "helm-cloud", Class: Identities, Kinds: kinds(helmRepository), Field: "spec.provider",
			Lets:    "reads what source-controller's own cloud identity may read",
			Message: "a HelmRepository can name no account, so source-controller would use its own: use an OCIRepository with a serviceAccountName",
			must:    every{"spec.provider", oneOf("", "generic")},
		},
		{
			ID: "provider-cloud", Class: Identities, Kinds: kinds(provider), Field: "spec.serviceAccountName",
			Lets:    "sends to a cloud with notification-controller's own identity; a Secret without a token does not prevent it",
			Message: "name the account that authenticates: notification-controller may use its own identity otherwise",
			must:    either{every{"spec.type", oneOf(providersWithoutIdentity...)}, named("spec.serviceAccountName")},
		},
		{
			ID: "provider-google", Class: Identities, Kinds: kinds(provider), Field: "spec.secretRef",
			Lets:    "has notification-controller send its own token elsewhere, by credentials of type external_account in the Secret",
			Message: "must not be used with googlepubsub: Google credentials may tell the controller to send its own token elsewhere; name an account",
			must:    either{every{"spec.type", noneOf("googlepubsub")}, absent("spec.secretRef")},
		},
	}
}

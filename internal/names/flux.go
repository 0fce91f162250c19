package names

// The resources of Flux's kinds with their groups, by which a ResourceQuota
// counts them.
const (
	Kustomizations = "kustomizations.kustomize.toolkit.fluxcd.io"
	HelmReleases   = "helmreleases.helm.toolkit.fluxcd.io"

	GitRepositories = "gitrepositories.source.toolkit.fluxcd.io"
	OCIRepositories = "ocirepositories.source.toolkit.fluxcd.io"

	Alerts    = "alerts.notification.toolkit.fluxcd.io"
	Providers = "providers.notification.toolkit.fluxcd.io"
)

// OtherFluxResources returns all but Kustomizations and HelmReleases.
func OtherFluxResources() []string {
	return []string{
		GitRepositories, OCIRepositories,
		"buckets.source.toolkit.fluxcd.io",
		"externalartifacts.source.toolkit.fluxcd.io",
		"artifactgenerators." + SourceExtensions,
		"helmcharts.source.toolkit.fluxcd.io",
		"helmrepositories.source.toolkit.fluxcd.io",
		Alerts, Providers,
		"receivers.notification.toolkit.fluxcd.io",
		"imagepolicies.image.toolkit.fluxcd.io",
		"imagerepositories.image.toolkit.fluxcd.io",
		"imageupdateautomations.image.toolkit.fluxcd.io",
	}
}

// API groups whose Go types are not imported.
const (
	// SourceExtensions is the group of ArtifactGenerator, which source-watcher
	// reconciles.
	SourceExtensions = "source.extensions.fluxcd.io"

	// FluxOperator is the group of ResourceSet and FluxInstance, which flux-operator
	// reconciles.
	FluxOperator = "fluxcd.controlplane.io"
)

// Quarantine is the shard of quarantined tenants, which no controller watches.
const Quarantine = "quarantine"

package migrate

import (
	"maps"

	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// fluxObjects takes out of a quota what it says of Flux objects, with the
// numbers of those that are not counted as the tenant's.
func fluxObjects(hard corev1.ResourceList, bundled map[string]int64) (tenant.FluxObjects, corev1.ResourceList) {
	rest := maps.Clone(hard)
	take := func(kinds ...string) *int32 {
		var most *int32
		for _, kind := range kinds {
			quantity, ok := hard[count(kind)]
			if !ok {
				return nil
			}
			n := int32(quantity.Value() - bundled[kind])
			if most != nil && *most != n {
				return nil
			}
			most = &n
		}
		for _, kind := range kinds {
			delete(rest, count(kind))
		}
		return most
	}
	return tenant.FluxObjects{
		Kustomizations: take(names.Kustomizations),
		HelmReleases:   take(names.HelmReleases),
		Others:         take(names.OtherFluxResources()...),
	}, rest
}

func count(kind string) corev1.ResourceName { return corev1.ResourceName("count/" + kind) }

// importHomeQuota reads how many objects the home namespace may have: those of Flux
// beside the source, the Kustomization and the notification of the tenant.
func (i *importer) importHomeQuota() {
	bundled := map[string]int64{names.Kustomizations: 1, names.GitRepositories: 1}
	if !i.spec.OCI.IsZero() {
		bundled = map[string]int64{names.Kustomizations: 1, names.OCIRepositories: 1}
	}
	if i.spec.Notification != nil {
		bundled[names.Providers], bundled[names.Alerts] = 1, 1
	}
	i.spec.Quota.FluxInHome, _ = fluxObjects(i.homeQuota, bundled)
	byDefault, err := tenant.Build(tenant.Spec{Name: "any", Git: anySource, Quota: tenant.Quota{FluxInHome: i.spec.Quota.FluxInHome}})
	if err != nil {
		return // the spec is reported as it does not build
	}
	i.spec.Quota.ConfigMapsInHome = i.inHome(corev1.ResourceConfigMaps, byDefault)
	i.spec.Quota.SecretsInHome = i.inHome(corev1.ResourceSecrets, byDefault)
}

// inHome is how many objects of a kind the home may have, nil if that is the default.
func (i *importer) inHome(kind corev1.ResourceName, byDefault *tenant.Bundle) *int32 {
	quantity, ok := i.homeQuota[kind]
	if same := byDefault.HomeQuota.Spec.Hard[kind]; !ok || quantity.Equal(same) {
		return nil
	}
	return new(int32(quantity.Value()))
}

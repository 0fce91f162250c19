package audit

import (
	"slices"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// commitStatusProviders are the types of a Provider that mark commits.
var commitStatusProviders = []string{"azuredevops", "bitbucket", "bitbucketserver", "gitea", "github", "gitlab"}

// withoutCommit are the kinds whose events do not name a commit.
var withoutCommit = []string{"Bucket", "HelmChart", "HelmRelease", "HelmRepository", "ImagePolicy", "ImageRepository"}

// checkCommitStatus reports events that a Provider cannot turn into the status of a
// commit.
func checkCommitStatus(m *model.Model, r *findings, o *model.Object, alert *notificationv1beta3.Alert) {
	provider, _ := model.Get[*notificationv1beta3.Provider](m.Set, model.ProviderKind, o.Ref.Namespace, alert.Spec.ProviderRef.Name)
	if provider == nil || !slices.Contains(commitStatusProviders, provider.Spec.Type) {
		return
	}
	for i, source := range alert.Spec.EventSources {
		if slices.Contains(withoutCommit, source.Kind) {
			r.addf(o, model.Index("spec.eventSources", i)+".kind", "is %s, whose events name no commit, and Provider %s sets the status of commits", source.Kind, alert.Spec.ProviderRef.Name)
		}
	}
}

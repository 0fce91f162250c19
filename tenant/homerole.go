package tenant

import (
	"slices"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// HomeRole returns the ClusterRole DefaultHomeRole, which a platform applies once,
// before its tenants: fleet.BuildPlatform includes it. It allows a reconciler Flux
// objects, ConfigMaps and Secrets in its home namespace and nothing else: no
// workloads, Services or claims, to which Capsule's rules would not apply, no roles,
// accounts or tokens, and no status of a Flux object, with which a tenant could point
// its source at another tenant's artifact.
func HomeRole() *rbacv1.ClusterRole {
	return &rbacv1.ClusterRole{
		TypeMeta:   rbacType("ClusterRole"),
		ObjectMeta: metav1.ObjectMeta{Name: DefaultHomeRole},
		Rules: []rbacv1.PolicyRule{
			manages(kustomizev1.GroupVersion.Group, "kustomizations"),
			manages(helmv2.GroupVersion.Group, "helmreleases"),
			manages(sourcev1.GroupVersion.Group, "gitrepositories", "ocirepositories", "buckets", "helmrepositories", "helmcharts"),
			manages(automationv1.GroupVersion.Group, "imagerepositories", "imagepolicies", "imageupdateautomations"),
			manages(notificationv1.GroupVersion.Group, "alerts", "providers", "receivers"),
			manages("", "configmaps", "secrets"),
			{APIGroups: []string{""}, Resources: []string{"events", "serviceaccounts", "resourcequotas"}, Verbs: reading()},
		},
	}
}

func manages(group string, resources ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{
		APIGroups: []string{group},
		Resources: resources,
		Verbs:     slices.Concat(reading(), []string{"create", "update", "patch", "delete", "deletecollection"}),
	}
}

func reading() []string { return []string{"get", "list", "watch"} }

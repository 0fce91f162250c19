package tenant

import (
	"fmt"
	"maps"
	"slices"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/source"

	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/projectcapsule/capsule/pkg/api/rbac"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validate checks what no single object of the bundle can tell; the rest the
// objects' own builders check. It expects the defaults to be filled in.
func (s Spec) validate() field.ErrorList {
	errs := validate.Label(field.NewPath("name"), s.Name)
	if s.Home != s.Name {
		errs = append(errs, validate.Label(field.NewPath("home"), s.Home)...)
	}
	errs = append(errs, s.validateHome()...)
	errs = append(errs, validate.Label(field.NewPath("serviceAccount"), s.ServiceAccount)...)
	if s.NoHomeRole {
		if s.HomeRole != "" {
			errs = append(errs, field.Forbidden(field.NewPath("homeRole"), "may not be given together with noHomeRole"))
		}
	} else {
		errs = append(errs, s.validateRole(field.NewPath("homeRole"), s.HomeRole)...)
	}
	errs = append(errs, s.validateOwners()...)
	errs = append(errs, s.Quota.validate(field.NewPath("quota"))...)
	errs = append(errs, s.Isolation.validate(field.NewPath("isolation"))...)
	errs = append(errs, source.Validate(s.Git.Spec(), s.OCI.Spec())...)
	for i, name := range s.DependsOn {
		errs = append(errs, validate.Subdomain(field.NewPath("dependsOn").Index(i), name)...)
		if name == s.Name {
			errs = append(errs, field.Invalid(field.NewPath("dependsOn").Index(i), name, "must not depend on itself"))
		}
	}
	if !s.Access.Tokenless() { // else the ConfigMap's builder does it
		errs = append(errs, s.Access.Validate(field.NewPath("access"))...)
	}
	errs = append(errs, s.validateMetadata()...)
	return errs
}

func (s Spec) validateHome() field.ErrorList {
	path := field.NewPath("home")
	if names.IsPlatform(s.Home) {
		return field.ErrorList{field.Invalid(path, s.Home, "must not be a namespace of Kubernetes, Flux or Capsule")}
	}
	return nil
}

// validateRole checks a ClusterRole that the reconciler or an owner is to hold.
func (s Spec) validateRole(path *field.Path, role string) field.ErrorList {
	if role == "cluster-admin" && !s.AllowClusterAdmin {
		return field.ErrorList{field.Forbidden(path, "cluster-admin needs allowClusterAdmin: true")}
	}
	return validate.RoleName(path, role)
}

func (s Spec) validateOwners() field.ErrorList {
	var errs field.ErrorList
	seen := map[rbac.UserSpec]bool{capsule.ServiceAccount(s.Home, s.ServiceAccount): true}
	for i, owner := range s.Owners {
		path := field.NewPath("owners").Index(i)
		subject := rbac.UserSpec{Kind: owner.Kind, Name: owner.Name}
		errs = append(errs, capsule.ValidateSubject(path, subject)...)
		if seen[subject] {
			errs = append(errs, field.Duplicate(path, fmt.Sprintf("%s %s", owner.Kind, owner.Name)))
		}
		seen[subject] = true
		for j, role := range owner.ClusterRoles {
			errs = append(errs, s.validateRole(path.Child("clusterRoles").Index(j), role)...)
		}
	}
	return errs
}

func (s Spec) validateMetadata() field.ErrorList {
	labels, annotations := field.NewPath("labels"), field.NewPath("annotations")
	errs := metav1validation.ValidateLabels(s.Labels, labels)
	errs = append(errs, apivalidation.ValidateAnnotations(s.Annotations, annotations)...)
	for _, key := range slices.Sorted(maps.Keys(s.Labels)) {
		if domain := names.LabelOwner(key); domain != "" {
			errs = append(errs, field.Forbidden(labels.Key(key), "labels of "+domain+" are set by the bundle or by a controller"))
		}
	}
	if s.Shard != "" {
		errs = append(errs, metav1validation.ValidateLabels(map[string]string{"shard": s.Shard}, field.NewPath("shard"))...)
	}
	return errs
}

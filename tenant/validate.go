package tenant

import (
	"fmt"
	"maps"
	"slices"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	apivalidation "k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/source"
	"github.com/fluxcapsule/fluxcapsule/internal/subject"
	"github.com/fluxcapsule/fluxcapsule/internal/tenancy"
	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// validate lists every invalid field of a spec that has its defaults. The builders of
// the objects accept every spec that it accepts.
func (s Spec) validate() field.ErrorList {
	errs := validate.Label(field.NewPath("name"), s.Name)
	errs = append(errs, s.validateHome()...)
	errs = append(errs, s.validateOwners(field.NewPath("owners"))...)
	errs = append(errs, s.Quota.validate(field.NewPath("quota"))...)
	if most := validation.LabelValueMaxLength - len("-"+names.TenantQuota); len(s.Quota.Hard) > 0 && len(s.Name) > most {
		errs = append(errs, field.Invalid(field.NewPath("name"), s.Name, fmt.Sprintf(
			"must be no more than %d characters with quota.hard: Capsule makes it part of a label's value", most)))
	}
	errs = append(errs, s.Isolation.validate(field.NewPath("isolation"))...)
	errs = append(errs, source.Validate(nil, s.Git.Spec(), s.OCI.Spec())...)
	errs = append(errs, s.validateTenancy()...)
	errs = append(errs, s.validateSync()...)
	errs = append(errs, s.validateNotification(field.NewPath("notification"))...)
	errs = append(errs, s.Access.Validate(field.NewPath("access"))...)
	if s.Leaving && s.Quarantine {
		errs = append(errs, field.Forbidden(field.NewPath("leaving"), "no controller deletes what a tenant in quarantine has: end the quarantine first"))
	}
	return append(errs, s.validateMetadata()...)
}

func (s Spec) validateHome() field.ErrorList {
	home := field.NewPath("home")
	var errs field.ErrorList
	if s.Home != s.Name {
		errs = validate.Label(home, s.Home)
	}
	if names.IsPlatform(s.Home) {
		errs = append(errs, field.Invalid(home, s.Home, "must not be a namespace of Kubernetes, Flux or Capsule"))
	}
	errs = append(errs, validate.Label(field.NewPath("serviceAccount"), s.ServiceAccount)...)
	role := field.NewPath("homeRole")
	switch {
	case !s.NoHomeRole:
		errs = append(errs, s.validateRole(role, s.HomeRole)...)
	case s.HomeRole != "":
		errs = append(errs, field.Forbidden(role, "may not be given together with noHomeRole"))
	}
	return errs
}

// validateRole checks a ClusterRole that the reconciler or an owner is to hold.
func (s Spec) validateRole(path *field.Path, role string) field.ErrorList {
	if role == "cluster-admin" && !s.AllowClusterAdmin {
		return field.ErrorList{field.Forbidden(path, "cluster-admin needs allowClusterAdmin: true")}
	}
	return validate.RoleName(path, role)
}

func (s Spec) validateOwners(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	seen := map[rbac.UserSpec]bool{{Kind: rbac.ServiceAccountOwner, Name: names.User(s.Home, s.ServiceAccount)}: true}
	for i, owner := range s.Owners {
		path := path.Index(i)
		user := rbac.UserSpec{Kind: owner.Kind, Name: owner.Name}
		errs = append(errs, subject.Validate(path, user)...)
		if seen[user] {
			errs = append(errs, field.Duplicate(path, fmt.Sprintf("%s %s", owner.Kind, owner.Name)))
		}
		seen[user] = true
		for j, role := range owner.ClusterRoles {
			errs = append(errs, s.validateRole(path.Child("clusterRoles").Index(j), role)...)
		}
	}
	return errs
}

// validateSync checks the fields that become the Kustomization.
func (s Spec) validateSync() field.ErrorList {
	errs := validate.SourcePath(field.NewPath("path"), s.Path)
	errs = append(errs, validate.Duration(field.NewPath("interval"), s.Interval)...)
	errs = append(errs, validate.Duration(field.NewPath("retryInterval"), s.RetryInterval)...)
	if s.Timeout.Duration != 0 {
		errs = append(errs, validate.Duration(field.NewPath("timeout"), s.Timeout)...)
	}
	for i, name := range s.DependsOn {
		path := field.NewPath("dependsOn").Index(i)
		errs = append(errs, validate.Subdomain(path, name)...)
		if name == s.Name {
			errs = append(errs, field.Invalid(path, name, "must not depend on itself"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(s.Substitute)) {
		errs = append(errs, validate.Variable(field.NewPath("substitute").Key(name), name)...)
	}
	for i, from := range s.SubstituteFrom {
		path := field.NewPath("substituteFrom").Index(i)
		errs = append(errs, validate.RequiredEnum(path.Child("kind"), from.Kind, "Secret", "ConfigMap")...)
		errs = append(errs, validate.Subdomain(path.Child("name"), from.Name)...)
	}
	return append(errs, validateDecryption(field.NewPath("decryption"), s.Decryption)...)
}

// validateTenancy checks the fields that the table of package tenancy forbids, for
// the tenant's own objects too.
func (s Spec) validateTenancy() field.ErrorList {
	id := newIdentity(s)
	errs := s.sourceLeaves(id)
	if s.Decryption != nil {
		errs = append(errs, forbidden(field.NewPath("decryption"), id.leaves(&kustomizev1.Kustomization{Spec: kustomizev1.KustomizationSpec{
			ServiceAccountName: id.account, KubeConfig: id.kubeConfig, Decryption: s.Decryption.spec(),
		}}))...)
	}
	for _, key := range tenancy.OptOuts() {
		if _, ok := s.Annotations[key]; ok {
			errs = append(errs, field.Forbidden(field.NewPath("annotations").Key(key), "keeps the platform's Flux from changing and removing the tenant's objects"))
		}
	}
	return errs
}

// sourceLeaves lists forbidden fields of the source, such as a controller's own cloud
// identity. The source is the platform's, so bounds on times do not apply.
func (s Spec) sourceLeaves(id identity) field.ErrorList {
	platforms := metav1.ObjectMeta{Labels: id.mark()}
	var errs field.ErrorList
	if git := s.Git.Spec(); git != nil {
		errs = forbidden(field.NewPath("git"), id.leaves(&sourcev1.GitRepository{ObjectMeta: platforms, Spec: *git}))
	}
	if oci := s.OCI.Spec(); oci != nil {
		errs = append(errs, forbidden(field.NewPath("oci"), id.leaves(&sourcev1.OCIRepository{ObjectMeta: platforms, Spec: *oci}))...)
	}
	return errs
}

// forbidden returns the errors of an object at the field of the spec from which
// the object is made. The URL of a source has a field of its own there.
func forbidden(path *field.Path, errs field.ErrorList) field.ErrorList {
	var moved field.ErrorList
	for _, err := range errs {
		at := path
		if err.Field == "spec.url" {
			at = path.Child("url")
		}
		moved = append(moved, field.Forbidden(at, err.Detail))
	}
	return moved
}

func validateDecryption(path *field.Path, decryption *Decryption) field.ErrorList {
	if decryption == nil {
		return nil
	}
	errs := validate.Enum(path.Child("provider"), decryption.Provider, "sops")
	errs = append(errs, validate.OptionalSubdomain(path.Child("serviceAccountName"), decryption.ServiceAccountName)...)
	if secret := decryption.SecretRef; secret != nil {
		errs = append(errs, validate.Subdomain(path.Child("secretRef", "name"), secret.Name)...)
	}
	return errs
}

func (s Spec) validateMetadata() field.ErrorList {
	labels, annotations := field.NewPath("labels"), field.NewPath("annotations")
	errs := metav1validation.ValidateLabels(s.Labels, labels)
	errs = append(errs, apivalidation.ValidateAnnotations(s.Annotations, annotations)...)
	for _, key := range slices.Sorted(maps.Keys(s.Labels)) {
		if owner := names.LabelOwner(key); owner != "" {
			errs = append(errs, field.Forbidden(labels.Key(key), "labels of "+owner+" are set by the bundle or by a controller"))
		}
	}
	if s.Shard == names.Quarantine && !s.Quarantine {
		errs = append(errs, field.Invalid(field.NewPath("shard"), s.Shard, "must not be the shard of quarantined tenants; see quarantine"))
	} else if s.Shard != "" {
		errs = append(errs, metav1validation.ValidateLabels(map[string]string{"shard": s.Shard}, field.NewPath("shard"))...)
	}
	return errs
}

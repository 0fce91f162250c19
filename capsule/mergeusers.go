package capsule

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/subject"
)

// MergedUsersAnnotation is where [MergeUsers] notes, on a CapsuleConfiguration,
// which of its users it put there.
const MergedUsersAnnotation = "fluxcapsule.github.io/users"

// MergeUsers returns the configuration with the users of all tenants added to its
// own. It is for a platform that owns its CapsuleConfiguration and whose
// [TenantOwner] objects do not aggregate.
//
// Existing users stay, in their order, except users that an earlier merge added and
// that are no longer given: an annotation of the configuration lists them. The given
// users follow, sorted and without duplicates. So the order of the tenants does not
// matter, and merging twice changes nothing.
func MergeUsers(config *capsulev1beta2.CapsuleConfiguration, users ...rbac.UserSpec) (*capsulev1beta2.CapsuleConfiguration, error) {
	if config == nil {
		return nil, errors.New("MergeUsers was given no CapsuleConfiguration")
	}
	config = config.DeepCopy()
	config.TypeMeta = typeMeta("CapsuleConfiguration")

	users = slices.Clone(users)
	slices.SortFunc(users, compareUsers)
	users = slices.Compact(users)
	var faults field.ErrorList
	for i, user := range users {
		faults = append(faults, subject.Validate(field.NewPath("users").Index(i), user)...)
	}

	note := field.NewPath("metadata", "annotations").Key(MergedUsersAnnotation)
	var before rbac.UserListSpec
	if value, ok := config.Annotations[MergedUsersAnnotation]; ok {
		if err := json.Unmarshal([]byte(value), &before); err != nil {
			faults = append(faults, field.Invalid(note, value, "must be a list of users, as MergeUsers writes it"))
		}
	}
	kind := capsulev1beta2.GroupVersion.WithKind(config.Kind).GroupKind()
	if err := build.Invalid(kind, config.Name, faults); err != nil {
		return nil, err
	}

	kept := slices.DeleteFunc(config.Spec.Users, func(user rbac.UserSpec) bool { return slices.Contains(before, user) })
	added := slices.DeleteFunc(users, func(user rbac.UserSpec) bool { return slices.Contains(kept, user) })
	config.Spec.Users = slices.Concat(kept, added)
	if len(added) == 0 {
		delete(config.Annotations, MergedUsersAnnotation)
		return config, nil
	}
	value, err := json.Marshal(added)
	if err != nil {
		return nil, fmt.Errorf("CapsuleConfiguration %q: %w", config.Name, err)
	}
	config.Annotations = build.Merge(config.Annotations, map[string]string{MergedUsersAnnotation: string(value)})
	return config, nil
}

func compareUsers(a, b rbac.UserSpec) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
}

package capsule_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

func configured(t *testing.T, annotation, value string, users ...rbac.UserSpec) *capsulev1beta2.CapsuleConfiguration {
	t.Helper()
	config, err := capsule.CapsuleConfiguration(
		metav1.ObjectMeta{Name: "default", Annotations: map[string]string{annotation: value}},
		capsulev1beta2.CapsuleConfigurationSpec{Users: users, ForceTenantPrefix: true})
	if err != nil {
		t.Fatal(err)
	}
	return config
}

func TestMergeUsers(t *testing.T) {
	alice, bob, carol := capsule.User("alice"), capsule.User("bob"), capsule.Group("carol")
	with := func(users ...rbac.UserSpec) *capsulev1beta2.CapsuleConfiguration {
		return configured(t, "keep", "me", users...)
	}
	merge := func(config *capsulev1beta2.CapsuleConfiguration, users ...rbac.UserSpec) *capsulev1beta2.CapsuleConfiguration {
		t.Helper()
		before := config.DeepCopy()
		merged, err := capsule.MergeUsers(config, users...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, config); diff != "" {
			t.Errorf("the argument is changed:\n%s", diff)
		}
		return merged
	}
	users := func(config *capsulev1beta2.CapsuleConfiguration, want ...rbac.UserSpec) {
		t.Helper()
		if diff := cmp.Diff(rbac.UserListSpec(want), config.Spec.Users); diff != "" {
			t.Errorf("users (-want +got):\n%s", diff)
		}
	}
	theirs := capsule.Group("projectcapsule.dev")

	first := merge(with(theirs, bob), carol, alice, bob, alice)
	users(first, theirs, bob, carol, alice)
	if first.Annotations["keep"] != "me" || !first.Spec.ForceTenantPrefix {
		t.Errorf("what MergeUsers does not own is lost: %v", first)
	}
	if diff := cmp.Diff(first, merge(with(theirs, bob), alice, bob, carol)); diff != "" {
		t.Errorf("the order of the users matters:\n%s", diff)
	}
	if diff := cmp.Diff(first, merge(first, bob, carol, alice)); diff != "" {
		t.Errorf("merging twice changes something:\n%s", diff)
	}

	// Alice leaves: she was ours. Bob leaves: he was theirs, so he stays.
	second := merge(first, carol)
	users(second, theirs, bob, carol)

	last := merge(second)
	users(last, theirs, bob)
	if _, ok := last.Annotations[capsule.MergedUsersAnnotation]; ok {
		t.Errorf("a note is left about nobody: %v", last.Annotations)
	}
	if diff := cmp.Diff(with(theirs, bob), last); diff != "" {
		t.Errorf("taking all away does not lead back (-want +got):\n%s", diff)
	}
}

func TestMergeUsersInvalid(t *testing.T) {
	if _, err := capsule.MergeUsers(nil); err == nil {
		t.Error("no configuration: no error")
	}
	config := configured(t, capsule.MergedUsersAnnotation, "alice")
	_, err := capsule.MergeUsers(config, capsule.User("alice"), capsule.Group("system:masters"))
	want := []string{
		`users[0].name: Invalid value: "system:masters": ` + notKubernetes,
		`metadata.annotations[fluxcapsule.github.io/users]: Invalid value: "alice": must be a list of users, as MergeUsers writes it`,
	}
	if diff := cmp.Diff(want, buildtest.Faults(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

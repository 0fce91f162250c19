package controller

import (
	"context"
	"errors"
	"fmt"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/examples/operator/api/v1alpha1"
	"github.com/fluxcapsule/fluxcapsule/fleet"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// accept checks a Team's spec, by itself and against what the other Teams have, and
// writes it down as accepted before anything is applied: of two Teams that want the
// same, the first one gets it, and keeps it while its spec is broken.
func (r *TeamReconciler) accept(ctx context.Context, team *v1alpha1.Team) error {
	r.accepting.Lock()
	defer r.accepting.Unlock()
	var teams v1alpha1.TeamList
	if err := r.Live.List(ctx, &teams); err != nil {
		return err
	}
	others := fleet.Fleet{Tenants: func(yield func(tenant.Spec, error) bool) {
		for _, other := range teams.Items {
			if other.Name != team.Name && other.Status.Accepted != nil && !yield(*other.Status.Accepted, nil) {
				return
			}
		}
	}}
	if err := others.Check(ctx, team.Spec); err != nil {
		return err
	}
	team.Status.Accepted = team.Spec.DeepCopy()
	r.set(team, valid, metav1.ConditionTrue, "Accepted", "the spec is valid")
	return r.save(ctx, team)
}

// describe returns every fault in an error of accept with its path in the Team, and
// whether there are any; another error is not about the Team.
func describe(name string, err error) (string, bool) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []string
		for _, one := range joined.Unwrap() {
			faults, ok := describe(name, one)
			if !ok {
				return "", false
			}
			all = append(all, faults)
		}
		return strings.Join(all, "; "), true
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || !apierrors.IsInvalid(err) {
		return "", false
	}
	details := status.Status().Details
	var faults []string
	for _, cause := range details.Causes {
		fault := fmt.Sprintf("spec.%s: %s", cause.Field, cause.Message)
		if details.Name != name {
			fault = fmt.Sprintf("Team %s: %s", details.Name, fault)
		}
		faults = append(faults, fault)
	}
	return strings.Join(faults, "; "), true
}

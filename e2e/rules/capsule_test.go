package rules_test

import (
	"fmt"
	"strings"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/internal/webhookrules"
)

// capsuleRules asks Capsule's webhooks about the objects that the table says they
// reject or accept. The tests of package capsule check its verdicts on the same
// objects.
func capsuleRules(c *harness.Case) {
	rows, err := webhookrules.Rows()
	c.Must(err)
	agree, differ := 0, 0
	for _, row := range rows {
		object := row.Object()
		if object == nil {
			continue
		}
		if (row.We == "") == (row.Webhook == "") {
			agree++
		} else {
			differ++
		}
		err := c.Env.Plane.Client.Create(c.Context(), object, client.DryRunAll)
		switch {
		case row.Webhook == "" && err != nil:
			c.Errorf("%s: rejected: %v", row.Rule, err)
		case row.Webhook != "" && (err == nil || !strings.Contains(err.Error(), row.Webhook)):
			c.Errorf("%s: got error %v, want one about %q", row.Rule, err, row.Webhook)
		}
	}
	c.Detail = fmt.Sprintf("%d rules where the library and the webhook agree, %d with a reason why not", agree, differ)
}

// forbidPromotion: a Tenant that forbids the promotion of owners still does once
// Capsule's webhook and its controller have had it in their hands.
func forbidPromotion(c *harness.Case) {
	tenant, err := capsule.Tenant(metav1.ObjectMeta{Name: "no-promotion"}, capsulev1beta2.TenantSpec{
		Permissions: capsulev1beta2.Permissions{MatchOwners: []*metav1.LabelSelector{{MatchLabels: map[string]string{capsule.TenantLabel: "no-promotion"}}}},
	})
	c.Must(err)
	forbidden, err := capsule.ForbidOwnerPromotion(tenant)
	c.Must(err)
	c.Apply(forbidden)
	c.DeleteAfter(forbidden)
	c.WaitReady(tenant)
	if allowed(c, forbidden) {
		c.Error("promotion is allowed again")
	}

	// Without the label the webhook loses the field, and the default is put back.
	unlabelled := forbidden.DeepCopy()
	unlabelled.SetName("no-promotion-unlabelled")
	unlabelled.SetLabels(nil)
	c.Must(c.Env.Plane.Client.Create(c.Context(), unlabelled, client.DryRunAll))
	if got, _, _ := unstructured.NestedBool(unlabelled.Object, "spec", "permissions", "allowOwnerPromotion"); !got {
		c.Errorf("Capsule no longer loses the field: the label need not be set\n%v", unlabelled.Object)
	}
}

// allowed is the field as the cluster has it.
func allowed(c *harness.Case, tenant *unstructured.Unstructured) bool {
	c.Helper()
	got := tenant.DeepCopy()
	c.WaitExists(got)
	allowed, found, err := unstructured.NestedBool(got.Object, "spec", "permissions", "allowOwnerPromotion")
	if err != nil || !found {
		c.Fatalf("spec.permissions.allowOwnerPromotion is not there: %v", err)
	}
	return allowed
}

package e2e

import (
	"fmt"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/webhookrules"
)

// Capsule's webhooks are asked, by a dry run, about the objects that the table
// says they refuse or accept. What package capsule says of the same objects is
// checked where it is built.
func TestCapsuleRules(t *testing.T) {
	c := newCase(t)
	rows, err := webhookrules.Rows()
	if err != nil {
		t.Fatal(err)
	}
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
		t.Run(row.Rule, func(t *testing.T) {
			err := cluster.Client.Create(t.Context(), object, client.DryRunAll)
			switch {
			case row.Webhook == "" && err != nil:
				t.Errorf("refused: %v", err)
			case row.Webhook != "" && (err == nil || !strings.Contains(err.Error(), row.Webhook)):
				t.Errorf("got error %v, want one about %q", err, row.Webhook)
			}
		})
	}
	c.detail = fmt.Sprintf("%d rules where the library and the webhook agree, %d with a reason why not", agree, differ)
}

// A Tenant that forbids the promotion of owners still does once Capsule's webhook
// and its controller have had it in their hands.
func TestForbidOwnerPromotion(t *testing.T) {
	c := newCase(t)
	tenant, err := capsule.Tenant("no-promotion", capsule.MatchOwners{capsule.TenantLabel: "no-promotion"})
	if err != nil {
		t.Fatal(err)
	}
	forbidden, err := capsule.ForbidOwnerPromotion(tenant)
	if err != nil {
		t.Fatal(err)
	}
	if err := ServerSideApply(t.Context(), cluster.Client, []client.Object{forbidden}); err != nil {
		t.Fatal(err)
	}
	defer func() { remove(c, forbidden); waitGone(c, forbidden) }()
	waitReady(c, tenant)
	if allowed(c, forbidden) {
		t.Error("promotion is allowed again")
	}

	// Without the label the webhook loses the field, and the default is put back.
	unlabelled := forbidden.DeepCopy()
	unlabelled.SetName("no-promotion-unlabelled")
	unlabelled.SetLabels(nil)
	if err := cluster.Client.Create(t.Context(), unlabelled, client.DryRunAll); err != nil {
		t.Fatal(err)
	}
	if got, _, _ := unstructured.NestedBool(unlabelled.Object, "spec", "permissions", "allowOwnerPromotion"); !got {
		t.Errorf("Capsule no longer loses the field: the label need not be set\n%v", unlabelled.Object)
	}
}

// allowed is the field as the cluster has it.
func allowed(c *testCase, tenant *unstructured.Unstructured) bool {
	c.Helper()
	got := tenant.DeepCopy()
	if err := cluster.Client.Get(c.Context(), client.ObjectKeyFromObject(tenant), got); err != nil {
		c.Fatal(err)
	}
	allowed, found, err := unstructured.NestedBool(got.Object, "spec", "permissions", "allowOwnerPromotion")
	if err != nil || !found {
		c.Fatalf("spec.permissions.allowOwnerPromotion is not there: %v", err)
	}
	return allowed
}

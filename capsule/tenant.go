package capsule

import (
	"encoding/json"
	"fmt"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// TenantLabel is the label under which Capsule looks for the [TenantOwner]
// objects of a tenant, with the tenant's name. Capsule also matches it without
// spec.permissions.matchOwners, but then notices a change of the TenantOwner only
// when the Tenant changes.
const TenantLabel = names.OwnerLabel

// Tenant groups namespaces that the same people and machines own. Its name is a
// DNS-1123 label, since it becomes the value of a label and, with
// spec.forceTenantPrefix, the prefix of the namespaces' names.
//
// An empty spec.data becomes {}. An empty selector of spec.runtimeClasses or
// spec.deviceClasses, which Capsule 0.14 reads as every class, becomes one that
// matches no class.
//
// See https://projectcapsule.dev/docs/tenants/
func Tenant(metadata metav1.ObjectMeta, spec capsulev1beta2.TenantSpec, allow ...Allowance) (*capsulev1beta2.Tenant, error) {
	if len(spec.Data.Raw) == 0 {
		// The field is never omitted: left empty it is sent as null.
		spec.Data.Raw = []byte("{}")
	}
	if classes := spec.RuntimeClasses; classes != nil && empty(&classes.LabelSelector) {
		list := *classes
		list.LabelSelector = nothing()
		spec.RuntimeClasses = &list
	}
	if classes := spec.DeviceClasses; classes != nil && empty(&classes.LabelSelector) {
		list := *classes
		list.LabelSelector = nothing()
		spec.DeviceClasses = &list
	}
	tenant := &capsulev1beta2.Tenant{TypeMeta: typeMeta("Tenant"), ObjectMeta: metadata, Spec: spec}
	return finish(tenant, allow)
}

// nothing is a selector that no labels satisfy.
func nothing() metav1.LabelSelector {
	return metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
		{Key: nameLabel, Operator: metav1.LabelSelectorOpExists},
		{Key: nameLabel, Operator: metav1.LabelSelectorOpDoesNotExist},
	}}
}

// Classes allows the named classes, for spec.storageClasses, priorityClasses,
// runtimeClasses, ingressOptions.allowedClasses and gatewayOptions.allowedClasses
// of a [Tenant]. Without a name it allows none.
func Classes(names ...string) *api.DefaultAllowedListSpec {
	return &api.DefaultAllowedListSpec{
		SelectorAllowedListSpec: api.SelectorAllowedListSpec{AllowedListSpec: api.AllowedListSpec{Exact: names}},
	}
}

// Data encodes values as JSON for spec.data of a [Tenant], which the templates
// of replications read as tenant.spec.data.
func Data(values map[string]any) (apiextensionsv1.JSON, error) {
	raw, err := json.Marshal(values)
	if err != nil {
		return apiextensionsv1.JSON{}, fmt.Errorf("data of a Tenant: %w", err)
	}
	return apiextensionsv1.JSON{Raw: raw}, nil
}

func typeMeta(kind string) metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: capsulev1beta2.GroupVersion.String(), Kind: kind}
}

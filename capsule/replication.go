package capsule

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/meta"
	"github.com/projectcapsule/capsule/pkg/template"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// DefaultResyncPeriod is how often replicated objects are corrected unless
// [ResyncPeriod] says otherwise; it is the CRD's default.
const DefaultResyncPeriod = time.Minute

// replication is what both kinds start from. The period is never omitted: left
// alone it is sent as 0s, in place of the CRD's default.
func replication() capsulev1beta2.TenantResourceCommonSpec {
	return capsulev1beta2.TenantResourceCommonSpec{ResyncPeriod: metav1.Duration{Duration: DefaultResyncPeriod}}
}

// Replicate is one set of objects that a GlobalTenantResource or a TenantResource
// keeps in namespaces.
type Replicate struct {
	// Objects are applied as they are, with apiVersion, kind and name. Strings in
	// them may hold {{tenant.name}} and {{namespace}}. They must be of namespaced
	// kinds; those that Kubernetes and Capsule have for the whole cluster are
	// refused.
	Objects []runtime.Object

	// Copies are objects that exist in some namespace, by name or by selector.
	Copies []template.ResourceReference

	// Generators are Go templates of one or more objects each.
	Generators []capsulev1beta2.TemplateItemSpec

	// Context are objects that the Generators can read.
	Context []*template.TemplateResourceReference

	// Namespaces limits the tenants' namespaces to some; nil is all.
	Namespaces *metav1.LabelSelector

	// Labels and Annotations are added to every object.
	Labels, Annotations map[string]string
}

// ApplyToGlobalTenantResource appends to spec.resources.
func (r Replicate) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	return r.addTo(&resource.Spec.TenantResourceCommonSpec)
}

// ApplyToTenantResource appends to spec.resources.
func (r Replicate) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	return r.addTo(&resource.Spec.TenantResourceCommonSpec)
}

func (r Replicate) addTo(common *capsulev1beta2.TenantResourceCommonSpec) error {
	path := field.NewPath("spec", "resources").Index(len(common.Resources))
	spec := capsulev1beta2.ResourceSpec{
		NamespaceSelector: r.Namespaces,
		NamespacedItems:   r.Copies,
		Generators:        r.Generators,
	}
	if len(r.Context) > 0 {
		spec.Context = &template.TemplateContext{Resources: r.Context}
	}
	if len(r.Labels)+len(r.Annotations) > 0 {
		spec.AdditionalMetadata = &api.AdditionalMetadataSpec{Labels: maps.Clone(r.Labels), Annotations: maps.Clone(r.Annotations)}
	}
	var err error
	for i, object := range r.Objects {
		raw, rawErr := rawItem(object)
		if rawErr != nil && err == nil {
			err = field.Invalid(path.Child("rawItems").Index(i), fmt.Sprintf("%T", object), rawErr.Error())
		}
		spec.RawItems = append(spec.RawItems, raw)
	}
	common.Resources = append(common.Resources, *spec.DeepCopy())
	return err
}

// rawItem is the object as a manifest has it: without status, and without the
// creationTimestamp that Go's types marshal as null.
func rawItem(object runtime.Object) (capsulev1beta2.RawExtension, error) {
	if object == nil {
		return capsulev1beta2.RawExtension{}, errors.New("must not be nil")
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(object)
	if err != nil {
		return capsulev1beta2.RawExtension{}, err
	}
	delete(content, "status")
	if metadata, ok := content["metadata"].(map[string]any); ok && metadata["creationTimestamp"] == nil {
		delete(metadata, "creationTimestamp")
	}
	raw, err := json.Marshal(content)
	return capsulev1beta2.RawExtension{RawExtension: runtime.RawExtension{Raw: raw}}, err
}

// ResyncPeriod is how often replicated objects are compared with what they
// should be.
type ResyncPeriod time.Duration

// ApplyToGlobalTenantResource sets spec.resyncPeriod.
func (r ResyncPeriod) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	resource.Spec.ResyncPeriod = metav1.Duration{Duration: time.Duration(r)}
	return nil
}

// ApplyToTenantResource sets spec.resyncPeriod.
func (r ResyncPeriod) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	resource.Spec.ResyncPeriod = metav1.Duration{Duration: time.Duration(r)}
	return nil
}

// After are replications of the same kind, and for a TenantResource of the same
// namespace, that must be ready before this one is applied.
type After []string

// ApplyToGlobalTenantResource appends to spec.dependsOn.
func (a After) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	resource.Spec.DependsOn = append(resource.Spec.DependsOn, a.references()...)
	return nil
}

// ApplyToTenantResource appends to spec.dependsOn.
func (a After) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	resource.Spec.DependsOn = append(resource.Spec.DependsOn, a.references()...)
	return nil
}

func (a After) references() []meta.LocalRFC1123ObjectReference {
	references := make([]meta.LocalRFC1123ObjectReference, len(a))
	for i, name := range a {
		references[i].Name = meta.RFC1123Name(name)
	}
	return references
}

// PruneOnDelete tells whether the replicated objects are deleted together with
// the replication. Capsule's default is true.
type PruneOnDelete bool

// ApplyToGlobalTenantResource sets spec.pruningOnDelete.
func (p PruneOnDelete) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	resource.Spec.PruningOnDelete = new(bool(p))
	return nil
}

// ApplyToTenantResource sets spec.pruningOnDelete.
func (p PruneOnDelete) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	resource.Spec.PruningOnDelete = new(bool(p))
	return nil
}

// ApplyToGlobalTenantResource sets spec.cordoned.
func (c Cordoned) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	resource.Spec.Cordoned = new(bool(c))
	return nil
}

// ApplyToTenantResource sets spec.cordoned.
func (c Cordoned) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	resource.Spec.Cordoned = new(bool(c))
	return nil
}

// Adopt lets a replication change objects that it did not make. They are not
// deleted with it.
type Adopt bool

// ApplyToGlobalTenantResource sets spec.settings.adopt.
func (a Adopt) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	resource.Spec.Settings.Adopt = new(bool(a))
	return nil
}

// ApplyToTenantResource sets spec.settings.adopt.
func (a Adopt) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	resource.Spec.Settings.Adopt = new(bool(a))
	return nil
}

// Force takes fields over from whoever else manages them. Two that force the
// same field take it from each other forever.
type Force bool

// ApplyToGlobalTenantResource sets spec.settings.force.
func (f Force) ApplyToGlobalTenantResource(resource *capsulev1beta2.GlobalTenantResource) error {
	resource.Spec.Settings.Force = new(bool(f))
	return nil
}

// ApplyToTenantResource sets spec.settings.force.
func (f Force) ApplyToTenantResource(resource *capsulev1beta2.TenantResource) error {
	resource.Spec.Settings.Force = new(bool(f))
	return nil
}

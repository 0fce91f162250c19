package apply

import (
	"bytes"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// Manager is the field manager that applies bundles, the same as that of package
// renewal.
const Manager = renewal.FieldManager

// An Object names an object of a cluster.
type Object struct {
	// Kind is the object's group, version and kind.
	Kind schema.GroupVersionKind

	// Key is the object's namespace and name.
	Key client.ObjectKey
}

// String returns the kind, the namespace if there is one, and the name:
// "Kustomization dev-team/dev-team".
func (o Object) String() string {
	if o.Key.Namespace == "" {
		return o.Kind.Kind + " " + o.Key.Name
	}
	return o.Kind.Kind + " " + o.Key.String()
}

func nameOf(obj client.Object) Object {
	return Object{obj.GetObjectKind().GroupVersionKind(), client.ObjectKeyFromObject(obj)}
}

// desired returns an object as the library writes it to a file, without status and
// nulls, so that Manager owns only the bundle's fields.
func desired(obj client.Object) (*unstructured.Unstructured, error) {
	var text bytes.Buffer
	if err := manifest.Write(&text, obj); err != nil {
		return nil, err
	}
	objects, err := manifest.Read(&text, nil)
	if err != nil {
		return nil, err
	}
	content, ok := objects[0].(*unstructured.Unstructured)
	if !ok {
		return nil, fmt.Errorf("%T is not an object", objects[0])
	}
	return content, nil
}

// Package webhookrules is a table of what Capsule's webhooks refuse, and of what
// package capsule says of the same objects. The tests of package capsule ask the
// builders; those of e2e ask the webhooks.
package webhookrules

import (
	_ "embed"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

//go:embed rows.yaml
var document []byte

// A Row is one rule of a webhook.
type Row struct {
	// Rule says what is refused, in a few words.
	Rule string `json:"rule"`

	// Source is the file of Capsule that holds the rule.
	Source string `json:"source"`

	// Kind and the rest are the object: of Capsule's group, and of the name
	// webhook-rule unless there is another.
	Kind      string         `json:"kind,omitempty"`
	Name      string         `json:"name,omitempty"`
	Namespace string         `json:"namespace,omitempty"`
	Spec      map[string]any `json:"spec,omitempty"`

	// We and Webhook are what each says of the object: part of the message, or
	// nothing if it is accepted.
	We      string `json:"we,omitempty"`
	Webhook string `json:"webhook,omitempty"`

	// Why is why the two differ; or, of a rule without an object, why it is not
	// one about objects that are built.
	Why string `json:"why,omitempty"`
}

// Rows returns the table.
func Rows() ([]Row, error) {
	var rows []Row
	return rows, yaml.UnmarshalStrict(document, &rows)
}

// Object is the row's object, or nil if it has none.
func (r Row) Object() *unstructured.Unstructured {
	if r.Kind == "" {
		return nil
	}
	object := &unstructured.Unstructured{Object: runtime.DeepCopyJSON(map[string]any{"spec": r.Spec})}
	object.SetAPIVersion("capsule.clastix.io/v1beta2")
	object.SetKind(r.Kind)
	object.SetNamespace(r.Namespace)
	object.SetName("webhook-rule")
	if r.Name != "" {
		object.SetName(r.Name)
	}
	return object
}

package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// Apply applies objects by server-side apply, in their order, as the client's user. A
// dry run asks for the API server's verdict:
//
//	err := harness.Apply(ctx, env.Plane.Client, objects, client.DryRunAll)
func Apply[O client.Object](ctx context.Context, c client.Client, objects []O, opts ...client.ApplyOption) error {
	var errs []error
	for _, obj := range objects {
		u, err := ToUnstructured(obj)
		if err != nil {
			return err
		}
		opts := append([]client.ApplyOption{client.FieldOwner("fluxcapsule"), client.ForceOwnership}, opts...)
		if err := c.Apply(ctx, client.ApplyConfigurationFromUnstructured(u), opts...); err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", u.GetKind(), client.ObjectKeyFromObject(u), err))
		}
	}
	return errors.Join(errs...)
}

// Apply applies objects as the platform.
func (c *Case) Apply(objects ...client.Object) {
	c.Helper()
	c.Must(Apply(c.Context(), c.Env.Plane.Client, objects))
}

// ApplyText applies the objects of a text in YAML as the platform.
func (c *Case) ApplyText(text string) []*unstructured.Unstructured {
	c.Helper()
	objects := c.Objects(text)
	c.Must(Apply(c.Context(), c.Env.Plane.Client, objects))
	return objects
}

// ToYAML is objects as the library writes them to a file.
func ToYAML(objects ...runtime.Object) (string, error) {
	var b strings.Builder
	err := manifest.Write(&b, objects...)
	return b.String(), err
}

// ToUnstructured is an object as it is read from that file, so that server-side apply
// owns only the file's fields.
func ToUnstructured(obj client.Object) (*unstructured.Unstructured, error) {
	text, err := ToYAML(obj)
	if err != nil {
		return nil, err
	}
	u := &unstructured.Unstructured{}
	return u, yaml.Unmarshal([]byte(text), u)
}

// Objects reads a text with objects in YAML.
func (c *Case) Objects(text string) []*unstructured.Unstructured {
	c.Helper()
	objects, err := Decode(text)
	c.Must(err)
	return objects
}

// Decode reads a text with objects in YAML, parted by lines of "---".
func Decode(text string) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for _, text := range strings.Split("\n"+text, "\n---\n") {
		u := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), &u.Object); err != nil {
			return nil, fmt.Errorf("%w in\n%s", err, text)
		}
		if len(u.Object) > 0 {
			objects = append(objects, u)
		}
	}
	return objects, nil
}

// Object is an object with only its identity.
func Object(apiVersion, kind, namespace, name string) *unstructured.Unstructured {
	u := &unstructured.Unstructured{}
	u.SetAPIVersion(apiVersion)
	u.SetKind(kind)
	u.SetNamespace(namespace)
	u.SetName(name)
	return u
}

// MergePatch is a JSON merge patch.
func MergePatch(patch string) client.Patch {
	return client.RawPatch("application/merge-patch+json", []byte(patch))
}

// Expand replaces ${key} in a text by the value that follows the key.
func Expand(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "${"+pairs[i]+"}", pairs[i+1])
	}
	return text
}

// Slug is a name for Kubernetes objects, from the name of a case.
func Slug(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name), "-")
}

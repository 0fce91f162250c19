package audit

import (
	"encoding/json"
	"regexp"
	"strings"
	"sync"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/flux"
)

// An object is one of the set, in the form that the rules read.
type object struct {
	ref  Reference
	gk   schema.GroupKind
	file string
	line int
	meta metav1.Object

	// typed is the object as the current version of its kind; nil if the kind is
	// none the audit reads, or the object does not fit it.
	typed runtime.Object

	// raw is the object as it was read; nil if it came as a Go type.
	raw map[string]any

	// served tells whether the API version is one that is served today.
	served bool

	// unknown are the fields that the current version does not have.
	unknown []string

	// broken is why the object does not fit its kind.
	broken error
}

// live tells whether the object comes from a cluster rather than from a file.
func (o *object) live() bool { return o.meta.GetUID() != "" }

func newObject(in Input) *object {
	if in.Object == nil {
		return nil
	}
	accessor, err := meta.Accessor(in.Object)
	if err != nil {
		return nil
	}
	o := &object{file: in.File, line: in.Line, meta: accessor}
	gvk := in.Object.GetObjectKind().GroupVersionKind()
	if gvk.Empty() {
		if known, _, err := scheme().ObjectKinds(in.Object); err == nil {
			gvk = known[0]
		}
	}
	o.gk = gvk.GroupKind()
	apiVersion, kind := gvk.ToAPIVersionAndKind()
	o.ref = Reference{APIVersion: apiVersion, Kind: kind, Namespace: accessor.GetNamespace(), Name: accessor.GetName()}
	if o.gk == kustomizationFile && o.ref.Name == "" {
		o.ref.Name = in.File // such files have no name of their own
	}
	o.served = scheme().Recognizes(gvk)

	u, ok := in.Object.(*unstructured.Unstructured)
	if !ok {
		o.typed = in.Object
		return o
	}
	o.raw = u.Object
	o.decode(gvk)
	return o
}

// decode reads an unstructured object as the current version of its kind. An
// old version that differs too much stays unread: that it is old is finding
// enough.
func (o *object) decode(gvk schema.GroupVersionKind) {
	current, ok := currentVersions()[o.gk]
	if !ok {
		return
	}
	typed, err := scheme().New(current)
	if err != nil {
		return
	}
	err = runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(withoutStatus(o.raw), typed, true)
	if unknown, ok := runtime.AsStrictDecodingError(err); ok {
		for _, e := range unknown.Errors() {
			if match := unknownField.FindStringSubmatch(e.Error()); match != nil {
				o.unknown = append(o.unknown, match[1])
			}
		}
		err = nil
	}
	if err != nil {
		if o.served {
			o.broken = o.misfit(typed, err)
		}
		return
	}
	typed.GetObjectKind().SetGroupVersionKind(gvk)
	o.typed = typed
}

// misfit says which field does not fit, which the converter's error does not.
func (o *object) misfit(typed runtime.Object, err error) error {
	text, encodeErr := json.Marshal(o.raw)
	if encodeErr != nil {
		return err
	}
	if better := json.Unmarshal(text, typed); better != nil {
		return better
	}
	return err
}

var unknownField = regexp.MustCompile(`^unknown field "(.*)"$`)

// withoutStatus is the object less what the controllers write, which is of no
// concern here and may be of another version.
func withoutStatus(raw map[string]any) map[string]any {
	if _, ok := raw["status"]; !ok {
		return raw
	}
	rest := make(map[string]any, len(raw))
	for key, value := range raw {
		if key != "status" {
			rest[key] = value
		}
	}
	return rest
}

// scheme holds the kinds that the audit reads, at the versions served today.
var scheme = sync.OnceValue(func() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		flux.AddToScheme, capsule.AddToScheme,
		corev1.AddToScheme, rbacv1.AddToScheme, appsv1.AddToScheme, admissionv1.AddToScheme,
	} {
		utilruntime.Must(add(s)) // it fails only for two kinds of one name
	}
	return s
})

var currentVersions = sync.OnceValue(func() map[schema.GroupKind]schema.GroupVersionKind {
	current := map[schema.GroupKind]schema.GroupVersionKind{}
	for gvk := range scheme().AllKnownTypes() {
		if gvk.Version != runtime.APIVersionInternal && !strings.HasSuffix(gvk.Kind, "Options") && !strings.HasSuffix(gvk.Kind, "List") {
			current[gvk.GroupKind()] = gvk
		}
	}
	return current
})

func isFlux(gk schema.GroupKind) bool { return strings.HasSuffix(gk.Group, ".toolkit.fluxcd.io") }

const capsuleGroup = "capsule.clastix.io"

func isCapsule(gk schema.GroupKind) bool { return gk.Group == capsuleGroup }

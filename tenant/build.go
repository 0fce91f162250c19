package tenant

import (
	"errors"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// Label is on every object of a bundle, with the name of the tenant. It is
// Flux's convention (`flux create tenant` sets it), and the admission policy of
// this package goes by it.
const Label = "toolkit.fluxcd.io/tenant"

// Build makes every object of the tenant, or returns an error that lists every
// fault of the spec, each with its path in the spec. The same spec gives the
// same objects, and they share nothing with it.
func Build(spec Spec) (*Bundle, error) {
	b := builder{spec: spec.withDefaults()}
	b.faults = b.spec.validate()
	b.home()
	b.owners()
	b.impersonation()
	b.access()
	b.sync()
	if err := b.err(); err != nil {
		return nil, err
	}
	return &b.bundle, nil
}

// builder collects the objects of a spec and the faults that their builders
// find in them.
type builder struct {
	spec   Spec
	bundle Bundle
	faults field.ErrorList
	other  []error
}

// note takes down what the builder of an object found wrong. Its faults lie in
// the object; the moves, pairs of a prefix there and one in the spec, say where
// they come from.
//
// Names and labels go into every object, and an object without moves is made of
// nothing else: where the spec's own validation has found them wrong already,
// once is enough.
func (b *builder) note(err error, moves ...string) {
	known := b.faults
	if derived := len(moves) == 0; derived && len(known) > 0 {
		return
	}
	faults, rest := build.Faults(err)
	if rest != nil {
		b.other = append(b.other, rest)
	}
	for _, fault := range faults {
		if strings.HasPrefix(fault.Field, "metadata.") && len(known) > 0 {
			continue
		}
		moved := *fault
		moved.Field = move(fault.Field, moves)
		if !slices.ContainsFunc(known, func(k *field.Error) bool { return within(moved.Field, k.Field) }) {
			b.faults = append(b.faults, &moved)
		}
	}
}

func move(path string, moves []string) string {
	for i := 0; i < len(moves); i += 2 {
		if tail, ok := strings.CutPrefix(path, moves[i]); ok {
			return strings.TrimPrefix(moves[i+1]+tail, ".")
		}
	}
	return path
}

// within tells whether one path is another or lies below it.
func within(path, other string) bool {
	tail, ok := strings.CutPrefix(path, other)
	return ok && (tail == "" || tail[0] == '.' || tail[0] == '[')
}

func (b *builder) err() error {
	return join(build.Invalid(schema.GroupKind{Kind: "tenant.Spec"}, b.spec.Name, b.faults), b.other...)
}

// join is errors.Join that leaves a single error as it is.
func join(err error, more ...error) error {
	if len(more) == 0 {
		return err
	}
	return errors.Join(append(more, err)...)
}

// meta is the metadata of an object of the bundle, with maps of its own.
func (b *builder) meta(namespace, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Namespace:   namespace,
		Name:        name,
		Labels:      b.labels(),
		Annotations: merge(b.spec.Annotations),
	}
}

func (b *builder) labels() map[string]string {
	return merge(b.spec.Labels, map[string]string{Label: b.spec.Name})
}

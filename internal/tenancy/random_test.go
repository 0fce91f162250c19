package tenancy_test

import (
	"math/rand/v2"
	"reflect"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// texts are values for strings of random objects: for each rule, values that break it
// and values that nearly do.
var texts = []string{
	"", "x", "red", "red-app", "blue", "flux-system", "kube-public", "capsule-system", "infra",
	"generic", "github", "aws", "azure", "newcloud", "slack", "googlepubsub", "azuredevops", "sops",
	"https://git.example.com/x", "http://git.example.com/x", "HTTP://git.example.com/x", "http://gitea.red-app.svc:3000/x", "http://localhost/x",
	"http://a.svc@git.example.com/", "http://git.example.com?a.svc/", "oci://ghcr.io/org/x", "s3.example.com",
	"https://source-controller.flux-system.svc.cluster.local./x", "source-controller:80", "https://source-controller", "http://a@SOURCE-controller.flux-system/",
	"https://flux-system.example.com", "ssh://git@git.example.com/x", "http://localhost:9090/", "localhost:80",
}

var durations = []time.Duration{0, time.Second, 29 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 5*time.Minute + time.Millisecond,
	5*time.Minute + 30*time.Second, 5*time.Minute + 31*time.Second, 24 * time.Hour}

// A random makes random objects.
type random struct{ *rand.Rand }

// object makes an object of a kind, with up to six fields of its spec or data.
func (r random) object(scheme *runtime.Scheme, gvk schema.GroupVersionKind) (client.Object, error) {
	made, err := scheme.New(gvk)
	if err != nil {
		return nil, err
	}
	obj := made.(client.Object)
	obj.GetObjectKind().SetGroupVersionKind(gvk)
	obj.SetNamespace("red")
	obj.SetName("random")
	value := reflect.ValueOf(obj).Elem()
	for _, name := range []string{"Spec", "Data", "StringData"} {
		content := value.FieldByName(name)
		for range r.IntN(7) {
			if content.IsValid() {
				r.change(content)
			}
		}
	}
	if spec := value.FieldByName("Spec"); spec.IsValid() && r.IntN(3) > 0 {
		r.makeSound(spec)
	}
	obj.SetAnnotations(r.optOut())
	obj.SetLabels(r.optOut())
	if r.IntN(8) == 0 {
		obj.SetLabels(map[string]string{"toolkit.fluxcd.io/tenant": "red"})
	}
	return obj, nil
}

// makeSound sets the fields that nearly every object of a tenant sets, so that most
// objects break few rules.
func (r random) makeSound(spec reflect.Value) {
	if account := spec.FieldByName("ServiceAccountName"); account.IsValid() {
		account.SetString("gitops-reconciler")
	}
	if interval := spec.FieldByName("Interval"); interval.IsValid() && interval.Type() == reflect.TypeFor[metav1.Duration]() {
		interval.Set(reflect.ValueOf(metav1.Duration{Duration: time.Minute}))
	}
}

func (r random) optOut() map[string]string {
	switch r.IntN(12) {
	case 0:
		return map[string]string{"kustomize.toolkit.fluxcd.io/" + r.pick("reconcile", "prune", "ssa", "force", "substitute"): "disabled"}
	case 1:
		return map[string]string{}
	}
	return nil
}

func (r random) pick(from ...string) string { return from[r.IntN(len(from))] }

// change changes one thing in v.
func (r random) change(v reflect.Value) {
	if d, ok := v.Addr().Interface().(*metav1.Duration); ok {
		d.Duration = durations[r.IntN(len(durations))]
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		r.change(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return // JSON
		}
		v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
		r.change(v.Index(v.Len() - 1))
	case reflect.Map:
		r.changeMap(v)
	case reflect.Struct:
		if field := v.Field(r.IntN(v.NumField())); field.CanSet() {
			r.change(field)
		}
	case reflect.String:
		v.SetString(r.pick(texts...))
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 1)
	}
}

// changeMap sets an entry that some rule reads.
func (r random) changeMap(v reflect.Value) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	key := r.pick("provider", "address", "cluster", "serviceAccountName", "sops.gcp-kms", "sops.agekey", "toolkit.fluxcd.io/tenant")
	switch v.Type().Elem().Kind() {
	case reflect.String:
		v.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf(r.pick(texts...)))
	case reflect.Slice:
		v.SetMapIndex(reflect.ValueOf(key), reflect.ValueOf([]byte(r.pick(texts...))))
	}
}

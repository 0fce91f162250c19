package expressions_test

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/expressions"
)

func TestValidate(t *testing.T) {
	for _, test := range []struct {
		name string
		obj  runtime.Object
		spec string
		want []string
	}{
		{name: "none of either", obj: &kustomizev1.Kustomization{}, spec: "{}"},
		{name: "another kind", obj: &sourcev1.GitRepository{}, spec: "{url: status.}"},
		{
			name: "health of a Kustomization", obj: &kustomizev1.Kustomization{},
			spec: `{healthCheckExprs: [{apiVersion: a/v1, kind: A, current: "status.x ==", inProgress: "a b", failed: "("}]}`,
			want: []string{
				"spec.healthCheckExprs[0].current: must be a CEL expression: 1:12: Syntax error",
				"spec.healthCheckExprs[0].inProgress: must be a CEL expression: 1:3: Syntax error",
				"spec.healthCheckExprs[0].failed: must be a CEL expression: 1:2: Syntax error",
			},
		},
		{
			name: "health by any field and without a type", obj: &kustomizev1.Kustomization{},
			spec: `{healthCheckExprs: [{apiVersion: a/v1, current: "data.ready", failed: "nosuch(data)"}]}`,
		},
		{
			name: "health of a HelmRelease", obj: &helmv2.HelmRelease{},
			spec: `{healthCheckExprs: [{apiVersion: a/v1, kind: A, current: "true"}, {apiVersion: b/v1, kind: B, current: "status.conditions.filter(e, e.type =="}]}`,
			want: []string{"spec.healthCheckExprs[1].current: must be a CEL expression: 1:38: Syntax error"},
		},
		{
			name: "a regular expression that is constant", obj: &kustomizev1.Kustomization{},
			spec: `{healthCheckExprs: [{apiVersion: a/v1, kind: A, current: "status.x.matches('(')"}]}`,
			want: []string{"spec.healthCheckExprs[0].current: must be a CEL expression: error parsing regexp"},
		},
		{
			name: "readiness of a Kustomization", obj: &kustomizev1.Kustomization{},
			spec: `{dependsOn: [{name: a, readyExpr: self.status.}, {name: b, readyExpr: dep.status.ready}, {name: c, readyExpr: other.a == 1}, {name: d, readyExpr: '"true"'}]}`,
			want: []string{
				"spec.dependsOn[0].readyExpr: must be a CEL expression: 1:13: Syntax error",
				"spec.dependsOn[1].readyExpr: must have a result of type bool, has dyn: compare it, or write bool(...)",
				"spec.dependsOn[2].readyExpr: must be a CEL expression: 1:1: undeclared reference to 'other'",
				"spec.dependsOn[3].readyExpr: must have a result of type bool, has string: compare it, or write bool(...)",
			},
		},
		{
			name: "readiness by both objects", obj: &kustomizev1.Kustomization{},
			spec: `{dependsOn: [{name: a, readyExpr: "dep.metadata.labels['v'] == self.metadata.labels['v'] && bool(dep.status.ready)"}]}`,
		},
		{
			name: "readiness of a HelmRelease", obj: &helmv2.HelmRelease{},
			spec: `{dependsOn: [{name: a, readyExpr: "1 +"}]}`,
			want: []string{"spec.dependsOn[0].readyExpr: must be a CEL expression: 1:4: Syntax error"},
		},
		{
			name: "functions of the controllers", obj: &kustomizev1.Kustomization{},
			spec: `{dependsOn: [{name: a, readyExpr: "base64.encode(b'a') == 'YQ=='"}, {name: b, readyExpr: "sets.contains([1], [1])"}, {name: c, readyExpr: "optional.of(1).hasValue()"},
  {name: d, readyExpr: "1 < 2.5"}, {name: e, readyExpr: "'A'.lowerAscii() == 'a'"}, {name: f, readyExpr: "[1, 'a'].size() == 2"}]}`,
			want: []string{"spec.dependsOn[5].readyExpr: must be a CEL expression: 1:5: expected type 'int' but found 'string'"},
		},
		{
			name: "commit status", obj: &notificationv1beta3.Provider{}, spec: `{type: github, commitStatusExpr: "event.reason == 'x'"}`,
			want: []string{"spec.commitStatusExpr: must have a result of type string, has bool: compare it, or write string(...)"},
		},
		{
			name: "commit status of all three", obj: &notificationv1beta3.Provider{},
			spec: `{type: github, commitStatusExpr: "event.involvedObject.name + '/' + provider.metadata.name + alert.metadata.name + string(event.x)"}`,
		},
		{
			name: "commit status that is a string", obj: &notificationv1beta3.Provider{},
			spec: `{type: github, commitStatusExpr: "(event.involvedObject.kind + '/' + event.involvedObject.name).lowerAscii()"}`,
		},
		{
			name: "filters", obj: &notificationv1.Receiver{}, spec: `{type: github, resourceFilter: "req.", resources: [{kind: A, name: a, filter: "res.metadata.name"}, {kind: A, name: b, filter: "claims.sub == 'a'"}]}`,
			want: []string{
				"spec.resourceFilter: must be a CEL expression: 1:5: Syntax error",
				"spec.resources[0].filter: must have a result of type bool, has dyn: compare it, or write bool(...)",
				"spec.resources[1].filter: must be a CEL expression: 1:1: undeclared reference to 'claims'",
			},
		},
		{
			name: "filters with claims", obj: &notificationv1.Receiver{},
			spec: `{type: generic-oidc, resourceFilter: "req.a == res.metadata.name", resources: [{kind: A, name: a, filter: "claims.sub == 'a'"}]}`,
		},
		{
			name: "claims", obj: &notificationv1.Receiver{},
			spec: `{type: generic-oidc, oidcProviders: [{variables: [{name: a, expression: claims.}, {name: b, expression: claims.sub}, {name: c, expression: req.a}], validations: [{expression: vars.a, message: m}, {expression: "vars.a == 1", message: m}, {expression: "req.a == 1", message: m}]}]}`,
			want: []string{
				"spec.oidcProviders[0].variables[0].expression: must be a CEL expression: 1:8: Syntax error",
				"spec.oidcProviders[0].variables[2].expression: must be a CEL expression: 1:1: undeclared reference to 'req'",
				"spec.oidcProviders[0].validations[0].expression: must have a result of type bool, has dyn: compare it, or write bool(...)",
				"spec.oidcProviders[0].validations[2].expression: must be a CEL expression: 1:1: undeclared reference to 'req'",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := yaml.UnmarshalStrict([]byte("spec: "+test.spec), test.obj); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, err := range expressions.Validate(field.NewPath("spec"), test.obj) {
				got = append(got, short(err, test.want, len(got)))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// short is an error cut to the expected length: the rest of a syntax error is the
// parser's text.
func short(err *field.Error, want []string, i int) string {
	got := err.Field + ": " + err.Detail
	if i < len(want) && strings.HasPrefix(got, want[i]) {
		return want[i]
	}
	return got
}

// Each field of a Flux kind that holds an expression by its name is among those
// that are checked, so that one that upstream adds shows here.
func TestFields(t *testing.T) {
	var got []string
	for _, obj := range []runtime.Object{
		&sourcev1.GitRepository{}, &sourcev1.OCIRepository{}, &sourcev1.Bucket{}, &sourcev1.HelmRepository{}, &sourcev1.HelmChart{},
		&sourcev1.ExternalArtifact{}, &kustomizev1.Kustomization{}, &helmv2.HelmRelease{}, &notificationv1beta3.Provider{},
		&notificationv1beta3.Alert{}, &notificationv1.Receiver{}, &reflectorv1.ImageRepository{}, &reflectorv1.ImagePolicy{},
		&automationv1.ImageUpdateAutomation{},
	} {
		spec, _ := reflect.TypeOf(obj).Elem().FieldByName("Spec")
		got = append(got, named(spec.Type, reflect.TypeOf(obj).Elem().Name())...)
	}
	want := []string{
		"OCIRepository.ref.semverFilter", // a regular expression
		"Kustomization.dependsOn.readyExpr",
		"Kustomization.healthCheckExprs.current", "Kustomization.healthCheckExprs.inProgress", "Kustomization.healthCheckExprs.failed",
		"HelmRelease.dependsOn.readyExpr",
		"HelmRelease.healthCheckExprs.current", "HelmRelease.healthCheckExprs.inProgress", "HelmRelease.healthCheckExprs.failed",
		"Provider.commitStatusExpr",
		"Receiver.resources.filter", "Receiver.resourceFilter",
		"Receiver.oidcProviders.variables.expression", "Receiver.oidcProviders.validations.expression",
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

var expressionName = regexp.MustCompile(`Expr$|[fF]ilter$|[eE]xpression$|^(current|inProgress|failed)$`)

func named(typ reflect.Type, path string) []string {
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice {
		typ = typ.Elem()
	}
	if typ.Kind() != reflect.Struct {
		return nil
	}
	var paths []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "" && f.Anonymous:
			paths = append(paths, named(f.Type, path)...)
		case f.Type.Kind() == reflect.String && expressionName.MatchString(name):
			paths = append(paths, path+"."+name)
		default:
			paths = append(paths, named(f.Type, path+"."+name)...)
		}
	}
	return paths
}

package schema_test

import (
	"os"
	"strings"
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	runtimeschema "k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/schema"
)

// The API server evaluates no CEL rule on an object whose shape is wrong.
const unchecked = `<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation`

// The wanted texts are the API server's own.
func TestValidate(t *testing.T) {
	for _, test := range []struct {
		name   string
		object string
		want   []string
	}{
		// What the API server does to any object.
		{
			name: "unknown fields",
			object: `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: team, namespace: team, label: {a: b}}
spec: {url: https://example.com/team.git, interval: 5m, branch: main, ref: {brunch: main}}
data: {}`,
			want: []string{
				`data: Forbidden: unknown field "data"`,
				`metadata.label: Forbidden: unknown field "metadata.label"`,
				`spec.branch: Forbidden: unknown field "spec.branch"`,
				`spec.ref.brunch: Forbidden: unknown field "spec.ref.brunch"`,
			},
		},
		{
			name: "null for a list is dropped, as a Go client sends it",
			object: `
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: team, creationTimestamp: null}
spec: {owners: null}`,
		},
		{
			name: "null for a required field is dropped, so the field is missing",
			object: `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: team, namespace: team}
spec: {url: null, interval: 5m}`,
			want: []string{
				unchecked,
				`spec.url: Required value`,
			},
		},
		{
			name: "status is ignored",
			object: `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: team, namespace: team}
spec: {url: https://example.com/team.git, interval: 5m}
status: {observedGeneration: none}`,
		},
		{
			name: "a namespaced object without namespace and with a bad name",
			object: `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: Team_A}
spec: {url: https://example.com/team.git, interval: 5m}`,
			want: []string{
				unchecked,
				`metadata.name: Invalid value: "Team_A": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
				`metadata.namespace: Required value`,
			},
		},
		{
			name: "a cluster-scoped object with a namespace",
			object: `
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: team, namespace: team}`,
			want: []string{`metadata.namespace: Forbidden: not allowed on this type`},
		},
		{
			name: "a kind that nobody serves",
			object: `
apiVersion: v1
kind: Namespace
metadata: {name: team}`,
			want: []string{`kind: Invalid value: "/v1, Kind=Namespace": no such kind is served`},
		},
		{
			name: "a version that is not the stored one",
			object: `
apiVersion: capsule.clastix.io/v1beta1
kind: Tenant
metadata: {name: team}`,
			want: []string{`kind: Invalid value: "capsule.clastix.io/v1beta1, Kind=Tenant": no such kind is served`},
		},

		// source.toolkit.fluxcd.io
		{
			name: "GitRepository: patterns",
			object: `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: team, namespace: team}
spec: {url: "ftp://example.com/team.git", interval: 5 minutes, timeout: 1h0m0s}`,
			want: []string{
				`spec.interval: Invalid value: "5 minutes": spec.interval in body should match '^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$'`,
				`spec.timeout: Invalid value: "1h0m0s": spec.timeout in body should match '^([0-9]+(\.[0-9]+)?(ms|s|m))+$'`,
				`spec.url: Invalid value: "ftp://example.com/team.git": spec.url in body should match '^(http|https|ssh)://.*$'`,
			},
		},
		{
			name: "GitRepository: account without a cloud provider",
			object: `
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: team, namespace: team}
spec: {url: "https://example.com/team.git", interval: 5m, serviceAccountName: puller}`,
			want: []string{`spec: Invalid value: serviceAccountName can only be set when provider is 'azure' or 'aws'`},
		},
		{
			name: "Bucket: sts of another provider",
			object: `
apiVersion: source.toolkit.fluxcd.io/v1
kind: Bucket
metadata: {name: team, namespace: team}
spec: {bucketName: team, endpoint: minio.example.com, interval: 5m, sts: {provider: aws, endpoint: https://sts.example.com}}`,
			want: []string{`spec: Invalid value: 'ldap' is the only supported STS provider for the 'generic' Bucket provider`},
		},

		// kustomize.toolkit.fluxcd.io
		{
			name: "Kustomization: two kubeConfigs",
			object: `
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: team, namespace: team}
spec:
  interval: 5m
  prune: true
  sourceRef: {kind: GitRepository, name: team}
  kubeConfig: {configMapRef: {name: a}, secretRef: {name: b}}`,
			want: []string{`spec.kubeConfig: Invalid value: exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified`},
		},

		// helm.toolkit.fluxcd.io
		{
			name: "HelmRelease: chart and chartRef",
			object: `
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: team, namespace: team}
spec:
  interval: 5m
  chartRef: {kind: OCIRepository, name: team}
  chart: {spec: {chart: team, sourceRef: {kind: HelmRepository, name: team}}}`,
			want: []string{`spec: Invalid value: either chart or chartRef must be set`},
		},

		// notification.toolkit.fluxcd.io
		{
			name: "Provider: commit status of a type without commits",
			object: `
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Provider
metadata: {name: team, namespace: team}
spec: {type: slack, commitStatusExpr: "'team'"}`,
			want: []string{`spec: Invalid value: spec.commitStatusExpr is only supported for the 'github', 'gitlab', 'gitea', 'bitbucketserver', 'bitbucket', 'azuredevops' provider types`},
		},
		{
			name: "Receiver: list map with a key twice",
			object: `
apiVersion: notification.toolkit.fluxcd.io/v1
kind: Receiver
metadata: {name: team, namespace: team}
spec:
  type: generic-oidc
  resources: [{kind: GitRepository, name: team}]
  oidcProviders:
  - {issuerURL: "https://issuer.example.com", audience: a, validations: [{expression: "false", message: never}]}
  - {issuerURL: "https://issuer.example.com", audience: b, validations: [{expression: "false", message: never}]}`,
			want: []string{`spec.oidcProviders[1]: Duplicate value: {"issuerURL":"https://issuer.example.com"}`},
		},

		// image.toolkit.fluxcd.io
		{
			name: "ImagePolicy: interval without reflection",
			object: `
apiVersion: image.toolkit.fluxcd.io/v1
kind: ImagePolicy
metadata: {name: team, namespace: team}
spec: {imageRepositoryRef: {name: team}, interval: 5m, policy: {semver: {range: 1.x}}}`,
			want: []string{`spec: Invalid value: spec.interval is only accepted when spec.digestReflectionPolicy is set to 'Always'`},
		},

		// capsule.clastix.io
		{
			name: "Tenant: quota 0",
			object: `
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: team}
spec: {namespaceOptions: {quota: 0}}`,
			want: []string{`spec.namespaceOptions.quota: Invalid value: 0: spec.namespaceOptions.quota in body should be greater than or equal to 1`},
		},
		{
			name: "TenantOwner: kind",
			object: `
apiVersion: capsule.clastix.io/v1beta2
kind: TenantOwner
metadata: {name: team}
spec: {kind: Robot, name: team}`,
			want: []string{
				unchecked,
				`spec.kind: Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount"`,
			},
		},
		{
			name: "CustomQuota: count with a path",
			object: `
apiVersion: capsule.clastix.io/v1beta2
kind: CustomQuota
metadata: {name: team, namespace: team}
spec:
  limit: 5
  options: {}
  sources: [{apiVersion: v1, kind: Pod, op: count, path: .spec}]`,
			want: []string{`spec.sources[0]: Invalid value: path and cel must be empty when op is 'count'; otherwise exactly one of path or cel must be set and non-empty`},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var u unstructured.Unstructured
			if err := yaml.Unmarshal([]byte(test.object), &u.Object); err != nil {
				t.Fatal(err)
			}
			before := u.DeepCopy()
			var got []string
			for _, err := range schema.Validate(&u) {
				got = append(got, err.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("errors differ (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, &u); diff != "" {
				t.Errorf("Validate changed the object (-before +after):\n%s", diff)
			}
		})
	}
}

// An object of every kind passes, and does not with a field more.
func TestValidateEveryKind(t *testing.T) {
	data, err := os.ReadFile("testdata/valid.yaml")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[runtimeschema.GroupVersionKind]bool{}
	for _, gvk := range schema.Kinds(schema.Target{}) {
		missing[gvk] = true
	}
	for doc := range strings.SplitSeq(string(data), "\n---\n") {
		var u unstructured.Unstructured
		if err := yaml.UnmarshalStrict([]byte(doc), &u.Object); err != nil {
			t.Fatal(err)
		}
		gvk := u.GroupVersionKind()
		delete(missing, gvk)
		if errs := schema.Validate(&u); len(errs) > 0 {
			t.Errorf("%s: %v", gvk, errs.ToAggregate())
		}
		if err := unstructured.SetNestedField(u.Object, "x", "spec", "unheardOf"); err != nil {
			t.Fatal(err)
		}
		want := `spec.unheardOf: Forbidden: unknown field "spec.unheardOf"`
		if errs := schema.Validate(&u); len(errs) != 1 || errs[0].Error() != want {
			t.Errorf("%s with an unknown field: got %v, want %s", gvk, errs, want)
		}
	}
	for gvk := range missing {
		t.Errorf("testdata/valid.yaml has no %s", gvk)
	}
}

func TestValidateNil(t *testing.T) {
	var none *sourcev1.GitRepository
	for name, obj := range map[string]runtime.Object{"nothing": nil, "a nil pointer": none} {
		if errs := schema.Validate(obj); len(errs) != 1 || errs[0].Type != field.ErrorTypeRequired {
			t.Errorf("%s: %v", name, errs)
		}
	}
}

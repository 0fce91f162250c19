package capsule_test

import (
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var tenant = buildtest.Kind[*capsulev1beta2.Tenant]{
	Build: func(tenant *capsulev1beta2.Tenant) (*capsulev1beta2.Tenant, error) {
		return capsule.Tenant(tenant.ObjectMeta, tenant.Spec)
	},
	Validate: validated[*capsulev1beta2.Tenant],
	Scheme:   capsule.AddToScheme,
	Valid:    &capsulev1beta2.Tenant{ObjectMeta: metav1.ObjectMeta{Name: "dev-team"}},
	Default: func(tenant *capsulev1beta2.Tenant) {
		if tenant.Spec.Data.Raw == nil {
			tenant.Spec.Data.Raw = []byte("{}")
		}
		if classes := tenant.Spec.RuntimeClasses; classes != nil && len(classes.MatchLabels)+len(classes.MatchExpressions) == 0 {
			classes.LabelSelector = noClass
		}
		if classes := tenant.Spec.DeviceClasses; classes != nil && len(classes.MatchLabels)+len(classes.MatchExpressions) == 0 {
			classes.LabelSelector = noClass
		}
	},
	Accepts: append([]string{
		`metadata: {labels: {team: dev}, annotations: {team: dev}}`,
		`spec: {permissions: {matchOwners: [{matchLabels: {team: dev}}]}}`,
		`spec: {permissions: {allowOwnerPromotion: true}}`,
		`spec: {namespaceOptions: {quota: 5, managedMetadataOnly: true}}`,
		`{metadata: {name: abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0}, spec: {forceTenantPrefix: false}}`,
		`{metadata: {name: abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxy}, spec: {forceTenantPrefix: true}}`,
		`spec: {cordoned: true, preventDeletion: true}`,
		`spec: {nodeSelector: {pool: dev}}`,
		`spec: {data: {contacts: [alice], cost-center: 4711}}`,
		`spec: {additionalRoleBindings: [{clusterRoleName: view, subjects: ` + auditors + `, labels: {a: b}, annotations: {c: d}}]}`,
		`spec: {additionalRoleBindings: [{clusterRoleName: view, subjects: [{kind: ServiceAccount, name: runner, namespace: ci}, {kind: Group, name: "system:serviceaccounts:ci"}, {kind: User, name: alice}]}]}`,
		`spec: {storageClasses: {allowed: [ssd], allowedRegex: ^ssd-, default: ssd, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}`,
		`spec: {ingressOptions: {allowedClasses: {allowed: [nginx], allowedRegex: ^nginx-, default: nginx, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}}`,
		`spec: {gatewayOptions: {allowedClasses: {allowed: [envoy], allowedRegex: ^envoy-, default: envoy, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}}`,
		`spec: {priorityClasses: {allowed: [low], allowedRegex: ^low-, default: low, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}`,
		`spec: {runtimeClasses: {allowed: [gvisor], allowedRegex: ^gvisor-, default: gvisor, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}`,
		`spec: {runtimeClasses: {allowed: [gvisor]}}`,
		`spec: {deviceClasses: {allowed: [gpu], allowedRegex: ^gpu-, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}`,
		`spec: {deviceClasses: {allowed: [gpu]}}`,
		`spec: {ingressOptions: {allowedHostnames: {allowed: [dev.example.com, "*.dev.example.com"]}, hostnameCollisionScope: Cluster, allowWildcardHostnames: true}}`,
	}, append(rulesAccepted, deprecatedAccepted...)...),
	Refuses: append(tenantRefuses, append(rulesRefused, deprecatedRefused...)...),
}

const auditors = `[{apiGroup: rbac.authorization.k8s.io, kind: Group, name: auditors}]`

var noClass = metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
	{Key: "kubernetes.io/metadata.name", Operator: "Exists"}, {Key: "kubernetes.io/metadata.name", Operator: "DoesNotExist"},
}}

var tenantRefuses = []buildtest.Refuses{
	{
		Name:   "no name",
		Change: `metadata: {name: ""}`,
		Faults: []string{"metadata.name: Required value: name or generateName is required"},
	},
	{
		Name:     "a name that is no label",
		Change:   `metadata: {name: dev.team}`,
		Faults:   []string{`metadata.name: Invalid value: "dev.team": must not contain dots`},
		Stricter: "it becomes the value of a label and the prefix of namespaces; the webhook's own pattern is not anchored",
	},
	{
		Name:     "a name of 64 characters",
		Change:   `metadata: {name: abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01}`,
		Faults:   []string{`metadata.name: Invalid value: "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01": must be no more than 63 characters`},
		Stricter: "it becomes the value of a label",
	},
	{
		Name:     "a name that leaves no room for namespaces",
		Change:   `{metadata: {name: abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz}, spec: {forceTenantPrefix: true}}`,
		Faults:   []string{`metadata.name: Invalid value: "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz": must be no more than 61 characters: with forceTenantPrefix it leaves no room for the name of a namespace`},
		Stricter: "no namespace can be created",
	},
	{
		Name:   "labels and annotations",
		Change: `metadata: {labels: {team: a b}, annotations: {a/b/c: ""}}`,
		Faults: []string{
			`metadata.labels: Invalid value: "a b": ` + notLabelValue,
			`metadata.annotations: Invalid value: "a/b/c": ` + notQualifiedName,
		},
	},
	{
		Name:   "owners by an empty selector",
		Change: `spec: {permissions: {matchOwners: [{}, null]}}`,
		Faults: []string{
			"spec.permissions.matchOwners[0]: Required value: an empty selector makes an owner of every TenantOwner in the cluster",
			"spec.permissions.matchOwners[1]: Required value: an empty selector makes an owner of every TenantOwner in the cluster",
		},
	},
	{
		Name:   "no namespaces",
		Change: `spec: {namespaceOptions: {quota: 0}}`,
		Faults: []string{"spec.namespaceOptions.quota: Invalid value: 0: must be greater than or equal to 1"},
	},
	{
		Name:     "a node selector's key",
		Change:   `spec: {nodeSelector: {a/b/c: ""}}`,
		Faults:   []string{`spec.nodeSelector: Invalid value: "a/b/c": ` + notQualifiedName},
		Stricter: failsLater,
	},
	{
		Name:     "cluster-admin",
		Change:   `spec: {additionalRoleBindings: [{clusterRoleName: cluster-admin, subjects: ` + auditors + `}]}`,
		Faults:   []string{"spec.additionalRoleBindings[0].clusterRoleName: " + notClusterAdmin},
		Stricter: widens,
	},
	{
		Name:   "a binding of nothing to nobody",
		Change: `spec: {additionalRoleBindings: [{}]}`,
		Faults: []string{
			"spec.additionalRoleBindings[0].clusterRoleName: Required value",
			"spec.additionalRoleBindings[0].subjects: Required value",
		},
	},
	{
		Name: "subjects and their metadata",
		Change: `
spec:
  additionalRoleBindings:
  - clusterRoleName: view
    subjects:
    - {kind: Robot, name: r2d2}
    - {kind: User}
    - {kind: ServiceAccount, name: "system:serviceaccount:ci:runner", namespace: ci}
    - {kind: ServiceAccount, name: runner}
    - {kind: Group, name: auditors, apiGroup: v1}
    - {kind: ServiceAccount, name: runner, namespace: ci, apiGroup: rbac.authorization.k8s.io}
    labels: {a: b c}`,
		Faults: []string{
			`spec.additionalRoleBindings[0].subjects[0].kind: Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount"`,
			"spec.additionalRoleBindings[0].subjects[1].name: Required value",
			`spec.additionalRoleBindings[0].subjects[2].name: Invalid value: "system:serviceaccount:ci:runner": must be the account's bare name, with its namespace beside it`,
			"spec.additionalRoleBindings[0].subjects[3].namespace: Required value",
			`spec.additionalRoleBindings[0].subjects[4].apiGroup: Unsupported value: "v1": supported values: "rbac.authorization.k8s.io"`,
			`spec.additionalRoleBindings[0].subjects[5].apiGroup: Unsupported value: "rbac.authorization.k8s.io": supported values: ""`,
			`spec.additionalRoleBindings[0].labels: Invalid value: "b c": ` + notLabelValue,
		},
		Stricter: failsLater,
	},
	{
		Name: "everybody as a subject",
		Change: `
spec:
  additionalRoleBindings:
  - clusterRoleName: view
    subjects:
    - {kind: Group, name: "system:authenticated"}
    - {kind: Group, name: "system:serviceaccounts"}
    - {kind: Group, name: "system:unauthenticated"}
    - {kind: User, name: "system:anonymous"}`,
		Faults: []string{
			"spec.additionalRoleBindings[0].subjects[0].name: Forbidden: system:authenticated" + notEverybody,
			"spec.additionalRoleBindings[0].subjects[1].name: Forbidden: system:serviceaccounts" + notEverybody,
			"spec.additionalRoleBindings[0].subjects[2].name: Forbidden: system:unauthenticated" + notEverybody,
			"spec.additionalRoleBindings[0].subjects[3].name: Forbidden: system:anonymous" + notEverybody,
		},
		Stricter: widens,
	},
	{
		Name:   "classes",
		Change: `spec: {storageClasses: {allowed: [SSD], default: S S D}, priorityClasses: {matchExpressions: [{key: speed, operator: Like}]}}`,
		Faults: []string{
			`spec.storageClasses.allowed[0]: Invalid value: "SSD": ` + notSubdomain,
			`spec.storageClasses.default: Invalid value: "S S D": ` + notSubdomain,
			`spec.priorityClasses.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator`,
		},
		Stricter: failsLater,
	},
	{
		Name:   "host names",
		Change: `spec: {ingressOptions: {allowedHostnames: {allowed: ["", Dev.example.com, "*.*.com"]}, hostnameCollisionScope: Galaxy}}`,
		Faults: []string{
			`spec.ingressOptions.hostnameCollisionScope: Unsupported value: "Galaxy": supported values: "Cluster", "Tenant", "Namespace", "Disabled"`,
			"spec.ingressOptions.allowedHostnames.allowed[0]: Required value",
			`spec.ingressOptions.allowedHostnames.allowed[1]: Invalid value: "Dev.example.com": ` + notSubdomain,
			`spec.ingressOptions.allowedHostnames.allowed[2]: Invalid value: "*.*.com": a wildcard DNS-1123 subdomain must start with...`,
		},
	},
}

func TestTenant(t *testing.T) { tenant.Test(t) }

func TestData(t *testing.T) {
	data, err := capsule.Data(map[string]any{"cost-center": 4711, "contacts": []string{"alice"}})
	if err != nil {
		t.Fatal(err)
	}
	built, err := capsule.Tenant(metav1.ObjectMeta{Name: "dev-team"}, capsulev1beta2.TenantSpec{Data: data})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(built.Spec.Data.Raw), `{"contacts":["alice"],"cost-center":4711}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := capsule.Data(map[string]any{"f": func() {}}); err == nil {
		t.Error("a function is not JSON: no error")
	}
}

func TestClasses(t *testing.T) {
	built, err := capsule.Tenant(metav1.ObjectMeta{Name: "dev-team"}, capsulev1beta2.TenantSpec{
		StorageClasses: capsule.Classes("ssd", "hdd"), PriorityClasses: capsule.Classes(),
	})
	if err != nil {
		t.Fatal(err)
	}
	if classes := built.Spec.StorageClasses; !classes.Match("ssd") || !classes.Match("hdd") || classes.Match("nfs") {
		t.Error("ssd and hdd alone should match the StorageClasses")
	}
	if built.Spec.PriorityClasses.Match("low") {
		t.Error("no PriorityClass should match")
	}
}

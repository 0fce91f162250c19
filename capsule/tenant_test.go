package capsule_test

import (
	"testing"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type tenantOption = capsule.TenantOption

var (
	fast = metav1.LabelSelector{
		MatchLabels:      map[string]string{"speed": "fast"},
		MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "zone", Operator: "Exists"}},
	}
	auditors = []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "Group", Name: "auditors"}}
	fourCPUs = corev1.ResourceList{corev1.ResourceRequestsCPU: resource.MustParse("4")}
)

var tenant = buildtest.Kind[*capsulev1beta2.Tenant, tenantOption]{
	Build: func(opts ...tenantOption) (*capsulev1beta2.Tenant, error) {
		return capsule.Tenant("dev-team", opts...)
	},
	Func:    tenantFunc,
	NilFunc: capsule.TenantFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: append([]buildtest.Sets[tenantOption]{
		{Option: capsule.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
		{Option: capsule.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
		{Option: capsule.MatchOwners{"team": "dev"}, YAML: `spec: {permissions: {matchOwners: [{matchLabels: {team: dev}}]}}`},
		{Option: capsule.NamespaceQuota(5), YAML: `spec: {namespaceOptions: {quota: 5}}`},
		{Option: capsule.ManagedMetadataOnly(true), YAML: `spec: {namespaceOptions: {managedMetadataOnly: true}}`},
		{Option: capsule.ForceTenantPrefix(false), YAML: `spec: {forceTenantPrefix: false}`},
		{Option: capsule.Cordoned(true), YAML: `spec: {cordoned: true}`},
		{Option: capsule.PreventDeletion(true), YAML: `spec: {preventDeletion: true}`},
		{Option: capsule.NodeSelector{"pool": "dev"}, YAML: `spec: {nodeSelector: {pool: dev}}`},
		{Option: capsule.Data{"cost-center": 4711, "contacts": []string{"alice"}}, YAML: `spec: {data: {contacts: [alice], cost-center: 4711}}`},
		{
			Option: capsule.AdditionalRoleBinding{ClusterRoleName: "view", Subjects: auditors, Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"}},
			YAML:   `spec: {additionalRoleBindings: [{clusterRoleName: view, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: auditors}], labels: {a: b}, annotations: {c: d}}]}`,
		},
		{
			Option: capsule.ClusterAdminBinding(auditors),
			YAML:   `spec: {additionalRoleBindings: [{clusterRoleName: cluster-admin, subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: auditors}]}]}`,
		},
		{
			Option: capsule.StorageClasses{Names: []string{"ssd"}, Selector: fast, Default: "ssd", Regexp: "^ssd-"},
			YAML:   `spec: {storageClasses: {allowed: [ssd], allowedRegex: ^ssd-, default: ssd, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}`,
		},
		{
			Option: capsule.IngressClasses{Names: []string{"nginx"}, Selector: fast, Default: "nginx", Regexp: "^nginx-"},
			YAML:   `spec: {ingressOptions: {allowedClasses: {allowed: [nginx], allowedRegex: ^nginx-, default: nginx, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}}`,
		},
		{
			Option: capsule.GatewayClasses{Names: []string{"envoy"}, Selector: fast, Default: "envoy", Regexp: "^envoy-"},
			YAML:   `spec: {gatewayOptions: {allowedClasses: {allowed: [envoy], allowedRegex: ^envoy-, default: envoy, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}}`,
		},
		{
			Option: capsule.PriorityClasses{Names: []string{"low"}, Selector: fast, Default: "low", Regexp: "^low-"},
			YAML:   `spec: {priorityClasses: {allowed: [low], allowedRegex: ^low-, default: low, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}`,
		},
		{
			Option: capsule.RuntimeClasses{Names: []string{"gvisor"}, Selector: fast, Default: "gvisor", Regexp: "^gvisor-"},
			YAML:   `spec: {runtimeClasses: {allowed: [gvisor], allowedRegex: ^gvisor-, default: gvisor, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}`,
		},
		{
			Option: capsule.RuntimeClasses{Names: []string{"gvisor"}},
			YAML:   `spec: {runtimeClasses: {allowed: [gvisor], matchExpressions: [{key: kubernetes.io/metadata.name, operator: Exists}, {key: kubernetes.io/metadata.name, operator: DoesNotExist}]}}`,
		},
		{
			Option: capsule.DeviceClasses{Names: []string{"gpu"}, Selector: fast, Regexp: "^gpu-"},
			YAML:   `spec: {deviceClasses: {allowed: [gpu], allowedRegex: ^gpu-, matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}`,
		},
		{
			Option: capsule.DeviceClasses{Names: []string{"gpu"}},
			YAML:   `spec: {deviceClasses: {allowed: [gpu], matchExpressions: [{key: kubernetes.io/metadata.name, operator: Exists}, {key: kubernetes.io/metadata.name, operator: DoesNotExist}]}}`,
		},
		{Option: capsule.AllowedHostnames{"dev.example.com", "*.dev.example.com"}, YAML: `spec: {ingressOptions: {allowedHostnames: {allowed: [dev.example.com, "*.dev.example.com"]}}}`},
		{Option: capsule.HostnameCollisionScope("Cluster"), YAML: `spec: {ingressOptions: {hostnameCollisionScope: Cluster}}`},
		{Option: capsule.AllowWildcardHostnames(true), YAML: `spec: {ingressOptions: {allowWildcardHostnames: true}}`},
	}, append(ruleOptions, deprecatedOptions...)...),
	Invalid: append([]buildtest.Refuses[tenantOption]{
		{
			Name:    "no name",
			Options: buildtest.With(tenantNamed("")),
			Faults:  []string{"metadata.name: Required value: name or generateName is required"},
		},
		{
			Name:     "a name that is no label",
			Options:  buildtest.With(tenantNamed("dev.team")),
			Faults:   []string{`metadata.name: Invalid value: "dev.team": must not contain dots`},
			Stricter: "it becomes the value of a label and the prefix of namespaces; the webhook's own pattern is not anchored",
		},
		{
			Name:     "a name of 64 characters",
			Options:  buildtest.With(tenantNamed("abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01")),
			Faults:   []string{`metadata.name: Invalid value: "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz01": must be no more than 63 characters`},
			Stricter: "it becomes the value of a label",
		},
		{
			Name:    "labels and annotations",
			Options: buildtest.With[tenantOption](capsule.Labels{"team": "a b"}, capsule.Annotations{"a/b/c": ""}),
			Faults: []string{
				`metadata.labels: Invalid value: "a b": ` + notLabelValue,
				`metadata.annotations: Invalid value: "a/b/c": ` + notQualifiedName,
			},
		},
		{
			Name:     "owners without a label",
			Options:  buildtest.With[tenantOption](capsule.MatchOwners{}),
			Faults:   []string{"spec.permissions.matchOwners: Required value: MatchOwners without a label would make an owner of every TenantOwner"},
			Stricter: widens,
		},
		{
			Name: "empty selectors of one's own",
			Options: buildtest.With(tenantFunc(func(tenant *capsulev1beta2.Tenant) error {
				tenant.Spec.Permissions.MatchOwners = []*metav1.LabelSelector{{}}
				return nil
			})),
			Faults:   []string{"spec.permissions.matchOwners[0]: Required value: an empty selector makes an owner of every TenantOwner in the cluster"},
			Stricter: widens,
		},
		{
			Name:    "no namespaces",
			Options: buildtest.With[tenantOption](capsule.NamespaceQuota(0)),
			Faults:  []string{"spec.namespaceOptions.quota: Invalid value: 0: must be greater than or equal to 1"},
		},
		{
			Name:     "a node selector's key",
			Options:  buildtest.With[tenantOption](capsule.NodeSelector{"a/b/c": ""}),
			Faults:   []string{`spec.nodeSelector: Invalid value: "a/b/c": ` + notQualifiedName},
			Stricter: failsLater,
		},
		{
			Name:     "data that JSON cannot say",
			Options:  buildtest.With[tenantOption](capsule.Data{"f": func() {}}),
			Faults:   []string{`spec.data: Invalid value: "": json: unsupported type: func()`},
			Stricter: "the option sets nothing",
		},
		{
			Name:     "cluster-admin",
			Options:  buildtest.With[tenantOption](capsule.AdditionalRoleBinding{ClusterRoleName: "cluster-admin", Subjects: auditors}),
			Faults:   []string{"spec.additionalRoleBindings[0].clusterRoleName: " + notClusterAdmin},
			Stricter: widens,
		},
		{
			Name:    "a binding of nothing to nobody",
			Options: buildtest.With[tenantOption](capsule.AdditionalRoleBinding{}),
			Faults: []string{
				"spec.additionalRoleBindings[0].clusterRoleName: Required value",
				"spec.additionalRoleBindings[0].subjects: Required value",
			},
		},
		{
			Name: "subjects and their metadata",
			Options: buildtest.With[tenantOption](capsule.AdditionalRoleBinding{
				ClusterRoleName: "view",
				Subjects: []rbacv1.Subject{
					{Kind: "Robot", Name: "r2d2"},
					{Kind: "User"},
					{Kind: "ServiceAccount", Name: "system:serviceaccount:ci:runner", Namespace: "ci"},
					{Kind: "ServiceAccount", Name: "runner"},
				},
				Labels: map[string]string{"a": "b c"},
			}),
			Faults: []string{
				`spec.additionalRoleBindings[0].subjects[0].kind: Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount"`,
				"spec.additionalRoleBindings[0].subjects[1].name: Required value",
				`spec.additionalRoleBindings[0].subjects[2].name: Invalid value: "system:serviceaccount:ci:runner": must be the account's bare name, with its namespace beside it`,
				"spec.additionalRoleBindings[0].subjects[3].namespace: Required value",
				`spec.additionalRoleBindings[0].labels: Invalid value: "b c": ` + notLabelValue,
			},
			Stricter: failsLater,
		},
		{
			Name: "classes",
			Options: buildtest.With[tenantOption](
				capsule.StorageClasses{Names: []string{"SSD"}, Default: "S S D"},
				capsule.PriorityClasses{Selector: metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{{Key: "speed", Operator: "Like"}}}}),
			Faults: []string{
				`spec.storageClasses.allowed[0]: Invalid value: "SSD": ` + notSubdomain,
				`spec.storageClasses.default: Invalid value: "S S D": ` + notSubdomain,
				`spec.priorityClasses.matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator`,
			},
			Stricter: failsLater,
		},
		{
			Name: "classes that are all classes",
			Options: buildtest.With(tenantFunc(func(tenant *capsulev1beta2.Tenant) error {
				tenant.Spec.RuntimeClasses = &api.DefaultAllowedListSpec{Default: "gvisor"}
				tenant.Spec.DeviceClasses = &api.SelectorAllowedListSpec{}
				return nil
			})),
			Faults: []string{
				"spec.runtimeClasses: Required value: Capsule takes an empty selector here for one that matches every class",
				"spec.deviceClasses: Required value: Capsule takes an empty selector here for one that matches every class",
			},
			Stricter: widens,
		},
		{
			Name:     "a default device",
			Options:  buildtest.With[tenantOption](capsule.DeviceClasses{Names: []string{"gpu"}, Default: "gpu"}),
			Faults:   []string{"spec.deviceClasses.default: Forbidden: there is no default DeviceClass"},
			Stricter: "the option has no field to set",
		},
		{
			Name:    "host names",
			Options: buildtest.With[tenantOption](capsule.AllowedHostnames{"", "Dev.example.com", "*.*.com"}, capsule.HostnameCollisionScope("Galaxy")),
			Faults: []string{
				`spec.ingressOptions.hostnameCollisionScope: Unsupported value: "Galaxy": supported values: "Cluster", "Tenant", "Namespace", "Disabled"`,
				"spec.ingressOptions.allowedHostnames.allowed[0]: Required value",
				`spec.ingressOptions.allowedHostnames.allowed[1]: Invalid value: "Dev.example.com": ` + notSubdomain,
				`spec.ingressOptions.allowedHostnames.allowed[2]: Invalid value: "*.*.com": a wildcard DNS-1123 subdomain must start with...`,
			},
		},
	}, append(ruleRefusals, deprecatedRefusals...)...),
}

const notClusterAdmin = "Forbidden: cluster-admin makes its subjects masters of every object in the tenant's namespaces, Capsule's included; ask for it with ClusterAdminBinding"

func tenantFunc(f func(*capsulev1beta2.Tenant) error) tenantOption { return capsule.TenantFunc(f) }

func tenantNamed(name string) tenantOption {
	return tenantFunc(func(tenant *capsulev1beta2.Tenant) error { tenant.Name = name; return nil })
}

func TestTenant(t *testing.T) { tenant.Test(t) }

func TestTenantFields(t *testing.T) {
	tenant.TestFields(t, map[string]string{
		"permissions.allowOwnerPromotion": "true is the default, and false is ForbidOwnerPromotion",
	})
}

// What is deprecated in Capsule.
var deprecatedOptions = []buildtest.Sets[tenantOption]{
	{
		Option: capsule.Owners{{
			CoreOwnerSpec:   rbac.CoreOwnerSpec{UserSpec: capsule.User("alice"), ClusterRoles: []string{"edit"}},
			ProxyOperations: []rbac.ProxySettings{{Kind: "Nodes", Operations: []rbac.ProxyOperation{"List"}}},
			Labels:          map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"},
		}},
		YAML: `spec: {owners: [{kind: User, name: alice, clusterRoles: [edit], proxySettings: [{kind: Nodes, operations: [List]}], labels: {a: b}, annotations: {c: d}}]}`,
	},
	{
		Option: capsule.ResourceQuotas{Scope: "Namespace", Items: []corev1.ResourceQuotaSpec{{Hard: fourCPUs}}},
		YAML:   `spec: {resourceQuotas: {scope: Namespace, items: [{hard: {requests.cpu: "4"}}]}}`,
	},
	{
		Option: capsule.ServiceOptions{
			AdditionalMetadata:   &api.AdditionalMetadataSpec{Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"}},
			AllowedServices:      &api.AllowedServices{NodePort: new(false), ExternalName: new(false), LoadBalancer: new(false)},
			ExternalServiceIPs:   &api.ExternalServiceIPsSpec{Allowed: []api.AllowedIP{"10.0.0.0/8", "192.168.0.1"}},
			ForbiddenLabels:      api.ForbiddenListSpec{Exact: []string{"e"}, Regex: "^f"},
			ForbiddenAnnotations: api.ForbiddenListSpec{Exact: []string{"g"}, Regex: "^h"},
		},
		YAML: `spec: {serviceOptions: {additionalMetadata: {labels: {a: b}, annotations: {c: d}}, allowedServices: {nodePort: false, externalName: false, loadBalancer: false}, externalIPs: {allowed: [10.0.0.0/8, 192.168.0.1]}, forbiddenLabels: {denied: [e], deniedRegex: ^f}, forbiddenAnnotations: {denied: [g], deniedRegex: ^h}}}`,
	},
	{
		Option: capsule.PodOptions{AdditionalMetadata: &api.AdditionalMetadataSpec{Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"}}},
		YAML:   `spec: {podOptions: {additionalMetadata: {labels: {a: b}, annotations: {c: d}}}}`,
	},
	{Option: capsule.ContainerRegistries{Exact: []string{"ghcr.io"}, Regex: "^ghcr"}, YAML: `spec: {containerRegistries: {allowed: [ghcr.io], allowedRegex: ^ghcr}}`},
	{Option: capsule.ImagePullPolicies{"Always"}, YAML: `spec: {imagePullPolicies: [Always]}`},
	{
		Option: capsule.NetworkPolicies{Items: []networkingv1.NetworkPolicySpec{{PolicyTypes: []networkingv1.PolicyType{"Ingress"}}}},
		YAML:   `spec: {networkPolicies: {items: [{podSelector: {}, policyTypes: [Ingress]}]}}`,
	},
	{
		Option: capsule.LimitRanges{Items: []corev1.LimitRangeSpec{{Limits: []corev1.LimitRangeItem{{Type: "Pod", Max: corev1.ResourceList{"cpu": resource.MustParse("1")}}}}}},
		YAML:   `spec: {limitRanges: {items: [{limits: [{type: Pod, max: {cpu: "1"}}]}]}}`,
	},
	{Option: capsule.AllowedHostnamesRegexp(`\.example\.com$`), YAML: `spec: {ingressOptions: {allowedHostnames: {allowedRegex: '\.example\.com$'}}}`},
	{
		Option: capsule.NamespaceMetadata{Labels: map[string]string{"tenant": "{{tenant.name}}"}, Annotations: map[string]string{"c": "in {{ namespace }}"}},
		YAML:   `spec: {namespaceOptions: {additionalMetadata: {labels: {tenant: "{{tenant.name}}"}, annotations: {c: "in {{ namespace }}"}}}}`,
	},
	{
		Option: capsule.NamespaceMetadataList{{NamespaceSelector: &fast, Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"}}},
		YAML:   `spec: {namespaceOptions: {additionalMetadataList: [{namespaceSelector: {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}, labels: {a: b}, annotations: {c: d}}]}}`,
	},
	{
		Option: capsule.RequiredNamespaceMetadata{Labels: map[string]string{"env": "^(dev|prod)$"}, Annotations: map[string]string{"c": ".+"}},
		YAML:   `spec: {namespaceOptions: {requiredMetadata: {labels: {env: ^(dev|prod)$}, annotations: {c: .+}}}}`,
	},
	{Option: capsule.ForbiddenNamespaceLabels{Exact: []string{"a"}, Regex: "^b"}, YAML: `spec: {namespaceOptions: {forbiddenLabels: {denied: [a], deniedRegex: ^b}}}`},
	{Option: capsule.ForbiddenNamespaceAnnotations{Exact: []string{"a"}, Regex: "^b"}, YAML: `spec: {namespaceOptions: {forbiddenAnnotations: {denied: [a], deniedRegex: ^b}}}`},
}

const notRegexp = "error parsing regexp: missing closing ): `(`"

var deprecatedRefusals = []buildtest.Refuses[tenantOption]{
	{
		Name: "an inline owner",
		Options: buildtest.With[tenantOption](capsule.Owners{{
			CoreOwnerSpec:   rbac.CoreOwnerSpec{UserSpec: rbac.UserSpec{Kind: "ServiceAccount", Name: "runner"}, ClusterRoles: []string{"a/b"}},
			ProxyOperations: []rbac.ProxySettings{{Kind: "Tenant"}, {Kind: "Nodes", Operations: []rbac.ProxyOperation{"Get"}}},
			Labels:          map[string]string{"a": "b c"},
		}}),
		Faults: []string{
			`spec.owners[0].name: Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`,
			`spec.owners[0].clusterRoles[0]: Invalid value: "a/b": may not contain '/'`,
			`spec.owners[0].proxySettings[0].kind: Unsupported value: "Tenant": supported values: "Nodes", "StorageClasses", "IngressClasses", "PriorityClasses", "RuntimeClasses", "PersistentVolumes"`,
			"spec.owners[0].proxySettings[0].operations: Required value",
			`spec.owners[0].proxySettings[1].operations[0]: Unsupported value: "Get": supported values: "List", "Update", "Delete"`,
			`spec.owners[0].labels: Invalid value: "b c": ` + notLabelValue,
		},
	},
	{
		Name: "expressions that do not compile",
		Options: buildtest.With[tenantOption](
			capsule.StorageClasses{Regexp: "("}, capsule.IngressClasses{Regexp: "("}, capsule.GatewayClasses{Regexp: "("},
			capsule.PriorityClasses{Regexp: "("}, capsule.RuntimeClasses{Regexp: "("}, capsule.DeviceClasses{Regexp: "("},
			capsule.AllowedHostnamesRegexp("("), capsule.ContainerRegistries{Regex: "("},
			capsule.ForbiddenNamespaceLabels{Regex: "("}, capsule.ForbiddenNamespaceAnnotations{Regex: "("},
			capsule.RequiredNamespaceMetadata{Labels: map[string]string{"env": "("}, Annotations: map[string]string{"c": "("}}),
		Faults: []string{
			`spec.storageClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.ingressOptions.allowedClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.gatewayOptions.allowedClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.priorityClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.runtimeClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.deviceClasses.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.ingressOptions.allowedHostnames.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.containerRegistries.allowedRegex: Invalid value: "(": ` + notRegexp,
			`spec.namespaceOptions.requiredMetadata.labels[env]: Invalid value: "(": ` + notRegexp,
			`spec.namespaceOptions.requiredMetadata.annotations[c]: Invalid value: "(": ` + notRegexp,
			`spec.namespaceOptions.forbiddenLabels.deniedRegex: Invalid value: "(": ` + notRegexp,
			`spec.namespaceOptions.forbiddenAnnotations.deniedRegex: Invalid value: "(": ` + notRegexp,
		},
		Stricter: webhookRefuses,
	},
	{
		Name: "values that are none of the allowed",
		Options: buildtest.With[tenantOption](capsule.ImagePullPolicies{"Sometimes"}, capsule.ResourceQuotas{Scope: "Cluster"},
			capsule.LimitRanges{Items: []corev1.LimitRangeSpec{{}, {Limits: []corev1.LimitRangeItem{{Type: "Node"}}}}},
			capsule.ServiceOptions{ExternalServiceIPs: &api.ExternalServiceIPsSpec{}}),
		Faults: []string{
			`spec.imagePullPolicies[0]: Unsupported value: "Sometimes": supported values: "Always", "IfNotPresent", "Never"`,
			`spec.resourceQuotas.scope: Unsupported value: "Cluster": supported values: "Tenant", "Namespace"`,
			"spec.limitRanges.items[0].limits: Required value",
			`spec.limitRanges.items[1].limits[0].type: Unsupported value: "Node": supported values: "Container", "Pod", "PersistentVolumeClaim"`,
			"spec.serviceOptions.externalIPs.allowed: Required value: an empty list allows none",
		},
	},
	{
		Name:    "addresses",
		Options: buildtest.With[tenantOption](capsule.ServiceOptions{ExternalServiceIPs: &api.ExternalServiceIPsSpec{Allowed: []api.AllowedIP{"::1", "10.0.0.0/40"}}}),
		Faults: []string{
			`spec.serviceOptions.externalIPs.allowed[0]: Invalid value: "::1": must be an IPv4 address or a range of them`,
			`spec.serviceOptions.externalIPs.allowed[1]: Invalid value: "10.0.0.0/40": must be an IPv4 address or a range of them`,
		},
	},
	{
		Name: "metadata with templates",
		Options: buildtest.With[tenantOption](
			capsule.NamespaceMetadata{Labels: map[string]string{"a": "{{tenant.owner}}"}, Annotations: map[string]string{"c": "{{"}},
			capsule.NamespaceMetadataList{{Labels: map[string]string{"a b": ""}}},
			capsule.PodOptions{AdditionalMetadata: &api.AdditionalMetadataSpec{Labels: map[string]string{"a": "b c"}}},
			capsule.ForbiddenNamespaceLabels{Exact: []string{"a b"}}),
		Faults: []string{
			`spec.podOptions.additionalMetadata.labels[a]: Invalid value: "b c": ` + notLabelValue,
			`spec.namespaceOptions.additionalMetadata.labels[a]: Invalid value: "{{tenant.owner}}": unsupported template "tenant.owner" in "{{tenant.owner}}", allowed templates are {{namespace}}, {{tenant.name}}`,
			`spec.namespaceOptions.additionalMetadata.annotations[c]: Invalid value: "{{": malformed template "{{"`,
			`spec.namespaceOptions.additionalMetadataList[0].labels[a b]: Invalid value: "a b": ` + notNamePart,
			`spec.namespaceOptions.forbiddenLabels.denied[0]: Invalid value: "a b": ` + notNamePart,
		},
		Stricter: webhookRefuses,
	},
}

package capsule_test

import (
	"testing"
	"time"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var configuration = buildtest.Kind[*capsulev1beta2.CapsuleConfiguration]{
	Build: func(config *capsulev1beta2.CapsuleConfiguration) (*capsulev1beta2.CapsuleConfiguration, error) {
		return capsule.CapsuleConfiguration(config.ObjectMeta, config.Spec)
	},
	Validate: validated[*capsulev1beta2.CapsuleConfiguration],
	Scheme:   capsule.AddToScheme,
	Valid:    &capsulev1beta2.CapsuleConfiguration{ObjectMeta: metav1.ObjectMeta{Name: "default"}},
	Default: func(config *capsulev1beta2.CapsuleConfiguration) {
		if config.Spec.NodeMetadata == nil {
			config.Spec.NodeMetadata = &capsulev1beta2.NodeMetadata{}
		}
		if config.Spec.RBAC == nil {
			config.Spec.RBAC = &capsulev1beta2.RBACConfiguration{}
		}
		if config.Spec.CacheInvalidation.Duration == 0 {
			config.Spec.CacheInvalidation.Duration = 24 * time.Hour
		}
		if names := &config.Spec.CapsuleResources; names.TLSSecretName != "" {
			//nolint:staticcheck // deprecated in Capsule, still required
			names.MutatingWebhookConfigurationName = "capsule-mutating-webhook-configuration"
			//nolint:staticcheck // deprecated in Capsule, still required
			names.ValidatingWebhookConfigurationName = "capsule-validating-webhook-configuration"
		}
	},
	Accepts: []string{
		`metadata: {labels: {a: b}, annotations: {a: b}}`,
		`spec: {users: [{kind: Group, name: devs}]}`,
		`spec: {administrators: [{kind: ServiceAccount, name: "system:serviceaccount:ci:runner"}]}`,
		`spec: {ignoreUserWithGroups: [admins]}`,
		`spec: {allowServiceAccountPromotion: true, forceTenantPrefix: true, enableTLSReconciler: true}`,
		`spec: {protectedNamespaceRegex: ^kube-}`,
		`spec: {nodeMetadata: {forbiddenLabels: {denied: [a], deniedRegex: ^b}, forbiddenAnnotations: {denied: [a], deniedRegex: ^b}}}`,
		`spec: {overrides: {TLSSecretName: tls}}`,
		`spec: {rbac: {administrationClusterRoles: [a], promotionClusterRoles: [b], deleter: c, provisioner: d}}`,
		`spec: {cacheInvalidation: 1h}`,
		`
spec:
  impersonation:
    endpoint: https://127.0.0.1:6443
    caSecretNamespace: a
    caSecretName: b
    caSecretKey: c
    skipTlsVerify: true
    globalDefaultServiceAccount: d
    globalDefaultServiceAccountNamespace: e
    tenantDefaultServiceAccount: f`,
		`spec: {events: {namespace: events}}`,
		`
spec:
  admission:
    serviceName: webhook
    validating: {name: capsule-dynamic, labels: {a: b}, annotations: {c: d}, client: {url: "https://127.0.0.1:9443"}, webhooks: [{` + webhookYAML + `}]}
    mutating: {name: capsule-dynamic, labels: {a: b}, annotations: {c: d}, client: {service: {namespace: capsule-system, name: webhook}, caBundle: Q0E=}, webhooks: [{` + webhookYAML + `, reinvocationPolicy: IfNeeded}]}`,
		`spec: {userNames: [alice], userGroups: [devs]}`,
	},
	Refuses: configurationRefuses,
}

const webhookYAML = `name: pods.example.com, path: /pods, opts: {capsuleUsers: true, administrators: true},
      sideEffects: None, failurePolicy: Fail, matchPolicy: Exact, timeoutSeconds: 5, admissionReviewVersions: [v1],
      rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}],
      matchConditions: [{name: always, expression: "true"}], namespaceSelector: ` + fastYAML + `, objectSelector: ` + fastYAML

var configurationRefuses = []buildtest.Refuses{
	{
		Name:   "name",
		Change: `metadata: {name: Dev}`,
		Faults: []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
	},
	{
		Name: "users",
		Change: `
spec:
  users: [{kind: Group, name: "system:serviceaccounts:ci"}]
  administrators: [{kind: ServiceAccount, name: runner}]
  ignoreUserWithGroups: [""]
  userNames: [""]
  userGroups: ["system:masters"]`,
		Faults: []string{
			`spec.users[0].name: Invalid value: "system:serviceaccounts:ci": ` + notKubernetes,
			`spec.administrators[0].name: Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`,
			"spec.ignoreUserWithGroups[0]: Required value",
			"spec.userNames[0].name: Required value",
			`spec.userGroups[0].name: Invalid value: "system:masters": ` + notKubernetes,
		},
		Stricter: widens,
	},
	{
		Name:   "everybody, and cluster-admin",
		Change: `spec: {users: [{kind: Group, name: "system:authenticated"}], administrators: [{kind: Group, name: "system:serviceaccounts"}], userGroups: ["system:unauthenticated"], rbac: {administrationClusterRoles: [cluster-admin], promotionClusterRoles: [cluster-admin]}}`,
		Faults: []string{
			"spec.users[0].name: Forbidden: system:authenticated" + notEverybody,
			"spec.administrators[0].name: Forbidden: system:serviceaccounts" + notEverybody,
			"spec.userGroups[0].name: Forbidden: system:unauthenticated" + notEverybody,
			"spec.rbac.administrationClusterRoles[0]: " + notClusterAdmin,
			"spec.rbac.promotionClusterRoles[0]: " + notClusterAdmin,
		},
		Stricter: widens,
	},
	{
		Name:   "expressions",
		Change: `spec: {protectedNamespaceRegex: (, nodeMetadata: {forbiddenLabels: {deniedRegex: (}, forbiddenAnnotations: {deniedRegex: (}}}`,
		Faults: []string{
			`spec.protectedNamespaceRegex: Invalid value: "(": ` + notRegexp,
			`spec.nodeMetadata.forbiddenLabels.deniedRegex: Invalid value: "(": ` + notRegexp,
			`spec.nodeMetadata.forbiddenAnnotations.deniedRegex: Invalid value: "(": ` + notRegexp,
		},
		Stricter: webhookRefuses,
	},
	{
		Name:   "names",
		Change: `spec: {overrides: {TLSSecretName: T}, rbac: {administrationClusterRoles: [""], promotionClusterRoles: [a/b], deleter: "..", provisioner: "%"}, events: {namespace: a.b}, cacheInvalidation: -1s}`,
		Faults: []string{
			`spec.overrides.TLSSecretName: Invalid value: "T": ` + notSubdomain,
			"spec.rbac.administrationClusterRoles[0]: Required value",
			`spec.rbac.promotionClusterRoles[0]: Invalid value: "a/b": may not contain '/'`,
			`spec.rbac.deleter: Invalid value: "..": may not be '..'`,
			`spec.rbac.provisioner: Invalid value: "%": may not contain '%'`,
			`spec.cacheInvalidation: Invalid value: "-1s": must be greater than 0s`,
			`spec.events.namespace: Invalid value: "a.b": must not contain dots`,
		},
		Stricter: failsLater,
	},
	{
		Name:   "impersonation",
		Change: `spec: {impersonation: {endpoint: "http://10.0.0.1", caSecretKey: a/b, globalDefaultServiceAccount: a}}`,
		Faults: []string{
			`spec.impersonation.endpoint: Invalid value: "http://10.0.0.1": must start with https://`,
			`spec.impersonation.caSecretKey: Invalid value: "a/b": a valid config key must consist of...`,
			"spec.impersonation: Required value: globalDefaultServiceAccount and globalDefaultServiceAccountNamespace go together",
		},
		Stricter: webhookRefuses,
	},
	{
		Name: "admission",
		Change: `
spec:
  admission:
    validating: {webhooks: [{opts: {}}, null]}
    mutating: {client: {url: http://a, service: {namespace: "", name: ""}}, webhooks: [null]}`,
		Faults: []string{
			"spec.admission.mutating.client: Required value: exactly one of url or service must be set",
			"spec.admission.mutating.webhooks[0]: Required value",
			"spec.admission.validating.client: Required value: exactly one of url or service must be set",
			"spec.admission.validating.webhooks[0].name: Required value",
			"spec.admission.validating.webhooks[0].path: Required value",
			"spec.admission.validating.webhooks[0].sideEffects: Required value",
			"spec.admission.validating.webhooks[0].admissionReviewVersions: Required value",
			"spec.admission.validating.webhooks[1]: Required value",
		},
	},
	{
		Name: "webhooks",
		Change: `
spec:
  admission:
    validating:
      client: {url: http://a}
      webhooks:
      - {name: a, path: /, opts: {}, sideEffects: Some, admissionReviewVersions: [v1], matchConditions: [{name: always, expression: "true"}, {name: always, expression: "true"}]}`,
		Faults: []string{
			`spec.admission.validating.client.url: Invalid value: "http://a": must start with https://`,
			`spec.admission.validating.webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"`,
			`spec.admission.validating.webhooks[0].matchConditions[1].name: Duplicate value: "always"`,
		},
	},
}

func TestCapsuleConfiguration(t *testing.T) { configuration.Test(t) }

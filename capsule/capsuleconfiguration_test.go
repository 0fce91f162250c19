package capsule_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"github.com/projectcapsule/capsule/pkg/runtime/admission"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type configOption = capsule.CapsuleConfigurationOption

var (
	none      = admissionregistrationv1.SideEffectClassNone
	fail      = admissionregistrationv1.Fail
	exact     = admissionregistrationv1.Exact
	ifNeeded  = admissionregistrationv1.IfNeededReinvocationPolicy
	pods      = []admissionregistrationv1.RuleWithOperations{{Operations: []admissionregistrationv1.OperationType{"CREATE"}, Rule: admissionregistrationv1.Rule{APIGroups: []string{""}, APIVersions: []string{"v1"}, Resources: []string{"pods"}}}}
	condition = []admissionregistrationv1.MatchCondition{{Name: "always", Expression: "true"}}
	byURL     = admission.DynamicAdmissionConfig{
		Name: "capsule-dynamic", Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"},
		Client: &admissionregistrationv1.WebhookClientConfig{URL: new("https://127.0.0.1:9443")},
	}
	byService = admission.DynamicAdmissionConfig{
		Name: "capsule-dynamic", Labels: map[string]string{"a": "b"}, Annotations: map[string]string{"c": "d"},
		Client: &admissionregistrationv1.WebhookClientConfig{Service: &admissionregistrationv1.ServiceReference{Namespace: "capsule-system", Name: "webhook"}, CABundle: []byte("CA")},
	}
)

const webhookYAML = `name: pods.example.com, path: /pods, opts: {capsuleUsers: true, administrators: true}, sideEffects: None, failurePolicy: Fail, matchPolicy: Exact,
	timeoutSeconds: 5, admissionReviewVersions: [v1], rules: [{operations: [CREATE], apiGroups: [""], apiVersions: [v1], resources: [pods]}], matchConditions: [{name: always, expression: "true"}],
	namespaceSelector: {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}, objectSelector: {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}`

var configuration = buildtest.Kind[*capsulev1beta2.CapsuleConfiguration, configOption]{
	Build: func(opts ...configOption) (*capsulev1beta2.CapsuleConfiguration, error) {
		return capsule.CapsuleConfiguration("default", opts...)
	},
	Func:    configFunc,
	NilFunc: capsule.CapsuleConfigurationFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[configOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{Option: capsule.Users{capsule.Group("devs")}, YAML: `spec: {users: [{kind: Group, name: devs}]}`},
		{Option: capsule.Administrators{capsule.ServiceAccount("ci", "runner")}, YAML: `spec: {administrators: [{kind: ServiceAccount, name: "system:serviceaccount:ci:runner"}]}`},
		{Option: capsule.IgnoreUserWithGroups{"admins"}, YAML: `spec: {ignoreUserWithGroups: [admins]}`},
		{Option: capsule.AllowServiceAccountPromotion(true), YAML: `spec: {allowServiceAccountPromotion: true}`},
		{Option: capsule.ForceTenantPrefix(true), YAML: `spec: {forceTenantPrefix: true}`},
		{Option: capsule.ProtectedNamespaceRegex("^kube-"), YAML: `spec: {protectedNamespaceRegex: ^kube-}`},
		{Option: capsule.ForbiddenNodeLabels{Exact: []string{"a"}, Regex: "^b"}, YAML: `spec: {nodeMetadata: {forbiddenLabels: {denied: [a], deniedRegex: ^b}}}`},
		{Option: capsule.ForbiddenNodeAnnotations{Exact: []string{"a"}, Regex: "^b"}, YAML: `spec: {nodeMetadata: {forbiddenAnnotations: {denied: [a], deniedRegex: ^b}}}`},
		{Option: capsule.EnableTLSReconciler(true), YAML: `spec: {enableTLSReconciler: true}`},
		{
			Option: capsule.Overrides{TLSSecretName: "tls"},
			YAML:   `spec: {overrides: {TLSSecretName: tls, mutatingWebhookConfigurationName: capsule-mutating-webhook-configuration, validatingWebhookConfigurationName: capsule-validating-webhook-configuration}}`,
		},
		{
			Option: capsule.RBAC{AdministrationClusterRoles: []string{"a"}, PromotionClusterRoles: []string{"b"}, DeleterClusterRole: "c", ProvisionerClusterRole: "d"},
			YAML:   `spec: {rbac: {administrationClusterRoles: [a], promotionClusterRoles: [b], deleter: c, provisioner: d}}`,
		},
		{Option: capsule.CacheInvalidation(time.Hour), YAML: `spec: {cacheInvalidation: 1h}`},
		{
			Option: capsule.Impersonation{Endpoint: "https://127.0.0.1:6443", CASecretNamespace: "a", CASecretName: "b", CASecretKey: "c", SkipTLSVerify: true,
				GlobalDefaultServiceAccount: "d", GlobalDefaultServiceAccountNamespace: "e", TenantDefaultServiceAccount: "f"},
			YAML: `spec: {impersonation: {endpoint: "https://127.0.0.1:6443", caSecretNamespace: a, caSecretName: b, caSecretKey: c, skipTlsVerify: true, globalDefaultServiceAccount: d, globalDefaultServiceAccountNamespace: e, tenantDefaultServiceAccount: f}}`,
		},
		{Option: capsule.EventNamespace("events"), YAML: `spec: {events: {namespace: events}}`},
		{
			Option: capsule.Admission{
				ServiceName: "webhook",
				Validating: &capsulev1beta2.DynamicValidatingAdmissionConfig{DynamicAdmissionConfig: byURL, Webhooks: []*admission.ValidatingWebhook{{
					Name: "pods.example.com", Path: new("/pods"), Options: admission.WebhookOptions{CapsuleUsers: true, Administrators: true}, SideEffects: &none, FailurePolicy: &fail, MatchPolicy: &exact,
					TimeoutSeconds: new(int32(5)), AdmissionReviewVersions: []string{"v1"}, Rules: pods, MatchConditions: condition, NamespaceSelector: &fast, ObjectSelector: &fast,
				}}},
				Mutating: &capsulev1beta2.DynamicMutatingAdmissionConfig{DynamicAdmissionConfig: byService, Webhooks: []*admission.MutatingWebhook{{
					Name: "pods.example.com", Path: new("/pods"), Options: admission.WebhookOptions{CapsuleUsers: true, Administrators: true}, SideEffects: &none, FailurePolicy: &fail, MatchPolicy: &exact,
					TimeoutSeconds: new(int32(5)), AdmissionReviewVersions: []string{"v1"}, Rules: pods, MatchConditions: condition, NamespaceSelector: &fast, ObjectSelector: &fast, ReinvocationPolicy: &ifNeeded,
				}}},
			},
			YAML: `spec: {admission: {serviceName: webhook,
				validating: {name: capsule-dynamic, labels: {a: b}, annotations: {c: d}, client: {url: "https://127.0.0.1:9443"}, webhooks: [{` + webhookYAML + `}]},
				mutating: {name: capsule-dynamic, labels: {a: b}, annotations: {c: d}, client: {service: {namespace: capsule-system, name: webhook}, caBundle: Q0E=}, webhooks: [{` + webhookYAML + `, reinvocationPolicy: IfNeeded}]}}}`,
		},
		{Option: capsule.UserNames{"alice"}, YAML: `spec: {userNames: [alice]}`},
		{Option: capsule.UserGroups{"devs"}, YAML: `spec: {userGroups: [devs]}`},
	},
	Invalid: []buildtest.Refuses[configOption]{
		{
			Name:    "name",
			Options: buildtest.With(configFunc(func(config *capsulev1beta2.CapsuleConfiguration) error { config.Name = "Dev"; return nil })),
			Faults:  []string{`metadata.name: Invalid value: "Dev": ` + notSubdomain},
		},
		{
			Name: "users",
			Options: buildtest.With[configOption](capsule.Users{capsule.Group("system:serviceaccounts:ci")}, capsule.Administrators{{Kind: "ServiceAccount", Name: "runner"}},
				capsule.IgnoreUserWithGroups{""}, capsule.UserNames{""}, capsule.UserGroups{"system:masters"}),
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
			Name:     "no nodeMetadata",
			Options:  buildtest.With(configFunc(func(config *capsulev1beta2.CapsuleConfiguration) error { config.Spec.NodeMetadata = nil; return nil })),
			Faults:   []string{"spec.nodeMetadata: Required value: Capsule's webhook panics without it"},
			Stricter: webhookRefuses,
		},
		{
			Name:    "expressions",
			Options: buildtest.With[configOption](capsule.ProtectedNamespaceRegex("("), capsule.ForbiddenNodeLabels{Regex: "("}, capsule.ForbiddenNodeAnnotations{Regex: "("}),
			Faults: []string{
				`spec.protectedNamespaceRegex: Invalid value: "(": ` + notRegexp,
				`spec.nodeMetadata.forbiddenLabels.deniedRegex: Invalid value: "(": ` + notRegexp,
				`spec.nodeMetadata.forbiddenAnnotations.deniedRegex: Invalid value: "(": ` + notRegexp,
			},
			Stricter: webhookRefuses,
		},
		{
			Name: "names",
			Options: buildtest.With[configOption](capsule.Overrides{TLSSecretName: "T"}, capsule.RBAC{AdministrationClusterRoles: []string{""}, PromotionClusterRoles: []string{"a/b"}, DeleterClusterRole: "..", ProvisionerClusterRole: "%"},
				capsule.EventNamespace("a.b"), capsule.CacheInvalidation(0)),
			Faults: []string{
				`spec.overrides.TLSSecretName: Invalid value: "T": ` + notSubdomain,
				"spec.rbac.administrationClusterRoles[0]: Required value",
				`spec.rbac.promotionClusterRoles[0]: Invalid value: "a/b": may not contain '/'`,
				`spec.rbac.deleter: Invalid value: "..": may not be '..'`,
				`spec.rbac.provisioner: Invalid value: "%": may not contain '%'`,
				`spec.cacheInvalidation: Invalid value: "0s": must be greater than 0s`,
				`spec.events.namespace: Invalid value: "a.b": must not contain dots`,
			},
			Stricter: failsLater,
		},
		{
			Name:     "no rbac",
			Options:  buildtest.With(configFunc(func(config *capsulev1beta2.CapsuleConfiguration) error { config.Spec.RBAC = nil; return nil })),
			Faults:   []string{"spec.rbac: Required value"},
			Stricter: "the API server puts its default in place of the null",
		},
		{
			Name:    "impersonation",
			Options: buildtest.With[configOption](capsule.Impersonation{Endpoint: "http://10.0.0.1", CASecretKey: "a/b", GlobalDefaultServiceAccount: "a"}),
			Faults: []string{
				`spec.impersonation.endpoint: Invalid value: "http://10.0.0.1": must start with https://`,
				`spec.impersonation.caSecretKey: Invalid value: "a/b": a valid config key must consist of...`,
				"spec.impersonation: Required value: globalDefaultServiceAccount and globalDefaultServiceAccountNamespace go together",
			},
			Stricter: webhookRefuses,
		},
		{
			Name: "admission",
			Options: buildtest.With[configOption](capsule.Admission{
				Validating: &capsulev1beta2.DynamicValidatingAdmissionConfig{Webhooks: []*admission.ValidatingWebhook{{}, nil}},
				Mutating: &capsulev1beta2.DynamicMutatingAdmissionConfig{
					DynamicAdmissionConfig: admission.DynamicAdmissionConfig{Client: &admissionregistrationv1.WebhookClientConfig{URL: new("http://a"), Service: &admissionregistrationv1.ServiceReference{}}},
					Webhooks:               []*admission.MutatingWebhook{nil},
				},
			}),
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
			Options: buildtest.With[configOption](capsule.Admission{
				Validating: &capsulev1beta2.DynamicValidatingAdmissionConfig{
					DynamicAdmissionConfig: admission.DynamicAdmissionConfig{Client: &admissionregistrationv1.WebhookClientConfig{URL: new("http://a")}},
					Webhooks: []*admission.ValidatingWebhook{{
						Name: "a", Path: new("/"), SideEffects: new(admissionregistrationv1.SideEffectClassSome), AdmissionReviewVersions: []string{"v1"},
						MatchConditions: append(condition, condition...),
					}},
				},
			}),
			Faults: []string{
				`spec.admission.validating.client.url: Invalid value: "http://a": must start with https://`,
				`spec.admission.validating.webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"`,
				`spec.admission.validating.webhooks[0].matchConditions[1].name: Duplicate value: "always"`,
			},
		},
	},
}

func configFunc(f func(*capsulev1beta2.CapsuleConfiguration) error) configOption {
	return capsule.CapsuleConfigurationFunc(f)
}

func TestCapsuleConfiguration(t *testing.T)       { configuration.Test(t) }
func TestCapsuleConfigurationFields(t *testing.T) { configuration.TestFields(t, nil) }

func TestMergeUsers(t *testing.T) {
	alice, bob, carol := capsule.User("alice"), capsule.User("bob"), capsule.Group("carol")
	with := func(users ...rbac.UserSpec) *capsulev1beta2.CapsuleConfiguration {
		return configuration.Must(t, capsule.Users(users), capsule.ForceTenantPrefix(true), capsule.Annotations{"keep": "me"})
	}
	merge := func(config *capsulev1beta2.CapsuleConfiguration, users ...rbac.UserSpec) *capsulev1beta2.CapsuleConfiguration {
		t.Helper()
		before := config.DeepCopy()
		merged, err := capsule.MergeUsers(config, users...)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(before, config); diff != "" {
			t.Errorf("the argument is changed:\n%s", diff)
		}
		return merged
	}
	users := func(config *capsulev1beta2.CapsuleConfiguration, want ...rbac.UserSpec) {
		t.Helper()
		if diff := cmp.Diff(rbac.UserListSpec(want), config.Spec.Users); diff != "" {
			t.Errorf("users (-want +got):\n%s", diff)
		}
	}
	theirs := capsule.Group("projectcapsule.dev")

	first := merge(with(theirs, bob), carol, alice, bob, alice)
	users(first, theirs, bob, carol, alice)
	if first.Annotations["keep"] != "me" || !first.Spec.ForceTenantPrefix {
		t.Errorf("what is not the library's own is lost: %v", first)
	}
	if diff := cmp.Diff(first, merge(with(theirs, bob), alice, bob, carol)); diff != "" {
		t.Errorf("the order of the users matters:\n%s", diff)
	}
	if diff := cmp.Diff(first, merge(first, bob, carol, alice)); diff != "" {
		t.Errorf("merging twice changes something:\n%s", diff)
	}

	// Alice leaves: she was ours. Bob leaves: he was theirs, so he stays.
	second := merge(first, carol)
	users(second, theirs, bob, carol)

	last := merge(second)
	users(last, theirs, bob)
	if _, ok := last.Annotations[capsule.MergedUsersAnnotation]; ok {
		t.Errorf("a note is left about nobody: %v", last.Annotations)
	}
	if diff := cmp.Diff(with(theirs, bob), last); diff != "" {
		t.Errorf("taking all away does not lead back (-want +got):\n%s", diff)
	}
}

func TestMergeUsersInvalid(t *testing.T) {
	if _, err := capsule.MergeUsers(nil); err == nil {
		t.Error("no configuration: no error")
	}
	config := configuration.Must(t, capsule.Annotations{capsule.MergedUsersAnnotation: "alice"})
	_, err := capsule.MergeUsers(config, capsule.User("alice"), capsule.Group("system:masters"))
	want := []string{
		`users[0].name: Invalid value: "system:masters": ` + notKubernetes,
		`metadata.annotations[fluxcapsule.github.io/users]: Invalid value: "alice": must be a list of users, as MergeUsers writes it`,
	}
	if diff := cmp.Diff(want, buildtest.Faults(err)); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

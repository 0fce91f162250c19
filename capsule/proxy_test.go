package capsule_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

const storageYAML = `{apiGroups: [storage.k8s.io], resources: [storageclasses], operations: [List], selector: ` + fastYAML + `}`

var globalProxySettings = buildtest.Kind[*proxyv1beta1.GlobalProxySettings]{
	Build: func(settings *proxyv1beta1.GlobalProxySettings) (*proxyv1beta1.GlobalProxySettings, error) {
		return capsule.GlobalProxySettings(settings.ObjectMeta, settings.Spec)
	},
	Validate: validated[*proxyv1beta1.GlobalProxySettings],
	Scheme:   capsule.AddToScheme,
	Valid: &proxyv1beta1.GlobalProxySettings{
		ObjectMeta: metav1.ObjectMeta{Name: "storage"},
		Spec: proxyv1beta1.GlobalProxySettingsSpec{Rules: []proxyv1beta1.GlobalSubjectSpec{
			{Subjects: []proxyv1beta1.GlobalSubject{proxyv1beta1.GlobalSubject(capsule.User("alice"))}},
		}},
	},
	Accepts: []string{
		`metadata: {labels: {a: b}, annotations: {a: b}}`,
		`spec: {rules: [{subjects: [{kind: User, name: alice}]}, {subjects: [{kind: Group, name: devs}], clusterResources: [` + storageYAML + `]}]}`,
	},
	// The rules of the CRD. The tests do not include a copy of the CRD for the API
	// server's code.
	Refuses: []buildtest.Refuses{
		{
			Name:   "no rules",
			Change: `spec: {rules: null}`,
			Faults: []string{"spec.rules: Required value"},
		},
		{
			Name: "rules",
			Change: `
spec:
  rules:
  - {}
  - subjects: [{kind: ServiceAccount, name: runner}]
    clusterResources:
    - {}
    - {apiGroups: ["*", apps], resources: ["", "*"], operations: [Delete], selector: {matchLabels: {a b: ""}}}`,
			Faults: []string{
				"spec.rules[0].subjects: Required value",
				`spec.rules[1].subjects[0].name: Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`,
				"spec.rules[1].clusterResources[0].apiGroups: Required value",
				"spec.rules[1].clusterResources[0].resources: Required value",
				"spec.rules[1].clusterResources[0].selector: Required value: the proxy lets an empty selector match nothing",
				`spec.rules[1].clusterResources[1].apiGroups[0]: Invalid value: "*": must stand alone`,
				`spec.rules[1].clusterResources[1].resources[1]: Invalid value: "*": must stand alone`,
				"spec.rules[1].clusterResources[1].resources[0]: Required value",
				`spec.rules[1].clusterResources[1].operations[0]: Unsupported value: "Delete": supported values: "List", "Get"`,
				`spec.rules[1].clusterResources[1].selector.matchLabels: Invalid value: "a b": ` + notNamePart,
			},
		},
	},
}

func TestGlobalProxySettings(t *testing.T) { globalProxySettings.Test(t) }

var proxySetting = buildtest.Kind[*proxyv1beta1.ProxySetting]{
	Build: func(setting *proxyv1beta1.ProxySetting) (*proxyv1beta1.ProxySetting, error) {
		return capsule.ProxySetting(setting.ObjectMeta, setting.Spec)
	},
	Validate: validated[*proxyv1beta1.ProxySetting],
	Scheme:   capsule.AddToScheme,
	Valid: &proxyv1beta1.ProxySetting{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team-apps", Name: "readers"},
		Spec:       proxyv1beta1.ProxySettingSpec{Subjects: []proxyv1beta1.OwnerSpec{{Kind: "User", Name: "alice"}}},
	},
	Accepts: []string{
		`metadata: {labels: {a: b}, annotations: {a: b}}`,
		`spec: {subjects: [{kind: User, name: alice}, {kind: ServiceAccount, name: "system:serviceaccount:ci:runner", clusterResources: [` + storageYAML + `], proxySettings: [{kind: Nodes, operations: [List]}]}]}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "no subjects",
			Change: `spec: {subjects: null}`,
			Faults: []string{"spec.subjects: Required value"},
		},
		{
			Name:   "subjects",
			Change: `spec: {subjects: [{kind: Group, name: "system:authenticated", clusterResources: [{apiGroups: ["*"], resources: [nodes]}], proxySettings: [{kind: Pods}]}]}`,
			Faults: []string{
				"spec.subjects[0].name: Forbidden: system:authenticated" + notEverybody,
				"spec.subjects[0].clusterResources[0].selector: Required value: the proxy lets an empty selector match nothing",
				`spec.subjects[0].proxySettings[0].kind: Unsupported value: "Pods": supported values: "Nodes"...`,
				"spec.subjects[0].proxySettings[0].operations: Required value",
			},
		},
	},
}

func TestProxySetting(t *testing.T) { proxySetting.Test(t) }

package capsule_test

import (
	"testing"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var storage = proxyv1beta1.ClusterResource{
	APIGroups: []string{"storage.k8s.io"}, Resources: []string{"storageclasses"},
	Operations: []proxyv1beta1.ClusterResourceOperation{"List"}, Selector: &fast,
}

const storageYAML = `{apiGroups: [storage.k8s.io], resources: [storageclasses], operations: [List], selector: {matchLabels: {speed: fast}, matchExpressions: [{key: zone, operator: Exists}]}}`

type globalProxyOption = capsule.GlobalProxySettingsOption

var globalProxySettings = buildtest.Kind[*proxyv1beta1.GlobalProxySettings, globalProxyOption]{
	Build: func(opts ...globalProxyOption) (*proxyv1beta1.GlobalProxySettings, error) {
		return capsule.GlobalProxySettings("storage", append([]globalProxyOption{capsule.ProxyRule{Subjects: []rbac.UserSpec{capsule.User("alice")}}}, opts...)...)
	},
	Func:    globalProxyFunc,
	NilFunc: capsule.GlobalProxySettingsFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[globalProxyOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{
			Option: capsule.ProxyRule{Subjects: []rbac.UserSpec{capsule.Group("devs")}, Resources: []proxyv1beta1.ClusterResource{storage}},
			YAML:   `spec: {rules: [{subjects: [{kind: User, name: alice}]}, {subjects: [{kind: Group, name: devs}], clusterResources: [` + storageYAML + `]}]}`,
		},
	},
	// What the CRD says: the API server cannot be asked, since it is not ours to copy.
	Invalid: []buildtest.Refuses[globalProxyOption]{
		{
			Name: "no rules",
			Options: buildtest.With(globalProxyFunc(func(settings *proxyv1beta1.GlobalProxySettings) error {
				settings.Spec.Rules = nil
				return nil
			})),
			Faults: []string{"spec.rules: Required value"},
		},
		{
			Name: "rules",
			Options: buildtest.With[globalProxyOption](capsule.ProxyRule{}, capsule.ProxyRule{
				Subjects: []rbac.UserSpec{{Kind: "ServiceAccount", Name: "runner"}},
				Resources: []proxyv1beta1.ClusterResource{
					{},
					{
						APIGroups: []string{"*", "apps"}, Resources: []string{"", "*"}, Operations: []proxyv1beta1.ClusterResourceOperation{"Delete"},
						Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"a b": ""}},
					},
				},
			}),
			Faults: []string{
				"spec.rules[1].subjects: Required value",
				`spec.rules[2].subjects[0].name: Invalid value: "runner": must have the form system:serviceaccount:<namespace>:<name>`,
				"spec.rules[2].clusterResources[0].apiGroups: Required value",
				"spec.rules[2].clusterResources[0].resources: Required value",
				"spec.rules[2].clusterResources[0].selector: Required value: the proxy lets an empty selector match nothing",
				`spec.rules[2].clusterResources[1].apiGroups[0]: Invalid value: "*": must stand alone`,
				`spec.rules[2].clusterResources[1].resources[1]: Invalid value: "*": must stand alone`,
				"spec.rules[2].clusterResources[1].resources[0]: Required value",
				`spec.rules[2].clusterResources[1].operations[0]: Unsupported value: "Delete": supported values: "List", "Get"`,
				`spec.rules[2].clusterResources[1].selector.matchLabels: Invalid value: "a b": ` + notNamePart,
			},
		},
	},
}

func globalProxyFunc(f func(*proxyv1beta1.GlobalProxySettings) error) globalProxyOption {
	return capsule.GlobalProxySettingsFunc(f)
}

func TestGlobalProxySettings(t *testing.T)       { globalProxySettings.Test(t) }
func TestGlobalProxySettingsFields(t *testing.T) { globalProxySettings.TestFields(t, nil) }

type proxyOption = capsule.ProxySettingOption

var proxySetting = buildtest.Kind[*proxyv1beta1.ProxySetting, proxyOption]{
	Build: func(opts ...proxyOption) (*proxyv1beta1.ProxySetting, error) {
		return capsule.ProxySetting("dev-team-apps", "readers", append([]proxyOption{capsule.ProxySubject{Subject: capsule.User("alice")}}, opts...)...)
	},
	Func:    proxyFunc,
	NilFunc: capsule.ProxySettingFunc(nil),
	Scheme:  capsule.AddToScheme,
	Options: []buildtest.Sets[proxyOption]{
		{Option: capsule.Labels{"a": "b"}, YAML: `metadata: {labels: {a: b}}`},
		{Option: capsule.Annotations{"a": "b"}, YAML: `metadata: {annotations: {a: b}}`},
		{
			Option: capsule.ProxySubject{
				Subject: capsule.ServiceAccount("ci", "runner"), Resources: []proxyv1beta1.ClusterResource{storage},
				Settings: []rbac.ProxySettings{{Kind: "Nodes", Operations: []rbac.ProxyOperation{"List"}}},
			},
			YAML: `spec: {subjects: [{kind: User, name: alice}, {kind: ServiceAccount, name: "system:serviceaccount:ci:runner", clusterResources: [` + storageYAML + `], proxySettings: [{kind: Nodes, operations: [List]}]}]}`,
		},
	},
	Invalid: []buildtest.Refuses[proxyOption]{
		{
			Name: "no subjects",
			Options: buildtest.With(proxyFunc(func(setting *proxyv1beta1.ProxySetting) error {
				setting.Spec.Subjects = nil
				return nil
			})),
			Faults: []string{"spec.subjects: Required value"},
		},
		{
			Name: "subjects",
			Options: buildtest.With[proxyOption](capsule.ProxySubject{
				Subject: capsule.Group("system:authenticated"), Resources: []proxyv1beta1.ClusterResource{{APIGroups: []string{"*"}, Resources: []string{"nodes"}}},
				Settings: []rbac.ProxySettings{{Kind: "Pods"}},
			}),
			Faults: []string{
				`spec.subjects[1].name: Invalid value: "system:authenticated": ` + notKubernetes,
				"spec.subjects[1].clusterResources[0].selector: Required value: the proxy lets an empty selector match nothing",
				`spec.subjects[1].proxySettings[0].kind: Unsupported value: "Pods": supported values: "Nodes"...`,
				"spec.subjects[1].proxySettings[0].operations: Required value",
			},
		},
	},
}

func proxyFunc(f func(*proxyv1beta1.ProxySetting) error) proxyOption {
	return capsule.ProxySettingFunc(f)
}

func TestProxySetting(t *testing.T)       { proxySetting.Test(t) }
func TestProxySettingFields(t *testing.T) { proxySetting.TestFields(t, nil) }

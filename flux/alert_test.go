package flux_test

import (
	"strings"
	"testing"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type alertOption = flux.AlertOption

var alert = kind[*notificationv1beta3.Alert, alertOption]{
	build: func(opts ...alertOption) (*notificationv1beta3.Alert, error) {
		return flux.Alert("dev-team", "alerts", &notificationv1beta3.Provider{ObjectMeta: inDevTeam},
			flux.Objects(&kustomizev1.Kustomization{ObjectMeta: inDevTeam}), opts...)
	},
	fn:      func(f func(*notificationv1beta3.Alert) error) alertOption { return flux.AlertFunc(f) },
	nilFunc: flux.AlertFunc(nil),
	options: []sets[alertOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{
			flux.Objects(&helmv2.HelmRelease{ObjectMeta: elsewhere}, &sourcev1.GitRepository{ObjectMeta: inDevTeam}),
			`spec: {eventSources: [{kind: Kustomization, name: other}, {kind: HelmRelease, name: other, namespace: platform}, {kind: GitRepository, name: other}]}`,
		},
		{
			flux.AllOf("HelmRelease", map[string]string{"team": "dev"}),
			`spec: {eventSources: [{kind: Kustomization, name: other}, {kind: HelmRelease, name: "*", matchLabels: {team: dev}}]}`,
		},
		{flux.AllOf("Bucket", nil), `spec: {eventSources: [{kind: Kustomization, name: other}, {kind: Bucket, name: "*"}]}`},
		{flux.Severity("error"), `spec: {eventSeverity: error}`},
		{flux.IncludeMessages{".*succeeded.*"}, `spec: {inclusionList: [".*succeeded.*"]}`},
		{flux.ExcludeMessages{"^Dependencies.*"}, `spec: {exclusionList: ["^Dependencies.*"]}`},
		{flux.EventMetadata{"cluster": "staging"}, `spec: {eventMetadata: {cluster: staging}}`},
	},
	invalid: []refuses[alertOption]{
		{
			name: "nothing given",
			options: with(alertOption(flux.AlertFunc(func(alert *notificationv1beta3.Alert) error {
				alert.Spec = notificationv1beta3.AlertSpec{}
				return nil
			}))),
			faults: []string{`spec.providerRef.name: Required value`, `spec.eventSources: Required value: an Alert on nothing sends nothing`},
		},
		{
			name:    "severity, summary",
			options: with[alertOption](flux.Severity("warning"), alertSummary(strings.Repeat("a", 256))),
			faults: []string{
				`spec.eventSeverity: Unsupported value: "warning": supported values: "info", "error"`,
				`spec.summary: Invalid value: "` + strings.Repeat("a", 256) + `": must have at most 255 characters, has 256`,
			},
		},
		{
			name:    "sources",
			options: with[alertOption](flux.Objects(nil, &kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Name: "A", Namespace: "B"}}), flux.References{{Kind: "Deployment", Name: "web", MatchLabels: map[string]string{"a": "b c"}}}),
			faults: []string{
				`spec.eventSources[1].kind: Required value`,
				`spec.eventSources[1].name: Required value`,
				`spec.eventSources[2].name: Invalid value: "A": ` + notSubdomain,
				`spec.eventSources[2].namespace: Invalid value: "B": ` + notLabel,
				`spec.eventSources[3].kind: Unsupported value: "Deployment": supported values: "ArtifactGenerator", "Bucket", ...`,
				`spec.eventSources[3].matchLabels: Forbidden: may be set only when name is "*"`,
				`spec.eventSources[3].matchLabels: Invalid value: "b c": ` + notLabelValue,
			},
		},
		{
			name:    "expressions",
			options: with[alertOption](flux.IncludeMessages{"("}, flux.ExcludeMessages{"", "["}),
			faults: []string{
				"spec.inclusionList[0]: Invalid value: \"(\": error parsing regexp: missing closing ): `(`",
				`spec.exclusionList[0]: Required value`,
				"spec.exclusionList[1]: Invalid value: \"[\": error parsing regexp: missing closing ]: `[`",
			},
			stricter: "the controller ignores what it cannot parse, and an empty one matches everything",
		},
	},
}

func TestAlert(t *testing.T) { alert.test(t) }

// The reference to the provider names no namespace.
func TestAlertToForeignProvider(t *testing.T) {
	_, err := flux.Alert("dev-team", "alerts", &notificationv1beta3.Provider{ObjectMeta: elsewhere}, flux.AllOf("Kustomization", nil))
	want := `spec.providerRef: Invalid value: "platform/other": must be in the namespace of the Alert`
	if got := faults(err); len(got) != 1 || got[0] != want {
		t.Errorf("faults = %q, want %q", got, want)
	}
}

func TestAlertWithoutProvider(t *testing.T) {
	_, err := flux.Alert("dev-team", "alerts", nil, flux.AllOf("Kustomization", nil))
	want := `spec.providerRef.name: Required value`
	if got := faults(err); len(got) != 1 || got[0] != want {
		t.Errorf("faults = %q, want %q", got, want)
	}
}

func alertSummary(text string) alertOption {
	return flux.AlertFunc(func(alert *notificationv1beta3.Alert) error { alert.Spec.Summary = text; return nil })
}

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
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type alertOption = flux.AlertOption

var alert = kind[*notificationv1beta3.Alert, alertOption]{
	Kind: buildtest.Kind[*notificationv1beta3.Alert, alertOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...alertOption) (*notificationv1beta3.Alert, error) {
			return flux.Alert("dev-team", "alerts", &notificationv1beta3.Provider{ObjectMeta: inDevTeam},
				flux.Objects(&kustomizev1.Kustomization{ObjectMeta: inDevTeam}), opts...)
		},
		Func:    func(f func(*notificationv1beta3.Alert) error) alertOption { return flux.AlertFunc(f) },
		NilFunc: flux.AlertFunc(nil),
		Options: []buildtest.Sets[alertOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{
				Option: flux.Objects(&helmv2.HelmRelease{ObjectMeta: elsewhere}, &sourcev1.GitRepository{ObjectMeta: inDevTeam}),
				YAML:   `spec: {eventSources: [{kind: Kustomization, name: other}, {kind: HelmRelease, name: other, namespace: platform}, {kind: GitRepository, name: other}]}`,
			},
			{
				Option: flux.AllOf("HelmRelease", map[string]string{"team": "dev"}),
				YAML:   `spec: {eventSources: [{kind: Kustomization, name: other}, {kind: HelmRelease, name: "*", matchLabels: {team: dev}}]}`,
			},
			{Option: flux.AllOf("Bucket", nil), YAML: `spec: {eventSources: [{kind: Kustomization, name: other}, {kind: Bucket, name: "*"}]}`},
			{Option: flux.Severity("error"), YAML: `spec: {eventSeverity: error}`},
			{Option: flux.IncludeMessages{".*succeeded.*"}, YAML: `spec: {inclusionList: [".*succeeded.*"]}`},
			{Option: flux.ExcludeMessages{"^Dependencies.*"}, YAML: `spec: {exclusionList: ["^Dependencies.*"]}`},
			{Option: flux.EventMetadata{"cluster": "staging"}, YAML: `spec: {eventMetadata: {cluster: staging}}`},
		},
		Invalid: []buildtest.Refuses[alertOption]{
			{
				Name: "nothing given",
				Options: buildtest.With(alertOption(flux.AlertFunc(func(alert *notificationv1beta3.Alert) error {
					alert.Spec = notificationv1beta3.AlertSpec{}
					return nil
				}))),
				Faults: []string{`spec.providerRef.name: Required value`, `spec.eventSources: Required value: an Alert on nothing sends nothing`},
			},
			{
				Name:    "severity, summary",
				Options: buildtest.With[alertOption](flux.Severity("warning"), alertSummary(strings.Repeat("a", 256))),
				Faults: []string{
					`spec.eventSeverity: Unsupported value: "warning": supported values: "info", "error"`,
					`spec.summary: Invalid value: "` + strings.Repeat("a", 256) + `": must have at most 255 characters, has 256`,
				},
			},
			{
				Name:    "sources",
				Options: buildtest.With[alertOption](flux.Objects(nil, &kustomizev1.Kustomization{ObjectMeta: metav1.ObjectMeta{Name: "A", Namespace: "B"}}), flux.References{{Kind: "Deployment", Name: "web", MatchLabels: map[string]string{"a": "b c"}}}),
				Faults: []string{
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
				Name:    "expressions",
				Options: buildtest.With[alertOption](flux.IncludeMessages{"("}, flux.ExcludeMessages{"", "["}),
				Faults: []string{
					"spec.inclusionList[0]: Invalid value: \"(\": error parsing regexp: missing closing ): `(`",
					`spec.exclusionList[0]: Required value`,
					"spec.exclusionList[1]: Invalid value: \"[\": error parsing regexp: missing closing ]: `[`",
				},
				Stricter: "the controller ignores what it cannot parse, and an empty one matches everything",
			},
		},
	},
}

func TestAlert(t *testing.T) { alert.Test(t) }

// The reference to the provider names no namespace.
func TestAlertToForeignProvider(t *testing.T) {
	_, err := flux.Alert("dev-team", "alerts", &notificationv1beta3.Provider{ObjectMeta: elsewhere}, flux.AllOf("Kustomization", nil))
	want := `spec.providerRef: Invalid value: "platform/other": must be in the namespace of the Alert`
	if got := buildtest.Faults(err); len(got) != 1 || got[0] != want {
		t.Errorf("faults = %q, want %q", got, want)
	}
}

func TestAlertWithoutProvider(t *testing.T) {
	_, err := flux.Alert("dev-team", "alerts", nil, flux.AllOf("Kustomization", nil))
	want := `spec.providerRef.name: Required value`
	if got := buildtest.Faults(err); len(got) != 1 || got[0] != want {
		t.Errorf("faults = %q, want %q", got, want)
	}
}

func alertSummary(text string) alertOption {
	return flux.AlertFunc(func(alert *notificationv1beta3.Alert) error { alert.Spec.Summary = text; return nil })
}

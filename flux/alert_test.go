package flux_test

import (
	"strings"
	"testing"

	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var alert = buildtest.Kind[*notificationv1beta3.Alert]{
	Build: func(obj *notificationv1beta3.Alert) (*notificationv1beta3.Alert, error) {
		return flux.Alert(obj.ObjectMeta, obj.Spec)
	},
	Validate: func(obj *notificationv1beta3.Alert) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &notificationv1beta3.Alert{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "alerts"},
		Spec: notificationv1beta3.AlertSpec{
			ProviderRef:  meta.LocalObjectReference{Name: "chat"},
			EventSources: []notificationv1.CrossNamespaceObjectReference{{Kind: "Kustomization", Name: "other"}},
		},
	},
	Accepts: []string{
		`spec: {suspend: true}`,
		`spec: {eventSources: [{kind: Kustomization, name: other}, {kind: HelmRelease, name: other, namespace: platform}, {kind: GitRepository, name: other}]}`,
		`spec: {eventSources: [{kind: Kustomization, name: other}, {kind: HelmRelease, matchLabels: {team: dev}, name: "*"}]}`,
		`spec: {eventSources: [{kind: Kustomization, name: other}, {kind: Bucket, name: "*"}]}`,
		`spec: {eventSeverity: error}`,
		`spec: {inclusionList: [".*succeeded.*"]}`,
		`spec: {exclusionList: ["^Dependencies.*"]}`,
		`spec: {eventMetadata: {cluster: staging}}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "nothing given",
			Change: `spec: {eventSources: null, providerRef: {name: ""}}`,
			Faults: []string{
				`spec.providerRef.name: Required value`,
				`spec.eventSources: Required value: an Alert without sources sends nothing`,
			},
		},
		{
			Name:   "severity, summary",
			Change: `spec: {eventSeverity: warning, summary: ` + strings.Repeat("a", 256) + `}`,
			Faults: []string{
				`spec.eventSeverity: Unsupported value: "warning": supported values: "info", "error"`,
				`spec.summary: Invalid value: "` + strings.Repeat("a", 256) + `": must have at most 255 characters, has 256`,
			},
		},
		{
			Name:   "sources",
			Change: `spec: {eventSources: [{kind: Kustomization, name: other}, {kind: "", name: ""}, {kind: Kustomization, name: A, namespace: B}, {kind: Deployment, matchLabels: {a: "b c"}, name: web}]}`,
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
			Name:   "expressions",
			Change: `spec: {exclusionList: ["", "["], inclusionList: ["("]}`,
			Faults: []string{
				"spec.inclusionList[0]: Invalid value: \"(\": error parsing regexp: missing closing ): `(`",
				`spec.exclusionList[0]: Required value`,
				"spec.exclusionList[1]: Invalid value: \"[\": error parsing regexp: missing closing ]: `[`",
			},
			Stricter: "the controller ignores what it cannot parse, and an empty one matches everything",
		},
	},
}

func TestAlert(t *testing.T) { alert.Test(t) }

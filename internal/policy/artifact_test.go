package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/internal/policytest"
)

func TestArtifactHost(t *testing.T) {
	const status = `{kind: Kustomization, status: {conditions: [{type: A, message: fine}, {type: B, message: "GET http://art-1.flux-system.svc/a giving up"}, {type: C, message: "art-1.flux-system.svc art-1.flux-system.svc"}]}}`
	plane := policytest.New(t, objects(Spec{ArtifactHost: "art-1.flux-system.svc"}))
	for name, test := range map[string]struct {
		object, subresource string
		want                []string
	}{
		"status": {status, "status", []string{
			"replace /status/conditions/1/message GET http://source-controller/a giving up",
			"replace /status/conditions/2/message source-controller source-controller",
		}},
		"status without it": {`{kind: Kustomization, status: {conditions: [{type: A, message: fine}]}}`, "status", nil},
		"no status":         {`{kind: Kustomization}`, "status", nil},
		"event":             {`{kind: Event, message: "at art-1.flux-system.svc"}`, "", []string{"replace /message at source-controller"}},
		"event of the new API": {`{kind: Event, note: "at art-1.flux-system.svc", message: x}`, "", []string{
			"replace /message x",
			"replace /note at source-controller",
		}},
		"another event":  {`{kind: Event, message: fine}`, "", nil},
		"another object": {`{kind: ConfigMap, message: art-1.flux-system.svc}`, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			request := policytest.Request{New: policytest.Object(t, test.object), Subresource: test.subresource}
			if diff := cmp.Diff(test.want, plane.Patched(t, request)); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, policy := range Build(Spec{}) {
		if policy.Name == "fluxcapsule-artifact-host" {
			t.Error("there is a policy without a host")
		}
	}
}

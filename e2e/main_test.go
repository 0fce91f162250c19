package e2e

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/e2e/chartserver"
	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/gitserver"
)

// What every test shares: one control plane, and what a tenant brings.
var (
	cluster *controlplane.ControlPlane
	git     *gitserver.Server
	charts  *chartserver.Server
)

func TestMain(m *testing.M) {
	os.Exit(controlplane.Main(func(cp *controlplane.ControlPlane) (int, error) {
		var err error
		if git, err = gitserver.Start(filepath.Join(cp.Dir(), "git")); err != nil {
			return 0, err
		}
		defer git.Close()
		if charts, err = chartserver.Start(filepath.Join(cp.Dir(), "charts"), appChart, crdChart); err != nil {
			return 0, err
		}
		defer charts.Close()
		cluster = cp
		if err := errors.Join(lockFlux(context.Background(), true), setPolicy(context.Background(), true)); err != nil {
			return 0, err
		}
		flag.Set("test.parallel", "24") // tests wait more than they work
		code := m.Run()
		report.print(os.Stdout, code)
		return code, documentMeasured()
	}))
}

// appChart puts a ConfigMap into the release's namespace, or into that of its
// values.
var appChart = chartserver.Chart("app", map[string]string{"templates/configmap.yaml": `
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Values.name | default "from-chart" }}
  namespace: {{ .Values.namespace | default .Release.Namespace }}
data: {secret: {{ .Values.secret | default "" | quote }}}
`})

// crdChart brings a cluster-scoped object.
var crdChart = chartserver.Chart("crds", map[string]string{"crds/things.yaml": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`})

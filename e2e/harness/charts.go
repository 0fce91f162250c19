package harness

import (
	"helm.sh/helm/v3/pkg/chart"

	"github.com/fluxcapsule/fluxcapsule/e2e/chartserver"
)

// appChart puts a ConfigMap into the release's namespace, or into that of its
// values.
func appChart() *chart.Chart {
	return chartserver.Chart("app", map[string]string{"templates/configmap.yaml": `
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Values.name | default "from-chart" }}
  namespace: {{ .Values.namespace | default .Release.Namespace }}
data: {secret: {{ .Values.secret | default "" | quote }}}
`})
}

// crdChart brings a cluster-scoped object.
func crdChart() *chart.Chart {
	return chartserver.Chart("crds", map[string]string{"crds/things.yaml": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]
`})
}

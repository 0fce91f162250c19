package flux

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Kustomization applies the directory spec.path of a source, see [SourceRef], to the
// cluster. It acts as spec.serviceAccountName; without one it has the privileges of
// the controller or of the account of --default-service-account. spec.prune is not
// changed: false keeps objects on the cluster that disappear from the source.
// spec.targetNamespace is the namespace of every object, and renames the Namespaces
// in the source too. Line feeds in the values of spec.postBuild are removed, so a
// text of several lines is changed; by default a variable without a value and without
// a default, ${name:=default}, is an error. The default of spec.interval is
// [DefaultReconcileInterval], the default of spec.decryption.provider is sops.
//
// See https://fluxcd.io/flux/components/kustomize/kustomizations/
func Kustomization(metadata metav1.ObjectMeta, spec kustomizev1.KustomizationSpec, allow ...Allowance) (*kustomizev1.Kustomization, error) {
	defaultInterval(&spec.Interval, DefaultReconcileInterval)
	if spec.Decryption != nil && spec.Decryption.Provider == "" {
		spec.Decryption = new(*spec.Decryption)
		spec.Decryption.Provider = "sops"
	}
	return finish(&kustomizev1.Kustomization{TypeMeta: typeMeta(kustomizev1.KustomizationKind), ObjectMeta: metadata, Spec: spec}, allow)
}

package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/runtime"

	proxyv1beta1 "github.com/fluxcapsule/fluxcapsule/capsule/proxy/v1beta1"
)

// AddToScheme registers every kind of Capsule and Capsule Proxy, at the version
// that their current releases serve.
func AddToScheme(scheme *runtime.Scheme) error {
	if err := capsulev1beta2.AddToScheme(scheme); err != nil {
		return err
	}
	return proxyv1beta1.AddToScheme(scheme)
}

package capsule

import (
	"sync"

	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"

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

// scheme holds every kind of this package. It never changes.
var scheme = sync.OnceValue(func() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(AddToScheme(scheme))
	return scheme
})

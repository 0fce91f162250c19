package tenant

import (
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/flux"
)

// Scheme returns a new scheme with every kind that a tenant or its platform is
// made of: Kubernetes' own, Flux's and Capsule's. A client or a decoder that is
// handed it gives typed objects for all of them.
func Scheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	utilruntime.Must(clientgoscheme.AddToScheme(scheme))
	utilruntime.Must(flux.AddToScheme(scheme))
	utilruntime.Must(capsule.AddToScheme(scheme))
	return scheme
}

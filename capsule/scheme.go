package capsule

import (
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	"k8s.io/apimachinery/pkg/runtime"
)

// AddToScheme registers every Capsule kind, at the version that current Capsule
// serves.
func AddToScheme(scheme *runtime.Scheme) error { return capsulev1beta2.AddToScheme(scheme) }

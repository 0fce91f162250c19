package v1beta1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion is the group and version of Capsule Proxy's kinds.
var GroupVersion = schema.GroupVersion{Group: "capsule.clastix.io", Version: "v1beta1"}

// AddToScheme registers the kinds.
func AddToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&GlobalProxySettings{}, &GlobalProxySettingsList{},
		&ProxySetting{}, &ProxySettingList{})
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}

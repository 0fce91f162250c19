package tenancy

import (
	"cmp"

	"github.com/fluxcd/pkg/apis/meta"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// bundleRules are rules that only a bundle can check.
func bundleRules() []Rule {
	return []Rule{
		{
			ID: "reconciler", Class: Identities, Kinds: kinds(kustomization, helmRelease), Field: "spec.serviceAccountName",
			Lets:       "acts as another account of its namespace",
			BundleOnly: "which account is the tenant's reconciler stands in the bundle; any account of the namespace is the tenant's",
			must:       only{[]path{"spec.serviceAccountName"}, reconciler},
		},
		{
			ID: "access", Class: Identities, Kinds: kinds(kustomization, helmRelease), Field: "spec.kubeConfig",
			Lets:       "goes to another API server, or past Capsule Proxy",
			Message:    "must be the tenant's own access",
			BundleOnly: "which access is the tenant's stands in the bundle; that it does not send the controller's token is the rule on ConfigMaps",
			must:       only{[]path{"spec.kubeConfig.configMapRef", "spec.kubeConfig.secretRef"}, access},
		},
		{
			ID: "home-workloads", Class: References, Kinds: kinds(helmRelease), Field: "spec.targetNamespace",
			Lets:       "waits for pods that the quota of the home namespace refuses",
			Message:    "must be one of the tenant's namespaces: the home namespace runs no workloads",
			BundleOnly: "the quota refuses the pods",
			must:       only{[]path{"spec.targetNamespace"}, elsewhere},
		},
	}
}

// only is a condition without CEL.
type only struct {
	fields []path
	check  func(object map[string]any, id Identity) *field.Error
}

func (o only) faults(object map[string]any, id Identity) field.ErrorList {
	if err := o.check(object, id); err != nil {
		return field.ErrorList{err}
	}
	return nil
}

func (only) cel(Limits) string { return "true" }
func (o only) paths() []path   { return o.fields }

func reconciler(object map[string]any, id Identity) *field.Error {
	if account := text(object, "spec.serviceAccountName"); account != id.Account {
		return field.Invalid(path("spec.serviceAccountName").field(), account, "must be the tenant's reconciler, "+id.Account)
	}
	return nil
}

func access(object map[string]any, id Identity) *field.Error {
	var spec struct {
		KubeConfig *meta.KubeConfigReference `json:"kubeConfig,omitempty"`
	}
	content, _ := object["spec"].(map[string]any)
	err := runtime.DefaultUnstructuredConverter.FromUnstructured(map[string]any{"kubeConfig": content["kubeConfig"]}, &spec)
	if err != nil || !equality.Semantic.DeepEqual(spec.KubeConfig, id.KubeConfig) {
		return field.Forbidden(path("spec.kubeConfig").field(), "")
	}
	return nil
}

func elsewhere(object map[string]any, id Identity) *field.Error {
	target := text(object, "spec.targetNamespace")
	if id.HomeWorkloads || cmp.Or(target, id.Namespace) != id.Namespace {
		return nil
	}
	return field.Invalid(path("spec.targetNamespace").field(), target, "")
}

// text is the string at a path, or empty.
func text(object map[string]any, p path) string {
	for _, v := range p.values(object) {
		s, _ := v.is.(string)
		return s
	}
	return ""
}

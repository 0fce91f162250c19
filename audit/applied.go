package audit

import (
	"github.com/fluxcd/pkg/apis/meta"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// applier is what Kustomizations and HelmReleases have in common: Flux applies
// something in somebody's name.
type applier struct {
	*object
	controller string
	account    string
	kubeConfig *meta.KubeConfigReference
	dependsOn  []meta.NamespacedObjectReference
	readyExpr  []bool
	source     sourceRef
	sourceAt   string // the field of the source's namespace
	targets    []target
}

// A target is a namespace that an applier names beside that of its source.
type target struct{ field, namespace string }

func (a *applier) aims(field, namespace string) {
	if namespace != "" {
		a.targets = append(a.targets, target{field, namespace})
	}
}

type sourceRef struct{ apiVersion, kind, namespace, name string }

// applied returns all appliers of the set.
func (m *model) applied() []applier {
	if m.appliers != nil {
		return m.appliers
	}
	appliers := make([]applier, 0, len(m.kustomizations)+len(m.releases))
	for _, o := range m.kustomizations {
		spec := o.is.Spec
		a := applier{object: o.object, controller: kustomizeController, account: spec.ServiceAccountName, kubeConfig: spec.KubeConfig,
			source:   sourceRef{spec.SourceRef.APIVersion, spec.SourceRef.Kind, spec.SourceRef.Namespace, spec.SourceRef.Name},
			sourceAt: "spec.sourceRef.namespace"}
		for _, d := range spec.DependsOn {
			a.dependsOn = append(a.dependsOn, meta.NamespacedObjectReference{Namespace: d.Namespace, Name: d.Name})
			a.readyExpr = append(a.readyExpr, d.ReadyExpr != "")
		}
		a.aims("spec.targetNamespace", spec.TargetNamespace)
		for i, check := range spec.HealthChecks {
			a.aims(index("spec.healthChecks", i)+".namespace", check.Namespace)
		}
		appliers = append(appliers, a)
	}
	for _, o := range m.releases {
		spec := o.is.Spec
		a := applier{object: o.object, controller: helmController, account: spec.ServiceAccountName, kubeConfig: spec.KubeConfig}
		switch {
		case spec.ChartRef != nil:
			a.source = sourceRef{spec.ChartRef.APIVersion, spec.ChartRef.Kind, spec.ChartRef.Namespace, spec.ChartRef.Name}
			a.sourceAt = "spec.chartRef.namespace"
		case spec.Chart != nil:
			ref := spec.Chart.Spec.SourceRef
			a.source = sourceRef{ref.APIVersion, ref.Kind, ref.Namespace, ref.Name}
			a.sourceAt = "spec.chart.spec.sourceRef.namespace"
		}
		for _, d := range spec.DependsOn {
			a.dependsOn = append(a.dependsOn, meta.NamespacedObjectReference{Namespace: d.Namespace, Name: d.Name})
			a.readyExpr = append(a.readyExpr, d.ReadyExpr != "")
		}
		a.aims("spec.targetNamespace", spec.TargetNamespace)
		a.aims("spec.storageNamespace", spec.StorageNamespace)
		appliers = append(appliers, a)
	}
	m.appliers = appliers
	return appliers
}

// actsAs returns the account that Flux acts as for an object, or "" if that is
// the controller's own; known is false where the controller's flags are needed
// to tell and are not in the set.
func (m *model) actsAs(a applier) (account string, known bool) {
	if a.account != "" {
		return a.account, true
	}
	seen := false
	for _, c := range m.controllers {
		if c.name != a.controller {
			continue
		}
		seen = true
		if c.has("default-service-account") {
			account = c.flags["default-service-account"]
		} else {
			return "", true
		}
	}
	return account, seen
}

// privileged tells whether Flux acts with the rights of the platform for an
// object: as itself, or as an account that may do everything.
func (m *model) privileged(a applier) (yes, known bool) {
	if a.kubeConfig != nil && a.kubeConfig.SecretRef != nil {
		return false, true // with whatever the kubeconfig holds
	}
	account, known := m.actsAs(a)
	if account == "" {
		return true, known
	}
	for _, c := range m.controllers {
		if c.object.ref.Namespace == a.ref.Namespace && c.account == account {
			return true, true
		}
	}
	if m.standing(a.ref.Namespace) == platformStanding && (account == kustomizeController || account == helmController) {
		return true, true
	}
	return m.boundToEverything[a.ref.Namespace+"/"+account], true
}

// accountsWithEverything lists the ServiceAccounts that may do all in the cluster.
func accountsWithEverything(m *model) map[string]bool {
	accounts := map[string]bool{}
	for _, b := range m.clusterBinding {
		role := m.role(b.is.RoleRef, "")
		if role == nil || !role.everything() {
			continue
		}
		for _, s := range b.is.Subjects {
			if s.Kind == rbacv1.ServiceAccountKind {
				accounts[s.Namespace+"/"+s.Name] = true
			}
		}
	}
	return accounts
}

func (m *model) configMap(namespace, name string) *corev1.ConfigMap {
	cm, _ := find[*corev1.ConfigMap](m, configMapKind, namespace, name)
	return cm
}

// sourceOf returns the source that an object is applied from, if it is in the set.
func (m *model) sourceOf(a applier) *object {
	gk := schema.GroupKind{Group: group("source"), Kind: a.source.kind}
	return m.byKey[key{gk, orDefault(a.source.namespace, a.ref.Namespace), a.source.name}]
}

// softened is the severity of a finding about an object that an admission policy
// refuses anyway, with a note to append to the message.
func (m *model) softened(o *object, severity Severity) (Severity, string) {
	if refusal, ok := m.refuses(o); ok {
		return Info, "; the admission policy " + refusal.policy + " refuses it"
	}
	return severity, ""
}

func (m *model) foreign(o *object, namespace string) bool {
	return namespace != "" && namespace != o.ref.Namespace
}

// sameTenant tells whether two namespaces are the same tenant's.
func (m *model) sameTenant(a, b string) bool {
	x, y := m.namespaces[a], m.namespaces[b]
	return x != nil && y != nil && x.tenant != nil && x.tenant == y.tenant
}

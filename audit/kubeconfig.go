package audit

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// These rules read kubeconfigs as Flux does.
var kubeconfigRules = []rule{
	{"kubeconfig-account", wholeSet(checkKubeConfigAccount)},
	{"kubeconfig-unusable", wholeSet(checkKubeConfigUsable)},
	{"kubeconfig-impersonation", eachApplier(checkImpersonation)},
}

// configMapOf returns the ConfigMap of an applier's kubeConfig; nil if it has none
// or the ConfigMap is not in the set.
func configMapOf(m *model.Model, a model.Applier) (*corev1.ConfigMap, *model.Object) {
	if a.KubeConfig == nil || a.KubeConfig.ConfigMapRef == nil {
		return nil, nil
	}
	return model.Get[*corev1.ConfigMap](m.Set, model.ConfigMapKind, a.Object.Ref.Namespace, a.KubeConfig.ConfigMapRef.Name)
}

func checkKubeConfigAccount(m *model.Model, r *findings) {
	seen := map[*model.Object]bool{}
	for _, a := range m.Appliers {
		cm, o := configMapOf(m, a)
		if cm == nil || cm.Data["serviceAccountName"] != "" || seen[o] || m.Tenancy.Standing(o.Ref.Namespace) == model.PlatformStanding {
			continue
		}
		seen[o] = true
		f := Finding{Field: "data.serviceAccountName", Message: "names no account"}
		switch m.Flux.Flag(a.Controller, "default-kubeconfig-service-account") {
		case model.OnState:
			f.Severity, f.Message = Info, f.Message+"; --default-kubeconfig-service-account stands in"
		case model.OffState:
			f.Severity, f.Message = Error, f.Message+": "+a.Controller+" sends the token of its own account to "+cm.Data["address"]
		default:
			f.Severity, f.Message = Warning, f.Message+", and whether "+a.Controller+" has --default-kubeconfig-service-account is not in the set"
		}
		severity, suffix := softened(m, o, f.Severity)
		f.Severity, f.Message = severity, f.Message+suffix
		r.add(o, f)
	}
	eachEscape(func(_ *model.Model, r *findings, e model.Escape) {
		if !seen[e.Object] {
			r.add(e.Object, Finding{Severity: Info, Field: e.Field, Message: "names no account; no kubeConfig of the set refers to it"})
		}
	}, "kubeconfig-account")(m, r)
}

func checkKubeConfigUsable(m *model.Model, r *findings) {
	seen := map[*model.Object]string{}
	for _, a := range m.Appliers {
		o, report := kubeConfigOf(m, a)
		if o == nil || seen[o] != "" {
			continue
		}
		seen[o] = cmp.Or(report.Key, "data")
		for _, e := range report.Refused {
			r.addf(o, e.Field, "Flux refuses it: %s", e.ErrorBody())
		}
		for _, e := range report.Dropped {
			r.addf(o, e.Field, "Flux passes over it: %s", e.ErrorBody())
		}
		for _, e := range report.Warnings {
			if !strings.HasSuffix(e.Field, "[serviceAccountName]") { // kubeconfig-account says it
				r.addf(o, e.Field, "%s", e.ErrorBody())
			}
		}
	}
	for o, secret := range model.All[*corev1.Secret](m.Set) {
		checkUnusedKubeConfig(r, o, secret, seen[o])
	}
}

// checkUnusedKubeConfig reports what Flux drops and refuses of kubeconfigs in Secrets
// that no kubeConfig of the set refers to: one in a cluster may.
func checkUnusedKubeConfig(r *findings, o *model.Object, given *corev1.Secret, used string) {
	if encrypted(o) {
		return
	}
	secret := withStringData(given)
	for _, key := range slices.Sorted(maps.Keys(secret.Data)) {
		text := string(secret.Data[key])
		if key == used || !strings.Contains(text, "clusters:") || !strings.Contains(text, "users:") {
			continue
		}
		report := kubeconfig.ReadSecret(secret, key)
		for _, e := range slices.Concat(report.Refused, report.Dropped) {
			r.add(o, Finding{Severity: Info, Field: e.Field, Message: "no kubeConfig of the set refers to it; Flux drops or refuses it: " + e.ErrorBody()})
		}
	}
}

// kubeConfigOf reads the kubeconfig of an applier; the object is nil if the set has
// no readable one.
func kubeConfigOf(m *model.Model, a model.Applier) (*model.Object, kubeconfig.Report) {
	if cm, o := configMapOf(m, a); cm != nil {
		return o, kubeconfig.ReadConfigMap(cm)
	}
	if a.KubeConfig == nil || a.KubeConfig.SecretRef == nil {
		return nil, kubeconfig.Report{}
	}
	ref := a.KubeConfig.SecretRef
	secret, o := model.Get[*corev1.Secret](m.Set, model.SecretKind, a.Object.Ref.Namespace, ref.Name)
	if secret == nil || encrypted(o) {
		return nil, kubeconfig.Report{}
	}
	return o, kubeconfig.ReadSecret(withStringData(secret), ref.Key)
}

// withStringData returns the Secret as the API server stores it.
func withStringData(secret *corev1.Secret) *corev1.Secret {
	if len(secret.StringData) == 0 {
		return secret
	}
	stored := secret.DeepCopy()
	if stored.Data == nil {
		stored.Data = map[string][]byte{}
	}
	for k, v := range secret.StringData {
		stored.Data[k] = []byte(v)
	}
	return stored
}

func checkImpersonation(m *model.Model, r *findings, a model.Applier) {
	account := model.Account{Namespace: a.Object.Ref.Namespace, Name: a.Account}
	cm, o := configMapOf(m, a)
	if a.Account == "" || cm == nil || m.Set.Get(model.AccountKind, account.Namespace, account.Name) == nil || mayImpersonateItself(m, account) {
		return
	}
	r.addf(o, "data.serviceAccountName", "%s may not impersonate itself, which %s asks for", account, a.Object.Ref)
}

// mayImpersonateItself reports whether a role of the account lets it, or is not in
// the set.
func mayImpersonateItself(m *model.Model, account model.Account) bool {
	return slices.ContainsFunc(m.Rights.BoundTo(account), func(b model.Binding) bool {
		role := m.Rights.RoleOf(b)
		return role == nil || role.Impersonates("users", account.User()) || role.Impersonates("serviceaccounts", account.Name)
	})
}

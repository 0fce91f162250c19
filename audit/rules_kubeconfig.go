package audit

import (
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
)

// These rules read kubeconfigs as Flux does.
var kubeconfigRules = []check{
	{Rule{
		ID:       "kubeconfig-account",
		Severity: Error,
		Title:    "Flux would send its own token to this server",
		Doc: `The ConfigMap of a kubeConfig.configMapRef has no serviceAccountName. Flux takes --default-kubeconfig-service-account or,
without it, requests a token for the controller's own account and sends it to the ConfigMap's address. It is an error if the
flag is missing, a warning if the controller is not in the set, and a note where the flag or an admission policy stands in.`,
		Exploit:    "Whoever runs the server at that address, or may change the address, has the token of kustomize-controller, which is cluster-admin.",
		Fix:        "Set data.serviceAccountName (kubeconfig.ConfigMap).",
		References: []string{docKubeConfig},
	}, func(m *model, r *report) {
		seen := map[*object]bool{}
		for _, a := range m.applied() {
			if a.kubeConfig == nil || a.kubeConfig.ConfigMapRef == nil {
				continue
			}
			cm, o := find[*corev1.ConfigMap](m, configMapKind, a.ref.Namespace, a.kubeConfig.ConfigMapRef.Name)
			if cm == nil || cm.Data["serviceAccountName"] != "" || seen[o] || m.standing(a.ref.Namespace) == platformStanding {
				continue
			}
			seen[o] = true
			f := Finding{Field: "data.serviceAccountName", Message: "names no account"}
			switch m.flag(a.controller, "default-kubeconfig-service-account") {
			case onState:
				f.Severity, f.Message = Info, f.Message+"; --default-kubeconfig-service-account stands in"
			case offState:
				f.Severity, f.Message = Error, f.Message+": "+a.controller+" sends the token of its own account to "+cm.Data["address"]
			default:
				f.Severity, f.Message = Warning, f.Message+", and whether "+a.controller+" has --default-kubeconfig-service-account is not in the set"
			}
			severity, note := m.softened(o, f.Severity)
			f.Severity, f.Message = severity, f.Message+note
			r.add(o, f)
		}
	}},
	{Rule{
		ID:         "kubeconfig-unusable",
		Severity:   Warning,
		Title:      "Flux cannot use this kubeconfig, or not all of it",
		Doc:        `The Secret or ConfigMap of a kubeConfig is read as Flux reads it. What Flux refuses makes it fail; what it drops (credential plugins, insecure-skip-tls-verify, further contexts) it passes over without a word.`,
		Exploit:    "It does not do what it says.",
		Fix:        "Build it with kubeconfig.Secret or kubeconfig.ConfigMap.",
		References: []string{docKubeConfig},
	}, func(m *model, r *report) {
		for _, k := range m.kubeconfigs() {
			report := k.report
			for _, e := range report.Refused {
				r.addf(k.object, e.Field, "Flux refuses it: %s", e.ErrorBody())
			}
			for _, e := range report.Dropped {
				r.addf(k.object, e.Field, "Flux passes over it: %s", e.ErrorBody())
			}
			for _, e := range report.Warnings {
				if !strings.HasSuffix(e.Field, "[serviceAccountName]") { // kubeconfig-account says it
					r.addf(k.object, e.Field, "%s", e.ErrorBody())
				}
			}
		}
	}},
	{Rule{
		ID:       "kubeconfig-impersonation",
		Severity: Warning,
		Title:    "The account may not impersonate itself",
		Doc: `With a kubeConfig Flux sends the account's token and asks to act as the account. Capsule Proxy therefore wants the
right to impersonate the user system:serviceaccount:<namespace>:<name>, the API server itself the right to impersonate the
ServiceAccount. The rule speaks only of accounts whose kubeConfig and roles are in the set.`,
		Exploit:    "Flux fails with \"failed to get server groups\".",
		Fix:        "Bind a ClusterRole that allows to impersonate users with that one resourceName, or a Role on serviceaccounts; tenant.Build does.",
		References: []string{"https://projectcapsule.dev/docs/proxy/"},
	}, func(m *model, r *report) {
		for _, a := range m.applied() {
			if a.kubeConfig == nil || a.kubeConfig.ConfigMapRef == nil || a.account == "" {
				continue
			}
			cm, o := find[*corev1.ConfigMap](m, configMapKind, a.ref.Namespace, a.kubeConfig.ConfigMapRef.Name)
			if cm == nil || m.byKey[key{accountKind, a.ref.Namespace, a.account}] == nil || m.mayImpersonateItself(a.ref.Namespace, a.account) {
				continue
			}
			r.addf(o, "data.serviceAccountName", "%s/%s may not impersonate itself, which %s asks for", a.ref.Namespace, a.account, a.ref)
		}
	}},
}

type kubeconfigObject struct {
	*object
	report kubeconfig.Report
}

// kubeconfigs are those of the set that something refers to.
func (m *model) kubeconfigs() []kubeconfigObject {
	var found []kubeconfigObject
	seen := map[*object]bool{}
	for _, a := range m.applied() {
		switch {
		case a.kubeConfig == nil:
		case a.kubeConfig.ConfigMapRef != nil:
			if cm, o := find[*corev1.ConfigMap](m, configMapKind, a.ref.Namespace, a.kubeConfig.ConfigMapRef.Name); cm != nil && !seen[o] {
				seen[o] = true
				found = append(found, kubeconfigObject{o, kubeconfig.ReadConfigMap(cm)})
			}
		case a.kubeConfig.SecretRef != nil:
			ref := a.kubeConfig.SecretRef
			if secret, o := find[*corev1.Secret](m, secretKind, a.ref.Namespace, ref.Name); secret != nil && !seen[o] && !encrypted(o) {
				seen[o] = true
				found = append(found, kubeconfigObject{o, kubeconfig.ReadSecret(withStringData(secret), ref.Key)})
			}
		}
	}
	return found
}

// withStringData is the Secret as the API server stores it.
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

func (m *model) mayImpersonateItself(namespace, account string) bool {
	user := "system:serviceaccount:" + namespace + ":" + account
	allows := func(role *role) bool {
		if role == nil {
			return true // nobody knows
		}
		for _, rule := range role.rules {
			for _, target := range [][2]string{{"users", user}, {"serviceaccounts", account}} {
				if covers(rule, "impersonate", "", target[0]) && (len(rule.ResourceNames) == 0 || anyOf(rule.ResourceNames, target[1])) {
					return true
				}
			}
		}
		return false
	}
	for _, b := range m.bindingsOf[namespace+"/"+account] {
		if allows(m.role(b.ref, b.namespace)) {
			return true
		}
	}
	return false
}

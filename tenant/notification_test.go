package tenant_test

import (
	"testing"

	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	"github.com/fluxcd/pkg/apis/meta"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// chat returns a valid notification.
func chat() *tenant.Notification {
	return &tenant.Notification{Provider: notificationv1beta3.ProviderSpec{
		Type: "slack", Channel: "dev-team", SecretRef: &meta.LocalObjectReference{Name: "chat"},
	}}
}

// proxies gives every object of a spec that can have a proxy one.
func proxies(s *tenant.Spec) {
	s.Notification = chat()
	s.Git.ProxySecretRef, s.Notification.Provider.ProxySecretRef = &meta.LocalObjectReference{Name: "proxy"}, &meta.LocalObjectReference{Name: "proxy"}
}

// TestNotification: without sources of events the Alert is about the tenant's own
// source and Kustomization.
func TestNotification(t *testing.T) {
	kustomization := notificationv1.CrossNamespaceObjectReference{Kind: "Kustomization", Name: "dev-team"}
	helm := notificationv1.CrossNamespaceObjectReference{Kind: "HelmRelease", Name: "*"}
	for name, test := range map[string]struct {
		change func(*tenant.Spec)
		want   []notificationv1.CrossNamespaceObjectReference
	}{
		"git": {func(*tenant.Spec) {}, []notificationv1.CrossNamespaceObjectReference{{Kind: "GitRepository", Name: "dev-team"}, kustomization}},
		"OCI": {func(s *tenant.Spec) { s.Git, s.OCI = tenant.Git{}, tenant.OCI{URL: "oci://ghcr.io/org/dev-team"} },
			[]notificationv1.CrossNamespaceObjectReference{{Kind: "OCIRepository", Name: "dev-team"}, kustomization}},
		"given": {func(s *tenant.Spec) {
			s.Notification.Alert.EventSources = []notificationv1.CrossNamespaceObjectReference{helm}
		}, []notificationv1.CrossNamespaceObjectReference{helm}},
	} {
		spec := tenanttest.Smallest()
		spec.Notification = chat()
		test.change(&spec)
		bundle := tenanttest.Build(t, spec)
		if diff := cmp.Diff(test.want, bundle.Alert.Spec.EventSources); diff != "" {
			t.Errorf("%s: sources of events: -want +got:\n%s", name, diff)
		}
		if got, want := bundle.Alert.Spec.ProviderRef.Name, bundle.Provider.Name; got != want {
			t.Errorf("%s: the Alert is for the Provider %q, not %q", name, got, want)
		}
		if err := bundle.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNotificationQuota: the home namespace has room for the bundle's own Provider and
// Alert beside the tenant's.
func TestNotificationQuota(t *testing.T) {
	room := func(notification *tenant.Notification) map[string]int64 {
		spec := tenanttest.Smallest()
		spec.Notification = notification
		counts := map[string]int64{}
		for _, kind := range []string{"alerts", "providers", "receivers"} {
			most := tenanttest.Build(t, spec).HomeQuota.Spec.Hard[corev1.ResourceName("count/"+kind+".notification.toolkit.fluxcd.io")]
			counts[kind] = most.Value()
		}
		return counts
	}
	if diff := cmp.Diff(map[string]int64{"alerts": 30, "providers": 30, "receivers": 30}, room(nil)); diff != "" {
		t.Errorf("without a notification: -want +got:\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int64{"alerts": 31, "providers": 31, "receivers": 30}, room(chat())); diff != "" {
		t.Errorf("with a notification: -want +got:\n%s", diff)
	}
}

func TestNotificationLeaves(t *testing.T) {
	spec := tenanttest.Smallest()
	spec.Notification, spec.Leaving = chat(), true
	if bundle := tenanttest.Build(t, spec); bundle.Provider != nil || bundle.Alert != nil {
		t.Error("a leaving tenant still has its notification")
	}
}

func TestBuildErrorsNotification(t *testing.T) {
	notify := func(change func(*tenant.Notification)) func(*tenant.Spec) {
		return func(s *tenant.Spec) { s.Notification = chat(); change(s.Notification) }
	}
	rejects(t, map[string]rejection{
		"no type": {notify(func(n *tenant.Notification) { n.Provider.Type = "" }), []string{"notification.provider.type: Required value"}},
		"no destination": {notify(func(n *tenant.Notification) { n.Provider.SecretRef = nil }),
			[]string{"notification.provider.address: Required value: here, or in the Secret of secretRef"}},
		"token in the address": {notify(func(n *tenant.Notification) { n.Provider.Address = "https://hooks.slack.com/services/T0/B0/x" }),
			[]string{"notification.provider.address: Invalid value: must not carry a token"}},
		"expression": {notify(func(n *tenant.Notification) {
			n.Provider.Type, n.Provider.Address, n.Provider.CommitStatusExpr = "github", "https://github.com/org/dev-team", "event."
		}), []string{"notification.provider.commitStatusExpr: Invalid value"}},
		"identity of the controller": {notify(func(n *tenant.Notification) {
			n.Provider = notificationv1beta3.ProviderSpec{Type: "googlepubsub", Address: "project", Channel: "topic"}
		}), []string{"notification.provider: Forbidden"}},
		"severity": {notify(func(n *tenant.Notification) { n.Alert.EventSeverity = "warning" }),
			[]string{`notification.alert.eventSeverity: Unsupported value: "warning"`}},
		"another namespace": {notify(func(n *tenant.Notification) {
			n.Alert.EventSources = []notificationv1.CrossNamespaceObjectReference{{Kind: "Kustomization", Name: "*", Namespace: "flux-system"}}
		}), []string{"notification.alert: Forbidden: refer to objects of your own namespace only"}},
		"kind": {notify(func(n *tenant.Notification) {
			n.Alert.EventSources = []notificationv1.CrossNamespaceObjectReference{{Kind: "Pod", Name: "*"}}
		}), []string{`notification.alert.eventSources[0].kind: Unsupported value: "Pod"`}},
		"expression of messages": {notify(func(n *tenant.Notification) { n.Alert.ExclusionList = []string{"("} }),
			[]string{`notification.alert.exclusionList[0]: Invalid value: "("`}},
	})
}

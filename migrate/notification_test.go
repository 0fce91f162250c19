package migrate_test

import (
	"strings"
	"testing"

	"github.com/fluxcd/pkg/apis/meta"
	gocmp "github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	notificationv1 "github.com/fluxcd/notification-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/migrate"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// TestImportNotification: an Alert of any name and its Provider become the spec's, if
// a spec may have them.
func TestImportNotification(t *testing.T) {
	chat := notificationv1beta3.ProviderSpec{Type: "slack", Channel: "dev", SecretRef: &meta.LocalObjectReference{Name: "chat"}}
	sources := func(name string) []notificationv1.CrossNamespaceObjectReference {
		return []notificationv1.CrossNamespaceObjectReference{{Kind: "GitRepository", Name: name}, {Kind: "Kustomization", Name: name}}
	}
	proxied := *chat.DeepCopy()
	proxied.ProxySecretRef = &meta.LocalObjectReference{Name: "proxy"}
	token := *chat.DeepCopy()
	token.Address = "https://hooks.slack.com/services/T0/B0/secret"
	for name, test := range map[string]struct {
		provider notificationv1beta3.ProviderSpec
		alert    notificationv1beta3.AlertSpec
		want     *tenant.Notification
		report   string
	}{
		"of the tenant's own objects": {chat, notificationv1beta3.AlertSpec{EventSources: sources("apps")},
			&tenant.Notification{Provider: chat}, `Alert dev-team/failures: metadata.name: becomes "dev-team", was "failures"`},
		"of others too": {chat, notificationv1beta3.AlertSpec{EventSources: append(sources("apps"), notificationv1.CrossNamespaceObjectReference{Kind: "HelmRelease", Name: "x"}), EventSeverity: "error"},
			&tenant.Notification{Provider: chat, Alert: tenant.Alert{
				EventSeverity: "error",
				EventSources:  append(sources("dev-team"), notificationv1.CrossNamespaceObjectReference{Kind: "HelmRelease", Name: "x"}),
			}}, `Alert dev-team/failures: spec.eventSources[0].name: becomes "dev-team", was "apps"`},
		"through a proxy": {proxied, notificationv1beta3.AlertSpec{EventSources: sources("apps")},
			&tenant.Notification{Provider: proxied}, "Provider dev-team/chat: names a proxy, which needs allowProxy"},
		"with a token in its address": {token, notificationv1beta3.AlertSpec{EventSources: sources("apps")},
			nil, "Provider dev-team/chat: is not carried over"},
	} {
		t.Run(name, func(t *testing.T) {
			bundle := tenanttest.Build(t, tenanttest.Smallest())
			bundle.GitRepository.Name, bundle.Kustomization.Name, bundle.Kustomization.Spec.SourceRef.Name = "apps", "apps", "apps"
			test.alert.ProviderRef.Name = "chat"
			provider := &notificationv1beta3.Provider{Spec: test.provider}
			alert := &notificationv1beta3.Alert{Spec: test.alert}
			for obj, name := range map[client.Object]string{provider: "chat", alert: "failures"} {
				obj.SetNamespace("dev-team")
				obj.SetName(name)
			}
			provider.SetGroupVersionKind(notificationv1beta3.GroupVersion.WithKind("Provider"))
			alert.SetGroupVersionKind(notificationv1beta3.GroupVersion.WithKind("Alert"))

			result, err := migrate.Import(existing(t, append(bundle.Objects(), provider, alert)), kubeconfig.Access{})
			if err != nil || len(result.Tenants) != 1 || result.Tenants[0].Err != nil {
				t.Fatal(result, err)
			}
			got := result.Tenants[0]
			if diff := gocmp.Diff(test.want, got.Spec.Notification); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			var report []string
			for _, d := range got.Differences {
				report = append(report, d.String())
			}
			if text := strings.Join(report, "\n"); !strings.Contains(text, test.report) || strings.Contains(text, "hooks.slack.com") {
				t.Errorf("the report lacks %q, or has a token:\n%s", test.report, text)
			}
		})
	}
}

// TestImportNotificationQuota: the quota does not count the notification as the
// tenant's own.
func TestImportNotificationQuota(t *testing.T) {
	spec := tenanttest.Smallest()
	spec.Notification = &tenant.Notification{Provider: notificationv1beta3.ProviderSpec{
		Type: "slack", Channel: "dev", SecretRef: &meta.LocalObjectReference{Name: "chat"},
	}}
	spec.Quota.FluxInHome.Others = new(int32(5))
	result, err := migrate.Import(existing(t, tenanttest.Build(t, spec).Objects()), kubeconfig.Access{})
	if err != nil || len(result.Tenants) != 1 {
		t.Fatal(result, err)
	}
	got := result.Tenants[0]
	if most := got.Spec.Quota.FluxInHome.Others; most == nil || *most != 5 || len(got.Differences) > 0 {
		t.Errorf("the home may have %v others, want 5; differences: %v", most, got.Differences)
	}
}

package flux_test

import (
	"testing"

	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// An allowance makes the constructor and Validate accept its input; no other
// allowance does.
func TestAllowances(t *testing.T) {
	all := []flux.Allowance{flux.AllowAnySigner, flux.AllowEveryNamespace, flux.AllowTokenInAddress}
	for name, test := range map[string]struct {
		allow flux.Allowance
		build func(...flux.Allowance) (flux.Object, error)
	}{
		"OCIRepository": {flux.AllowAnySigner, func(allow ...flux.Allowance) (flux.Object, error) {
			repo := ociRepository.Changed(t, "spec: {verify: {provider: cosign}}")
			return flux.OCIRepository(repo.ObjectMeta, repo.Spec, allow...)
		}},
		"HelmChart": {flux.AllowAnySigner, func(allow ...flux.Allowance) (flux.Object, error) {
			chart := helmChart.Changed(t, "spec: {verify: {provider: cosign}}")
			return flux.HelmChart(chart.ObjectMeta, chart.Spec, allow...)
		}},
		"HelmRelease": {flux.AllowAnySigner, func(allow ...flux.Allowance) (flux.Object, error) {
			release := helmRelease.Changed(t, "spec: {chart: {spec: {verify: {provider: cosign}}}}")
			return flux.HelmRelease(release.ObjectMeta, release.Spec, allow...)
		}},
		"HelmRepository": {flux.AllowEveryNamespace, func(allow ...flux.Allowance) (flux.Object, error) {
			repo := helmRepository.Changed(t, "spec: {accessFrom: {namespaceSelectors: [{}]}}")
			return flux.HelmRepository(repo.ObjectMeta, repo.Spec, allow...)
		}},
		"ImageRepository": {flux.AllowEveryNamespace, func(allow ...flux.Allowance) (flux.Object, error) {
			repo := imageRepository.Changed(t, "spec: {accessFrom: {namespaceSelectors: [{}]}}")
			return flux.ImageRepository(repo.ObjectMeta, repo.Spec, allow...)
		}},
		"Provider": {flux.AllowTokenInAddress, func(allow ...flux.Allowance) (flux.Object, error) {
			provider := provider.Changed(t, `spec: {type: slack, address: "https://hooks.slack.com/services/T/B/token"}`)
			return flux.Provider(provider.ObjectMeta, provider.Spec, allow...)
		}},
	} {
		obj, err := test.build(test.allow)
		if err != nil {
			t.Errorf("%s with %s: %v", name, test.allow, err)
			continue
		}
		buildtest.CheckCRD(t, obj)
		if err := flux.Validate(obj, test.allow); err != nil {
			t.Errorf("Validate of %s with %s: %v", name, test.allow, err)
		}
		for _, other := range append(all, "") {
			if other != test.allow && (flux.Validate(obj, other) == nil || flux.Validate(obj) == nil) {
				t.Errorf("Validate of %s with %q accepts it too", name, other)
			}
		}
	}
}

// Every address with a token is rejected, and none is printed.
func TestTokensInAddresses(t *testing.T) {
	for providerType, addresses := range map[string][]string{
		"slack":         {"https://hooks.slack.com/services/T/B/hunter2", "https://hooks.slack.com/workflows/hunter2"},
		"discord":       {"https://discord.com/api/webhooks/1/hunter2"},
		"msteams":       {"https://org.webhook.office.com/webhookb2/hunter2", "https://prod.westeurope.logic.azure.com/workflows/a?api-version=1&sig=hunter2"},
		"googlechat":    {"https://chat.googleapis.com/v1/spaces/a/messages?key=b&token=hunter2"},
		"rocket":        {"https://rocket.example.com/hooks/1/hunter2"},
		"lark":          {"https://open.feishu.cn/open-apis/bot/v2/hook/hunter2"},
		"sentry":        {"https://hunter2@sentry.io/1"},
		"azureeventhub": {"Endpoint=sb://a.servicebus.windows.net/;SharedAccessKeyName=a;SharedAccessKey=hunter2;EntityPath=a"},
		"generic":       {"https://example.com/?access_token=hunter2", "https://example.com/?a=b&api-key=hunter2", "https://user:hunter2@example.com"},
	} {
		for _, address := range addresses {
			err := flux.Validate(&notificationv1beta3.Provider{
				ObjectMeta: at,
				Spec:       notificationv1beta3.ProviderSpec{Type: providerType, Address: address, Channel: "a"},
			})
			want := "spec.address: Invalid value: must not carry a token or credentials: keep it in the Secret of secretRef, under the key address"
			if got := buildtest.Faults(err); len(got) == 0 || got[0] != want {
				t.Errorf("%s %s: %v", providerType, address, err)
			}
		}
	}
}

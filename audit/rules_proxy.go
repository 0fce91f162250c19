package audit

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// These rules look at the release of Capsule Proxy.
var proxyRules = []check{
	{Rule{
		ID:         "capsule-proxy-impersonation",
		Severity:   Error,
		Title:      "Capsule Proxy lets everybody be anybody",
		Doc:        `The feature gate SkipImpersonationReview turns off the question whether a user may impersonate another. It is looked for in the values of HelmReleases and in the args of Deployments of Capsule Proxy.`,
		Exploit:    "A tenant sends the header Impersonate-Group: system:masters to the proxy.",
		Fix:        "Remove the feature gate; bind the right to impersonate oneself instead (tenant.Build does).",
		References: []string{"https://projectcapsule.dev/docs/proxy/"},
	}, func(m *model, r *report) {
		m.eachProxy(func(o *object, field, text string, _ func(string) string) {
			if strings.Contains(strings.ReplaceAll(text, " ", ""), "SkipImpersonationReview=true") {
				r.addf(o, field, "turns on SkipImpersonationReview")
			}
		})
	}},
	{Rule{
		ID:         "capsule-proxy-log-level",
		Severity:   Warning,
		Title:      "Capsule Proxy logs bearer tokens",
		Doc:        `From log level 10 on, Capsule Proxy's client prints the headers of requests, the tenants' tokens among them. The recipe of 2022 set this level.`,
		Exploit:    "Whoever may read the proxy's log, or where logs are collected, acts as any tenant.",
		Fix:        "Set options.logLevel to 4 or less.",
		References: []string{"https://projectcapsule.dev/docs/proxy/"},
	}, func(m *model, r *report) {
		m.eachProxy(func(o *object, field, _ string, level func(string) string) {
			if n, err := strconv.Atoi(level(field)); err == nil && n >= 10 {
				at := field
				if field == "spec.values" {
					at = "spec.values.options.logLevel"
				}
				r.addf(o, at, "sets log level %d", n)
			}
		})
	}},
}

// eachProxy calls f for each release and Deployment of Capsule Proxy, with the
// text of its settings and a way to ask for the log level.
func (m *model) eachProxy(f func(o *object, field, text string, level func(string) string)) {
	for _, o := range m.releases {
		if o.is.Spec.Values == nil || o.is.Spec.Chart == nil || o.is.Spec.Chart.Spec.Chart != "capsule-proxy" {
			if o.is.Spec.Values == nil || o.ref.Name != "capsule-proxy" {
				continue
			}
		}
		var v struct {
			Options struct {
				LogLevel json.RawMessage `json:"logLevel"`
			} `json:"options"`
		}
		_ = json.Unmarshal(o.is.Spec.Values.Raw, &v)
		f(o.object, "spec.values", string(o.is.Spec.Values.Raw), func(string) string {
			return strings.Trim(string(v.Options.LogLevel), `"`)
		})
	}
	for _, d := range m.deployments {
		if component(d.is) != "capsule-proxy" {
			continue
		}
		for _, c := range d.is.Spec.Template.Spec.Containers {
			args := slices.Concat(c.Command, c.Args)
			f(d.object, argsField, strings.Join(args, " "), func(string) string {
				return orDefault(flagValue(args, "zap-log-level"), flagValue(args, "v"))
			})
		}
	}
}

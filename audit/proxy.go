package audit

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	appsv1 "k8s.io/api/apps/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// These rules look at the release of Capsule Proxy.
var proxyRules = []rule{
	{"capsule-proxy-impersonation", eachProxy(checkProxyImpersonation)},
	{"capsule-proxy-log-level", eachProxy(checkProxyLogLevel)},
	{"capsule-proxy-settings", eachObject(checkProxySettings)},
}

// checkProxySettings reports subjects of Capsule Proxy's settings that everybody
// is in.
func checkProxySettings(_ *model.Model, r *findings, o *model.Object) {
	if !model.IsCapsule(o.GroupKind) {
		return
	}
	path := map[string]string{"GlobalProxySettings": "spec.rules[].subjects[].name", "ProxySetting": "spec.subjects[].name"}[o.GroupKind.Kind]
	if path == "" {
		return
	}
	eachString(o.Content(), path, func(field, name string) {
		if model.Everybody(name) {
			r.addf(o, field, "%s is everybody", name)
		}
	})
}

// proxySettings are those of Capsule Proxy, in the values of a HelmRelease or on
// the command line of a Deployment.
type proxySettings struct {
	field    string // that holds them
	text     string // all of them
	logLevel string
	logField string
}

// eachProxy ranges over the releases and containers of Capsule Proxy.
func eachProxy(f func(r *findings, o *model.Object, s proxySettings)) check {
	return join(
		each(func(_ *model.Model, r *findings, o *model.Object, release *helmv2.HelmRelease) {
			if s, ok := releasedProxy(o, release); ok {
				f(r, o, s)
			}
		}),
		each(func(_ *model.Model, r *findings, o *model.Object, d *appsv1.Deployment) {
			if model.ProgramOf(d) != "capsule-proxy" {
				return
			}
			for _, c := range d.Spec.Template.Spec.Containers {
				args := slices.Concat(c.Command, c.Args)
				flags := fluxcmd.Parse(args)
				f(r, o, proxySettings{
					field: model.ArgsField, text: strings.Join(args, " "), logField: model.ArgsField,
					logLevel: cmp.Or(flags["zap-log-level"], flags["v"]),
				})
			}
		}),
	)
}

func releasedProxy(o *model.Object, release *helmv2.HelmRelease) (proxySettings, bool) {
	spec := release.Spec
	named := spec.Chart != nil && spec.Chart.Spec.Chart == "capsule-proxy" || o.Ref.Name == "capsule-proxy"
	if !named || spec.Values == nil {
		return proxySettings{}, false
	}
	var values struct {
		Options struct {
			LogLevel json.RawMessage `json:"logLevel"`
		} `json:"options"`
	}
	_ = json.Unmarshal(spec.Values.Raw, &values) // what does not fit has no level
	return proxySettings{
		field: "spec.values", text: string(spec.Values.Raw), logField: "spec.values.options.logLevel",
		logLevel: strings.Trim(string(values.Options.LogLevel), `"`),
	}, true
}

func checkProxyImpersonation(r *findings, o *model.Object, s proxySettings) {
	if strings.Contains(strings.ReplaceAll(s.text, " ", ""), "SkipImpersonationReview=true") {
		r.addf(o, s.field, "turns on SkipImpersonationReview")
	}
}

func checkProxyLogLevel(r *findings, o *model.Object, s proxySettings) {
	if level, err := strconv.Atoi(s.logLevel); err == nil && level >= 10 {
		r.addf(o, s.logField, "sets log level %d", level)
	}
}

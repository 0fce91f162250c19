package audit

import (
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// checkRemoteFiles reports a kustomize-controller whose environment lets a
// kustomization.yaml load from any server.
func checkRemoteFiles(m *model.Model, r *findings, c model.Controller) {
	if c.Name != fluxcmd.Kustomize || len(m.Tenancy.Tenants) == 0 {
		return
	}
	at, mentions := "spec.template.spec.containers[0].env", func(name string) string {
		return c.Env[name].Value
	}
	if c.Object.GroupKind == model.FluxInstanceKind { // of its patches only the text is known
		at, mentions = "spec.kustomize.patches", func(name string) string { return model.PatchesMention(c.Object, name) }
	}
	var open []string
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "GIT_ALLOW_PROTOCOL"} {
		if mentions(name) == "" && mentions(strings.ToLower(name)) == "" {
			open = append(open, name)
		}
	}
	switch hosts := exempted(c.Env["NO_PROXY"].Value + "," + c.Env["no_proxy"].Value); {
	case len(open) > 0:
		r.addf(c.Object, at, "%s runs without %s: a kustomization.yaml loads from any server", c.Name, strings.Join(open, ", "))
	case len(hosts) > 0:
		r.addf(c.Object, at, "NO_PROXY of %s exempts %s, by which a kustomization.yaml reaches Flux's file server", c.Name, list(hosts))
	}
}

// exempted returns the entries of NO_PROXY that cover the file server by a name
// that tenants know.
func exempted(hosts string) []string {
	const server = "source-controller.flux-system.svc.cluster.local"
	var known []string
	for host := range strings.SplitSeq(hosts, ",") {
		host = strings.TrimSpace(host)
		name := strings.Trim(strings.TrimPrefix(host, "*"), ".")
		covers := host == "*" || name != "" && (server == name || strings.HasSuffix(server, "."+name) || strings.HasPrefix(server, name+"."))
		if (covers || strings.Contains(host, "/")) && !slices.Contains(known, host) {
			known = append(known, host)
		}
	}
	return known
}

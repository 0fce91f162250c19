package audit

import (
	"slices"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
	"github.com/fluxcapsule/fluxcapsule/internal/fluxcmd"
)

// environment are the settings of package flux/lockdown that keep a controller from
// other servers. Of each variable one spelling is enough, but for git.
var environment = map[string][]string{
	fluxcmd.Kustomize: {"HTTP_PROXY", "HTTPS_PROXY", "GIT_ALLOW_PROTOCOL"},
	fluxcmd.Source:    {"HTTP_PROXY", "HTTPS_PROXY"},
}

// localServers are the settings that keep a controller's own servers from localhost,
// to which Go sends requests through no proxy.
var localServers = []string{"spec.template.spec.hostNetwork", "--metrics-addr", "--storage-addr"}

// checkRemoteFiles reports a kustomize-controller whose environment lets a
// kustomization.yaml load from any server.
func checkRemoteFiles(m *model.Model, r *findings, c model.Controller) {
	if c.Name != fluxcmd.Kustomize || len(m.Tenancy.Tenants) == 0 {
		return
	}
	open, local := lacking(c)
	hosts := exempted(c.Env["NO_PROXY"].Value + "," + c.Env["no_proxy"].Value)
	switch at := environmentOf(c); {
	case len(open) > 0:
		r.addf(c.Object, at, "%s runs without %s: a kustomization.yaml loads from any server", c.Name, strings.Join(open, ", "))
	case len(hosts) > 0:
		r.addf(c.Object, at, "NO_PROXY of %s exempts %s, by which a kustomization.yaml reaches Flux's file server", c.Name, list(hosts))
	case len(local) > 0:
		r.addf(c.Object, c.Args(), "%s serves on localhost (%s): a kustomization.yaml loads its metrics, and a profile that takes a day", c.Name, list(local))
	}
}

// checkSourceHosts reports a source-controller that fetches from any server: the
// index of a Helm repository says where its charts are.
func checkSourceHosts(m *model.Model, r *findings, c model.Controller) {
	if c.Name != fluxcmd.Source || len(m.Tenancy.Tenants) == 0 {
		return
	}
	open, local := lacking(c)
	switch at := environmentOf(c); {
	case len(open) > 0:
		r.addf(c.Object, at, "%s runs without %s: a chart's URL, in the index of a tenant's Helm repository, names any server", c.Name, strings.Join(open, ", "))
	case len(local) > 0:
		r.addf(c.Object, c.Args(), "%s serves on localhost (%s), which a chart's URL names", c.Name, list(local))
	}
}

// environmentOf returns the field of a controller's environment.
func environmentOf(c model.Controller) string {
	if c.Object.GroupKind == model.FluxInstanceKind {
		return "spec.kustomize.patches"
	}
	return "spec.template.spec.containers[0].env"
}

// lacking returns the variables that a controller lacks of the lockdown, and the
// settings by which it serves on localhost. Of a FluxInstance's patches only the text
// is known.
func lacking(c model.Controller) (variables, local []string) {
	d, ok := c.Object.Typed.(*appsv1.Deployment)
	if !ok {
		d = &appsv1.Deployment{}
		d.Name, d.Namespace = c.Name, c.Object.Ref.Namespace
		d.Spec.Template.Spec.Containers = []corev1.Container{{Name: "manager"}}
	}
	spec := lockdown.Spec{Namespace: c.Object.Ref.Namespace, Egress: lockdown.Egress{SourceProxy: "http://proxy.example.com"}}
	lacks, err := lockdown.Check(spec, d)
	if err != nil {
		return environment[c.Name], nil // nothing is known of it
	}
	missing := map[string]bool{}
	for _, f := range lacks {
		if ok || model.PatchesMention(c.Object, strings.TrimPrefix(f.Setting, "--")) == "" {
			missing[f.Setting] = f.Got == "" || strings.HasPrefix(f.Setting, "--") || strings.HasPrefix(f.Setting, "spec.")
		}
	}
	for _, name := range environment[c.Name] {
		if lower := strings.ToLower(name); missing[name] && (missing[lower] || !strings.HasSuffix(name, "_PROXY")) {
			variables = append(variables, name)
		}
	}
	return variables, slices.DeleteFunc(slices.Clone(localServers), func(name string) bool { return !missing[name] })
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

package audit

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// These rules look at kustomization.yaml files, which are not objects of a
// cluster but are read like any.
var kustomizeRules = []rule{
	{"kustomize-remote", eachObject(checkRemote)},
	{"kustomize-deprecated-field", eachObject(checkDeprecatedKustomize)},
}

func checkRemote(_ *model.Model, r *findings, o *model.Object) {
	if o.GroupKind != model.KustomizationFile {
		return
	}
	k := readKustomization(o)
	for _, list := range []struct {
		field string
		paths []string
	}{{"resources", k.Resources}, {"bases", k.Bases}, {"components", k.Components}, {"configurations", k.Configurations}, {"crds", k.CRDs},
		{"generators", k.Generators}, {"transformers", k.Transformers}, {"validators", k.Validators}} {
		for i, path := range list.paths {
			switch {
			case pinnedCommit.MatchString(path):
				r.add(o, Finding{Severity: Info, Field: model.Index(list.field, i), Message: path + " is fetched from elsewhere, and not part of this audit"})
			case IsRemote(path):
				r.addf(o, model.Index(list.field, i), "%s is fetched from elsewhere at every build, and not part of this audit", path)
			}
		}
	}
	if len(k.HelmCharts) > 0 {
		r.add(o, Finding{Field: "helmCharts", Message: "kustomize-controller renders no charts",
			Exploit: "The build fails.", Fix: "Use a HelmRelease (flux.HelmRelease)."})
	}
}

// deprecatedFields are those of a kustomization.yaml.
var deprecatedFields = []deprecated{
	{"bases", "resources"}, {"patchesStrategicMerge", "patches"}, {"patchesJson6902", "patches"},
	{"vars", "replacements"}, {"commonLabels", "labels"},
}

func checkDeprecatedKustomize(_ *model.Model, r *findings, o *model.Object) {
	if o.GroupKind != model.KustomizationFile {
		return
	}
	for _, d := range deprecatedFields {
		if o.Raw[d.field] != nil {
			r.add(o, Finding{Field: d.field, Message: "is deprecated", Fix: "Use " + d.successor + "."})
		}
	}
}

type kustomizationYAML struct {
	Resources      []string `json:"resources"`
	Bases          []string `json:"bases"`
	Components     []string `json:"components"`
	Configurations []string `json:"configurations"`
	CRDs           []string `json:"crds"`
	Generators     []string `json:"generators"`
	Transformers   []string `json:"transformers"`
	Validators     []string `json:"validators"`
	HelmCharts     []any    `json:"helmCharts"`
}

// readKustomization reads as much of the file as is well formed.
func readKustomization(o *model.Object) kustomizationYAML {
	var k kustomizationYAML
	_ = runtime.DefaultUnstructuredConverter.FromUnstructured(o.Raw, &k)
	return k
}

var (
	pinnedCommit = regexp.MustCompile(`[?&](ref|version)=[0-9a-f]{40}\b`)
	remoteHost   = regexp.MustCompile(`^([a-z0-9._-]+@)?([a-z0-9-]+\.)+[a-z]{2,}[:/]`)
)

// IsRemote reports whether kustomize takes a path in a kustomization.yaml for an
// address to fetch from: by its scheme, or by a host name at its start as in
// github.com/org/repo.
func IsRemote(path string) bool {
	if slices.ContainsFunc([]string{"http://", "https://", "ssh://", "git://", "git::", "file://"}, func(scheme string) bool { return strings.HasPrefix(path, scheme) }) {
		return true
	}
	return remoteHost.MatchString(path) && !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml")
}

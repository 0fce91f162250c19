package audit

import (
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const docKustomize = "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/"

var kustomizationFile = schema.GroupKind{Group: "kustomize.config.k8s.io", Kind: "Kustomization"}

// These rules look at kustomization.yaml files, which are no objects of a
// cluster but are read like any.
var kustomizeRules = []check{
	{Rule{
		ID:       "kustomize-remote",
		Severity: Warning,
		Title:    "A kustomization.yaml fetches from elsewhere",
		Doc: `A remote base or component is a git repository or archive that is cloned at every build; --no-remote-bases stops it. A
remote file is an http(s) URL among the resources; no flag stops that. Either is outside of what was reviewed and of what this
audit can see. A git reference to a commit is a note.`,
		Exploit:    "Whoever controls that address decides what Flux applies, with the rights of the Kustomization that builds it.",
		Fix:        "Copy what is needed into the repository, or make it a source of its own (flux.GitRepository with a commit, flux.OCIRepository with a digest).",
		References: []string{"https://fluxcd.io/flux/faq/#should-i-be-using-kustomize-remote-bases", docLockdown},
	}, func(m *model, r *report) {
		for _, o := range m.objects {
			if o.gk != kustomizationFile {
				continue
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
						r.add(o, Finding{Severity: Info, Field: index(list.field, i), Message: path + " is fetched from elsewhere, and not part of this audit"})
					case IsRemote(path):
						r.addf(o, index(list.field, i), "%s is fetched from elsewhere at every build, and not part of this audit", path)
					}
				}
			}
			if len(k.HelmCharts) > 0 {
				r.add(o, Finding{Field: "helmCharts", Message: "kustomize-controller renders no charts",
					Exploit: "The build fails.", Fix: "Use a HelmRelease (flux.HelmRelease)."})
			}
		}
	}},
	{Rule{
		ID:         "kustomize-deprecated-field",
		Severity:   Info,
		Title:      "A deprecated field of kustomize",
		Doc:        `The field still works in kustomize 5 and is to go.`,
		Fix:        "Run kustomize edit fix, or use what takes its place.",
		References: []string{docKustomize},
	}, func(m *model, r *report) {
		for _, o := range m.objects {
			if o.gk != kustomizationFile {
				continue
			}
			for _, d := range [][2]string{{"bases", "resources"}, {"patchesStrategicMerge", "patches"}, {"patchesJson6902", "patches"}, {"vars", "replacements"}, {"commonLabels", "labels"}} {
				if o.raw[d[0]] != nil {
					r.add(o, Finding{Field: d[0], Message: "is deprecated", Fix: "Use " + d[1] + "."})
				}
			}
		}
	}},
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
func readKustomization(o *object) kustomizationYAML {
	var k kustomizationYAML
	_ = runtime.DefaultUnstructuredConverter.FromUnstructured(o.raw, &k)
	return k
}

var (
	pinnedCommit = regexp.MustCompile(`[?&](ref|version)=[0-9a-f]{40}\b`)
	remoteHost   = regexp.MustCompile(`^([a-z0-9._-]+@)?([a-z0-9-]+\.)+[a-z]{2,}[:/]`)
)

// IsRemote tells whether kustomize takes a path in a kustomization.yaml for an
// address to fetch from: by its scheme, or by a host name at its start as in
// github.com/org/repo.
func IsRemote(path string) bool {
	if slices.ContainsFunc([]string{"http://", "https://", "ssh://", "git://", "git::", "file://"}, func(scheme string) bool { return strings.HasPrefix(path, scheme) }) {
		return true
	}
	return remoteHost.MatchString(path) && !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml")
}

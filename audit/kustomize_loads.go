package audit

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/fluxcapsule/fluxcapsule/audit/internal/model"
)

// A load is a field from which kustomize loads something.
type load struct {
	path string // with [] for the items of a list
	how  loading
}

// loading is how kustomize takes the text of a field.
type loading int

const (
	asResource loading = iota // a file, a directory, an http(s) URL or a git repository
	asFile                    // a file or an http(s) URL
	asKeyFile                 // the same, perhaps behind "key="
	asChart                   // the repository of a Helm chart
)

// kustomizationLoads are the fields of a kustomization.yaml.
var kustomizationLoads = slices.Concat([]load{
	{"resources[]", asResource},
	{"bases[]", asResource},
	{"components[]", asResource},
	{"generators[]", asResource},
	{"transformers[]", asResource},
	{"validators[]", asResource},
	{"configurations[]", asFile},
	{"crds[]", asFile},
	{"openapi.path", asFile},
	{"patches[].path", asFile},
	{"patchesStrategicMerge[]", asFile},
	{"patchesJson6902[].path", asFile},
	{"replacements[].path", asFile},
	{"helmGlobals.chartHome", asFile},
	{"helmChartInflationGenerator[].chartRepoUrl", asChart},
	{"helmChartInflationGenerator[].chartHome", asFile},
	{"helmChartInflationGenerator[].values", asFile},
}, under("configMapGenerator[].", pairLoads), under("secretGenerator[].", pairLoads), under("helmCharts[].", chartLoads))

// pluginLoads are the fields of the configurations of kustomize's own generators
// and transformers, which are files of apiVersion builtin.
var pluginLoads = slices.Concat([]load{
	{"path", asFile},
	{"paths[]", asFile},
	{"replacements[].path", asFile},
	{"targetFilePath", asFile},
}, pairLoads, chartLoads)

var pairLoads = []load{{"files[]", asKeyFile}, {"envs[]", asFile}, {"env", asFile}}

var chartLoads = []load{{"repo", asChart}, {"valuesFile", asFile}, {"additionalValuesFiles[]", asFile}}

func under(prefix string, loads []load) []load {
	below := make([]load, len(loads))
	for i, l := range loads {
		below[i] = load{prefix + l.path, l.how}
	}
	return below
}

// loadsOf returns the fields from which kustomize loads for an object.
func loadsOf(o *model.Object) []load {
	switch {
	case o.GroupKind == model.KustomizationFile:
		return kustomizationLoads
	case o.Ref.APIVersion == "builtin":
		return pluginLoads
	}
	return nil
}

// address returns where a field's text fetches from; empty if it stays in the
// repository.
func (l load) address(text string) string {
	switch l.how {
	case asResource:
		if IsRemote(text) {
			return text
		}
		return ""
	case asKeyFile:
		if _, path, ok := strings.Cut(text, "="); ok {
			text = path
		}
	case asChart:
		return text
	case asFile:
	}
	if isURL(text) {
		return text
	}
	return ""
}

// isURL reports whether kustomize's file loader takes a path for a URL.
func isURL(path string) bool {
	u, err := url.Parse(path)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https")
}

var (
	pinnedCommit = regexp.MustCompile(`[?&](ref|version)=[0-9a-f]{40}\b`)
	remoteHost   = regexp.MustCompile(`^([a-z0-9._-]+@)?([a-z0-9-]+\.)+[a-z]{2,}[:/]`)
	remoteScheme = regexp.MustCompile(`(?i)^(https?|ssh|git|file)://|^git::`)
)

// IsRemote reports whether kustomize takes a path in the resources of a
// kustomization.yaml for an address to fetch from: by its scheme, or by a host name
// at its start as in github.com/org/repo.
func IsRemote(path string) bool {
	return remoteScheme.MatchString(path) ||
		remoteHost.MatchString(path) && !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml")
}

// eachString calls f for the strings under a path, as in "patches[].path", with
// the field of each.
func eachString(value any, path string, f func(field, text string)) {
	walk(value, strings.Split(strings.ReplaceAll(path, "[]", ".[]"), "."), "", f)
}

func walk(value any, steps []string, field string, f func(field, text string)) {
	if len(steps) == 0 {
		if text, ok := value.(string); ok {
			f(field, text)
		}
		return
	}
	switch value := value.(type) {
	case map[string]any:
		walk(value[steps[0]], steps[1:], strings.TrimPrefix(field+"."+steps[0], "."), f)
	case []any:
		if steps[0] == "[]" {
			for i, item := range value {
				walk(item, steps[1:], model.Index(field, i), f)
			}
		}
	}
}

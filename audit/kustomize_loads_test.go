package audit

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/types"
)

// inert are the strings of a kustomization.yaml from which kustomize loads
// nothing, as the beginnings of their paths.
var inert = []string{
	"apiVersion", "kind", "metadata", "namePrefix", "nameSuffix", "namespace", "images", "imageTags", "replicas", "vars",
	"sortOptions", "buildMetadata", "labels", "generatorOptions", "commonLabels", "commonAnnotations",
	"openapi.{}", // only the key path is read, see openapi.path
	"patches[].patch", "patches[].target", "patchesJson6902[].patch", "patchesJson6902[].target",
	"patches[].options", "patchesJson6902[].options",
	"replacements[].source", "replacements[].targets", "replacements[].sourceValue",
	"configMapGenerator[].namespace", "configMapGenerator[].name", "configMapGenerator[].behavior", "configMapGenerator[].literals", "configMapGenerator[].options",
	"secretGenerator[].namespace", "secretGenerator[].name", "secretGenerator[].behavior", "secretGenerator[].literals", "secretGenerator[].options", "secretGenerator[].type",
	"helmGlobals.configHome",
	"helmCharts[].name", "helmCharts[].version", "helmCharts[].releaseName", "helmCharts[].namespace", "helmCharts[].valuesInline", "helmCharts[].valuesMerge",
	"helmCharts[].apiVersions", "helmCharts[].nameTemplate", "helmCharts[].kubeVersion",
	"helmChartInflationGenerator[].chartName", "helmChartInflationGenerator[].chartVersion", "helmChartInflationGenerator[].chartRepoName",
	"helmChartInflationGenerator[].helmBin", "helmChartInflationGenerator[].helmHome", "helmChartInflationGenerator[].valuesLocal",
	"helmChartInflationGenerator[].valuesMerge", "helmChartInflationGenerator[].releaseName", "helmChartInflationGenerator[].releaseNamespace",
	"helmChartInflationGenerator[].extraArgs",
}

// TestEveryFieldIsClassified: a field that a new kustomize brings is either one
// that it loads from, or listed as inert.
func TestEveryFieldIsClassified(t *testing.T) {
	loads := map[string]bool{}
	for _, l := range kustomizationLoads {
		loads[l.path] = true
	}
	seen := map[string]bool{}
	stringsOf(reflect.TypeFor[types.Kustomization](), "", func(path string) {
		seen[path] = true
		isInert := slices.ContainsFunc(inert, func(prefix string) bool {
			return path == prefix || strings.HasPrefix(path, prefix+".") || strings.HasPrefix(path, prefix+"[") || strings.HasPrefix(path, prefix+"{")
		})
		if isInert == loads[path] {
			t.Errorf("%s is listed as inert: %v, and as one to load from: %v", path, isInert, loads[path])
		}
	})
	for path := range loads {
		if !seen[path] && path != "openapi.path" {
			t.Errorf("%s is not a field of kustomize", path)
		}
	}
}

// stringsOf calls f for the path of every string of a type.
func stringsOf(typ reflect.Type, path string, f func(path string)) {
	switch typ.Kind() {
	case reflect.Pointer:
		stringsOf(typ.Elem(), path, f)
	case reflect.Slice:
		stringsOf(typ.Elem(), path+"[]", f)
	case reflect.Map:
		stringsOf(typ.Elem(), path+".{}", f)
	case reflect.Interface, reflect.String:
		f(path)
	case reflect.Struct:
		for i := range typ.NumField() {
			field := typ.Field(i)
			name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
			switch {
			case !field.IsExported() || name == "-":
			case name == "" && (field.Anonymous || strings.Contains(options, "inline")):
				stringsOf(field.Type, path, f)
			default:
				stringsOf(field.Type, strings.TrimPrefix(path+"."+name, "."), f)
			}
		}
	}
}

func TestIsRemote(t *testing.T) {
	for path, want := range map[string]bool{
		"../base": false, "base": false, "./github.com/x": false, "example.com.yaml": false, "namespace.yaml": false, "a/b.yml": false,
		"https://example.com/x.yaml": true, "HTTP://example.com/x": true, "ssh://git@example.com/x.git?timeout=24h": true,
		"github.com/org/repo//deploy?ref=main": true, "git@github.com:org/repo.git": true, "git::https://example.com/x": true,
		"file:///etc/passwd": true,
	} {
		if got := IsRemote(path); got != want {
			t.Errorf("IsRemote(%q) = %v", path, got)
		}
	}
}

func TestAddress(t *testing.T) {
	for _, test := range []struct {
		how        loading
		text, want string
	}{
		{asKeyFile, "a=http://h/x", "http://h/x"},
		{asKeyFile, "a=x.txt", ""},
		{asKeyFile, "https://h/x", "https://h/x"},
		{asFile, "Http://[::1]:8080/metrics", "Http://[::1]:8080/metrics"},
		{asFile, "github.com/org/repo", ""},
		{asFile, "- op: remove\n  path: /spec", ""},
		{asResource, "github.com/org/repo", "github.com/org/repo"},
	} {
		if got := (load{how: test.how}).address(test.text); got != test.want {
			t.Errorf("%q is loaded from %q, want %q", test.text, got, test.want)
		}
	}
}

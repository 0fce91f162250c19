package repository

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/konfig"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// build renders a kustomization as kustomize-controller does, without fetching
// anything unless that is allowed. The rule kustomize-remote says what was left
// out.
func (l *loader) build(dir string) ([]Object, error) {
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone
	resources, err := krusty.MakeKustomizer(options).Run(localFiles{filesys.MakeFsOnDisk(), l}, dir)
	if err != nil {
		return nil, err
	}
	var inputs []Object
	places := places{}
	for _, resource := range resources.Resources() {
		text, err := resource.MarshalJSON()
		if err != nil {
			return nil, err
		}
		object := &unstructured.Unstructured{}
		if err := object.UnmarshalJSON(text); err != nil {
			return nil, err
		}
		file, line := places.of(dir, object)
		inputs = append(inputs, Object{Object: object, File: file, Line: line})
	}
	return inputs, nil
}

// localFiles is a file system whose kustomizations name nothing that is to be
// fetched or is not there, and ask for the origin of what they build.
type localFiles struct {
	filesys.FileSystem
	loader *loader
}

// ReadFile implements filesys.FileSystem.
func (l localFiles) ReadFile(file string) ([]byte, error) {
	text, err := l.FileSystem.ReadFile(file)
	if err != nil || !slices.Contains(konfig.RecognizedKustomizationFileNames(), filepath.Base(file)) {
		return text, err
	}
	kustomization, err := parseKustomization(text)
	if err != nil {
		return nil, err
	}
	if address := fetched(kustomization.Object, ""); address != "" && !l.loader.allowRemote {
		return nil, fmt.Errorf("%s would be fetched", address)
	}
	for _, field := range listFields {
		list, found, err := unstructured.NestedStringSlice(kustomization.Object, field)
		if !found || err != nil {
			continue
		}
		list = slices.DeleteFunc(list, func(path string) bool { return l.leaveOut(file, path) })
		if err := unstructured.SetNestedStringSlice(kustomization.Object, list, field); err != nil {
			return nil, err
		}
	}
	if kustomization.GetKind() == types.KustomizationKind {
		kustomization.Object["buildMetadata"] = []any{types.OriginAnnotations}
	}
	return yaml.Marshal(kustomization.Object)
}

// listFields are the lists of files and folders that can do without one.
var listFields = []string{"resources", "bases", "components", "configurations", "crds", "generators", "transformers", "validators"}

// fetched returns an address that is used as a file anywhere else, as by a patch
// or a generator of ConfigMaps.
func fetched(value any, field string) string {
	switch value := value.(type) {
	case string:
		used := slices.Contains([]string{"path", "files", "envs", "env", "patchesStrategicMerge"}, field)
		if _, file, named := strings.Cut(value, "="); named {
			value = file
		}
		if used && strings.Contains(value, "://") && !strings.Contains(value, "\n") {
			return value
		}
	case []any:
		for _, item := range value {
			if address := fetched(item, field); address != "" {
				return address
			}
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			if address := fetched(value[key], key); address != "" {
				return address
			}
		}
	}
	return ""
}

// bootstrapFiles are written by flux bootstrap on the first run; a tree may name
// them before.
var bootstrapFiles = []string{"gotk-components.yaml", "gotk-sync.yaml"}

// leaveOut reports whether a kustomization is built without something it names:
// what would have to be fetched, or does not exist.
func (l localFiles) leaveOut(file, path string) bool {
	if IsRemote(path) {
		return !l.loader.allowRemote
	}
	missing := !strings.Contains(path, "\n") && !l.Exists(filepath.Join(filepath.Dir(file), path))
	if missing && !slices.Contains(bootstrapFiles, filepath.Base(path)) {
		l.loader.problem(file, "names %s, which is not there", path)
	}
	return missing
}

// parseKustomization reads the file, whose apiVersion and kind may be left out.
func parseKustomization(text []byte) (*unstructured.Unstructured, error) {
	object := &unstructured.Unstructured{Object: map[string]any{}}
	if err := yaml.Unmarshal(text, &object.Object); err != nil {
		return nil, err
	}
	if object.GetKind() == "" {
		object.SetKind(types.KustomizationKind)
	}
	if object.GetAPIVersion() == "" {
		object.SetAPIVersion(types.KustomizationVersion)
	}
	return object, nil
}

// places remembers where in each file which object begins.
type places map[string]map[string]int

const originAnnotation = "config.kubernetes.io/origin"

// of returns where an object comes from, which kustomize writes into an
// annotation; it is removed.
func (p places) of(dir string, object *unstructured.Unstructured) (file string, line int) {
	annotations := object.GetAnnotations()
	var origin struct {
		Path string `json:"path"`
		Repo string `json:"repo"`
	}
	err := yaml.Unmarshal([]byte(annotations[originAnnotation]), &origin)
	delete(annotations, originAnnotation)
	if len(annotations) == 0 {
		annotations = nil
	}
	object.SetAnnotations(annotations)
	if err != nil || origin.Path == "" || origin.Repo != "" {
		return "", 0
	}
	file = path.Join(filepath.ToSlash(dir), origin.Path)
	return file, p.lines(file)[object.GetKind()+" "+object.GetName()]
}

func (p places) lines(file string) map[string]int {
	if lines, ok := p[file]; ok {
		return lines
	}
	lines := map[string]int{}
	p[file] = lines
	text, err := filesys.MakeFsOnDisk().ReadFile(filepath.FromSlash(file))
	if err != nil {
		return lines
	}
	decoder := manifest.NewDecoder(bytes.NewReader(text), nil)
	for {
		object, err := decoder.Decode()
		if err == io.EOF {
			return lines
		}
		if u, ok := object.(*unstructured.Unstructured); ok && err == nil {
			lines[u.GetKind()+" "+u.GetName()] = decoder.Position().Line
		}
	}
}

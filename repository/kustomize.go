package repository

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// rendered is an object that kustomize made.
type rendered struct {
	object *unstructured.Unstructured
	origin origin
}

// run renders a folder as kustomize-controller does. A panic of kustomize is an
// error.
func run(files *buildFiles, dir string) (found []rendered, err error) {
	defer func() {
		if p := recover(); p != nil {
			found, err = nil, fmt.Errorf("kustomize panics: %v", p)
		}
	}()
	options := krusty.MakeDefaultOptions()
	options.LoadRestrictions = types.LoadRestrictionsNone
	resources, err := krusty.MakeKustomizer(options).Run(files, rooted(dir))
	if err != nil {
		return nil, fmt.Errorf("%s", strings.ReplaceAll(err.Error(), fileRoot+"/", ""))
	}
	for _, resource := range resources.Resources() {
		text, err := resource.MarshalJSON()
		if err != nil {
			return nil, err
		}
		object := &unstructured.Unstructured{}
		if err := object.UnmarshalJSON(text); err != nil {
			return nil, err
		}
		found = append(found, rendered{object, takeOrigin(object)})
	}
	return found, nil
}

// An origin is where kustomize says that an object comes from.
type origin struct {
	Path         string `json:"path"`
	Repo         string `json:"repo"`
	ConfiguredIn string `json:"configuredIn"`
}

const originAnnotation = "config.kubernetes.io/origin"

// takeOrigin removes the annotation with the origin and returns what it says.
func takeOrigin(object *unstructured.Unstructured) origin {
	annotations := object.GetAnnotations()
	var o origin
	if yaml.Unmarshal([]byte(annotations[originAnnotation]), &o) != nil {
		o = origin{}
	}
	delete(annotations, originAnnotation)
	if len(annotations) == 0 {
		annotations = nil
	}
	object.SetAnnotations(annotations)
	return o
}

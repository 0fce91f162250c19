package flux

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/fluxcd/pkg/apis/kustomize"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validatePatches(path *field.Path, patches []kustomize.Patch, images []kustomize.Image) field.ErrorList {
	var errs field.ErrorList
	for i, patch := range patches {
		errs = append(errs, validatePatch(path.Child("patches").Index(i), patch)...)
	}
	for i, image := range images {
		errs = append(errs, validate.Required(path.Child("images").Index(i).Child("name"), image.Name)...)
	}
	return errs
}

// validatePatch rejects patches that kustomize rejects for any object. A patch may
// carry a secret, so none is printed.
//
// Upstream: PatchTransformerPlugin.Config and Transform of kustomize/api.
func validatePatch(path *field.Path, patch kustomize.Patch) field.ErrorList {
	at := path.Child("patch")
	errs := validateSelector(path.Child("target"), patch.Target)
	if strings.TrimSpace(patch.Patch) == "" {
		return append(errs, field.Required(at, ""))
	}
	documents, err := decodePatch(patch.Patch)
	if err != nil {
		return append(errs, validate.NotPrinted(at, "must be YAML: "+err.Error()))
	}
	merges := 0
	for i, document := range documents {
		switch document := document.(type) {
		case nil:
		case []any:
			if i > 0 {
				continue // kustomize reads the first document of JSON patches only
			}
			if text := strings.TrimSpace(patch.Patch); text[0] == '[' && !json.Valid([]byte(text)) {
				errs = append(errs, validate.NotPrinted(at, "must be JSON, since it begins with [: quote its names and texts, or write a list with dashes"))
			}
			if patch.Target == nil && len(document) > 0 {
				errs = append(errs, field.Required(path.Child("target"), "a list of JSON patch operations names no object"))
			}
			errs = append(errs, validateOperations(at, document)...)
		case map[string]any:
			if len(document) > 0 {
				merges++
				errs = append(errs, validateMergePatch(at, document)...)
			}
		default:
			errs = append(errs, validate.NotPrinted(at, "must be a strategic merge patch or a list of JSON patch operations"))
		}
	}
	if merges > 1 && patch.Target != nil {
		errs = append(errs, validate.NotPrinted(at, "must be one strategic merge patch if there is a target"))
	}
	return errs
}

func validateMergePatch(at *field.Path, patch map[string]any) field.ErrorList {
	kind, _ := patch["kind"].(string)
	metadata, _ := patch["metadata"].(map[string]any)
	if name, _ := metadata["name"].(string); kind == "" || name == "" && !strings.HasSuffix(kind, "List") {
		return field.ErrorList{validate.NotPrinted(at, "a strategic merge patch must have kind and metadata.name")}
	}
	return nil
}

var patchOperations = []string{"add", "remove", "replace", "move", "copy", "test"}

func validateOperations(at *field.Path, operations []any) field.ErrorList {
	var errs field.ErrorList
	for i, operation := range operations {
		fields, _ := operation.(map[string]any)
		op, _ := fields["op"].(string)
		pointer, hasPath := fields["path"].(string)
		_, hasFrom := fields["from"].(string)
		switch at := at.Index(i); {
		case !slices.Contains(patchOperations, op):
			errs = append(errs, field.NotSupported(at.Child("op"), op, patchOperations))
		case !hasPath:
			errs = append(errs, field.Required(at.Child("path"), ""))
		case pointer != "" && !strings.Contains(pointer, "/"):
			errs = append(errs, validate.NotPrinted(at.Child("path"), `must be a JSON pointer, starting with "/"`))
		case !hasFrom && (op == "move" || op == "copy"):
			errs = append(errs, field.Required(at.Child("from"), ""))
		}
	}
	return errs
}

// decodePatch decodes the documents of a patch. Its errors repeat no value.
func decodePatch(text string) ([]any, error) {
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	var documents []any
	for {
		document, err := reader.Read()
		if err == io.EOF {
			return documents, nil
		}
		if err != nil {
			return nil, err
		}
		data, err := yaml.YAMLToJSON(document)
		if err != nil {
			return nil, errors.New("it does not parse")
		}
		var value any
		if err := json.Unmarshal(data, &value); err != nil {
			return nil, err
		}
		documents = append(documents, value)
	}
}

// validateSelector: each field of a target is an anchored regular expression, or a
// selector of labels.
//
// Upstream: NewSelectorRegex of kustomize/api and of fluxcd/pkg/ssa/jsondiff.
func validateSelector(path *field.Path, target *kustomize.Selector) field.ErrorList {
	if target == nil {
		return nil
	}
	var errs field.ErrorList
	for _, expr := range [][2]string{
		{"group", target.Group}, {"version", target.Version}, {"kind", target.Kind}, {"name", target.Name}, {"namespace", target.Namespace},
	} {
		if _, err := regexp.Compile("^(?:" + expr[1] + ")$"); err != nil {
			errs = append(errs, field.Invalid(path.Child(expr[0]), expr[1], err.Error()))
		}
	}
	for _, selector := range [][2]string{{"labelSelector", target.LabelSelector}, {"annotationSelector", target.AnnotationSelector}} {
		if _, err := labels.Parse(selector[1]); err != nil {
			errs = append(errs, field.Invalid(path.Child(selector[0]), selector[1], err.Error()))
		}
	}
	return errs
}

package repository

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"
)

// rewrite returns a kustomization.yaml without missing and remote parts, and with
// origin annotations. Each path in it begins with "./" or "../", so that kustomize
// takes none of them for an address.
func (b *buildFiles) rewrite(file string, text []byte) ([]byte, error) {
	object, err := parseKustomization(text)
	if err != nil {
		return nil, err
	}
	k := &kustomization{dir: path.Dir(file), file: file, object: object}
	fields := object.Object
	b.changes += len(text)
	for _, field := range []string{"helmCharts", "helmChartInflationGenerator", "helmGlobals"} {
		if fields[field] != nil {
			delete(fields, field)
			b.problem(k, field+" is left out: Flux renders no charts of a kustomization.yaml")
		}
	}
	if appends(fields["replacements"]) > maxAppends {
		return nil, fmt.Errorf("has more than %d replacements with a delimiter", maxAppends)
	}
	var failed error
	eachReference(fields, func(r reference) (string, bool) {
		replaced, keep, err := b.resolve(k, r)
		failed = errors.Join(failed, err)
		return replaced, keep
	})
	if failed != nil {
		return nil, failed
	}
	if err := vetInline(fields); err != nil {
		return nil, err
	}
	modernize(fields)
	if object.GetKind() == types.KustomizationKind {
		fields["buildMetadata"] = []any{types.OriginAnnotations}
	}
	return yaml.Marshal(fields)
}

func (b *buildFiles) problem(k *kustomization, reason string) {
	b.problems = append(b.problems, Problem{k.file, 0, reason})
}

// resolve returns the replacement of a reference.
func (b *buildFiles) resolve(k *kustomization, r reference) (replaced string, keep bool, err error) {
	entry := path.Join(k.dir, r.text)
	tree := b.loader.tree
	isDir := r.how == asBase && tree.isDir(entry) && tree.kustomizationFile(entry) != ""
	switch {
	case isURL(r.text), r.how == asBase && IsRemote(r.text):
		if b.loader.options.AllowRemote {
			return r.text, true, nil
		}
		b.problem(k, fmt.Sprintf("names %s, which is not fetched", shorten(r.text)))
		return "", false, nil
	case tree.isFile(entry) && !path.IsAbs(r.text):
		return b.resolveFile(k, r, entry)
	case isDir && !path.IsAbs(r.text):
		return local(r.text), true, nil
	case r.how == asConfig || r.field == "patchesStrategicMerge[]" || r.field == "patchesStrategicMerge":
		if v, err := vet([]byte(r.text)); err == nil && len(v.documents) > 0 && isMapping(v.documents[0]) {
			if r.how == asConfig {
				err = b.vetConfig(v)
			}
			return r.text, true, err
		} else if strings.Contains(r.text, "\n") {
			return "", false, err
		}
	}
	if p, ok := b.loader.absent(k, r.text); ok {
		b.problem(k, p.Reason)
	}
	return "", false, nil
}

// resolveFile records how a file is used. Its content is vetted when it is read.
func (b *buildFiles) resolveFile(k *kustomization, r reference, entry string) (string, bool, error) {
	if b.raw == nil {
		b.raw, b.parsed = map[string]bool{}, map[string]bool{}
	}
	if r.how == asRaw {
		b.raw[entry] = true
		return local(r.text), true, nil
	}
	b.parsed[entry] = true
	if r.how != asConfig && r.how != asPatch {
		return local(r.text), true, nil
	}
	text, err := b.loader.tree.read(entry)
	if err != nil {
		b.problem(k, fmt.Sprintf("names %s, which cannot be read: %v", r.text, err))
		return "", false, nil
	}
	b.changes += len(text)
	if r.how == asConfig {
		v, err := vet(text)
		if err == nil {
			err = b.vetConfig(v)
		}
		if err != nil {
			return "", false, fmt.Errorf("%s: %w", entry, err)
		}
	}
	return local(r.text), true, nil
}

// local returns a path that begins with "./" or "../", so that it is no address.
func local(name string) string {
	if name = path.Clean(name); strings.HasPrefix(name, "../") || name == ".." {
		return name
	}
	return "./" + name
}

func isMapping(value any) bool {
	_, ok := value.(map[any]any)
	return ok
}

// vetConfig fails if the configuration of a plugin names an address, or holds text
// that must not be parsed.
func (b *buildFiles) vetConfig(v *vetted) error {
	for _, document := range v.documents {
		if address := fetched(document); address != "" && !b.loader.options.AllowRemote {
			return fmt.Errorf("%s would be fetched", shorten(address))
		}
		if err := vetStrings(document); err != nil {
			return err
		}
	}
	return nil
}

// vetStrings vets each string that is YAML of several values, such as a patch.
func vetStrings(value any) error {
	switch value := value.(type) {
	case string:
		return vetString(value)
	case []any:
		for _, item := range value {
			if err := vetStrings(item); err != nil {
				return err
			}
		}
	case map[any]any:
		for _, item := range value {
			if err := vetStrings(item); err != nil {
				return err
			}
		}
	}
	return nil
}

func vetString(text string) error {
	if !strings.ContainsAny(text, "\n[{&*") {
		return nil
	}
	_, err := vet([]byte(text))
	return err
}

// vetAnnotations vets the annotations that kustomize parses.
func vetAnnotations(document any) error {
	fields, _ := document.(map[any]any)
	metadata, _ := fields["metadata"].(map[any]any)
	annotations, _ := metadata["annotations"].(map[any]any)
	for key, value := range annotations {
		name, _ := key.(string)
		if text, ok := value.(string); ok && strings.Contains(name, "config.k") {
			if err := vetString(text); err != nil {
				return fmt.Errorf("annotation %s: %w", name, err)
			}
		}
	}
	return nil
}

// vetInline vets the patches that are written in a kustomization.yaml.
func vetInline(fields map[string]any) error {
	var failed error
	for _, field := range []string{"patches", "patchesJson6902"} {
		eachMap(fields, field, func(item map[string]any) bool {
			if patch, ok := item["patch"].(string); ok && failed == nil {
				if err := vetString(patch); err != nil {
					failed = fmt.Errorf("%s[].patch: %w", field, err)
				}
			}
			return true
		})
	}
	return failed
}

// maxAppends bounds the replacements that append to a value: each can double its size.
const maxAppends = 16

func appends(replacements any) int {
	list, _ := replacements.([]any)
	n := 0
	for _, replacement := range list {
		fields, _ := replacement.(map[string]any)
		targets, _ := fields["targets"].([]any)
		for _, target := range targets {
			fields, _ := target.(map[string]any)
			options, _ := fields["options"].(map[string]any)
			if options["delimiter"] != nil {
				n++
				break
			}
		}
	}
	return n
}

// modernize replaces deprecated fields by their successors, since kustomize would warn
// of them on standard error.
func modernize(fields map[string]any) {
	move := func(from, to string, change func(any) any) {
		items, ok := fields[from].([]any)
		if !ok {
			return
		}
		list, _ := fields[to].([]any)
		for _, item := range items {
			list = append(list, change(item))
		}
		fields[to] = list
		delete(fields, from)
	}
	same := func(item any) any { return item }
	move("bases", "resources", same)
	move("patchesStrategicMerge", "patches", func(item any) any {
		if text, ok := item.(string); ok && strings.Contains(text, "\n") {
			return map[string]any{"patch": text}
		}
		return map[string]any{"path": item}
	})
	move("patchesJson6902", "patches", same)
	if labels, ok := fields["commonLabels"].(map[string]any); ok {
		list, _ := fields["labels"].([]any)
		fields["labels"] = append(list, map[string]any{"pairs": labels, "includeSelectors": true})
		delete(fields, "commonLabels")
	}
}

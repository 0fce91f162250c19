package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// fields is an object as plain values, with its numbers as they are written,
// less the status.
func fields(obj client.Object) (map[string]any, error) {
	text, err := json.Marshal(obj)
	if err != nil {
		return nil, err
	}
	return parse(text)
}

func parse(text []byte) (map[string]any, error) {
	var m map[string]any
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&m); err != nil {
		return nil, err
	}
	delete(m, "status")
	prune(m)
	return m, nil
}

// prune removes the nulls that stand for nothing: those of a creationTimestamp.
func prune(m map[string]any) {
	for key, value := range m {
		if value == nil && key == "creationTimestamp" {
			delete(m, key)
		}
		if inner, ok := value.(map[string]any); ok {
			prune(inner)
		}
	}
}

// read reads a stream of YAML with sigs.k8s.io/yaml, by the identity of the
// objects.
func read(stream []byte) (map[string]map[string]any, error) {
	found := map[string]map[string]any{}
	for doc := range bytes.SplitSeq(append([]byte("\n"), stream...), []byte("\n---\n")) {
		text, err := yaml.YAMLToJSON(doc)
		if err != nil {
			return nil, err
		}
		if string(text) == "null" {
			continue
		}
		obj, err := parse(text)
		if err != nil {
			return nil, err
		}
		found[identity(obj)] = obj
	}
	return found, nil
}

func identity(obj map[string]any) string {
	meta, _ := obj["metadata"].(map[string]any)
	return fmt.Sprintf("%v %v/%v", obj["kind"], meta["namespace"], meta["name"])
}

// findings are the lost or changed values, and how often.
type findings map[string]int

// check has the contender write n tenants and hard values, and returns what is
// different when it is read back.
func (c contender) check(n int) (findings, error) {
	var want []client.Object
	for i := range n {
		objs, err := objects(i)
		if err != nil {
			return nil, err
		}
		want = append(want, objs...)
	}
	text, err := c.text(n)
	if err != nil {
		return nil, err
	}
	if c.encode != nil {
		obj, err := hard()
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := c.encode(&b, obj); err != nil {
			return nil, err
		}
		text = append(text, "---\n"...)
		text = append(text, b.Bytes()...)
		want = append(want, obj)
	}
	got, err := read(text)
	if err != nil {
		return nil, err
	}
	found := findings{}
	for _, obj := range want {
		fields, err := fields(obj)
		if err != nil {
			return nil, err
		}
		id := identity(fields)
		if got[id] == nil {
			found[fmt.Sprintf("%s: not there", fields["kind"])]++
			continue
		}
		found.compare(fmt.Sprint(fields["kind"]), fields, got[id])
		delete(got, id)
	}
	for _, obj := range got {
		found[fmt.Sprintf("%s: not asked for", obj["kind"])]++
	}
	return found, nil
}

func (f findings) compare(path string, want, got any) {
	switch want := want.(type) {
	case map[string]any:
		got, ok := got.(map[string]any)
		if !ok {
			break
		}
		for key, value := range want {
			if other, there := got[key]; there {
				f.compare(path+"."+key, value, other)
			} else {
				f[path+"."+key+": lost"]++
			}
		}
		for key := range got {
			if _, asked := want[key]; !asked {
				f[path+"."+key+": not asked for"]++
			}
		}
		return
	case []any:
		got, ok := got.([]any)
		if !ok || len(got) != len(want) {
			break
		}
		for i := range want {
			f.compare(path+"[]", want[i], got[i])
		}
		return
	case json.Number: // 1.0 is 1
		if got, ok := got.(json.Number); ok && value(want).Cmp(value(got)) == 0 {
			return
		}
	default:
		if want == got {
			return
		}
	}
	if len(fmt.Sprint(want)) > 40 {
		f[path+": changed"]++
		return
	}
	f[fmt.Sprintf("%s: %s became %s", path, quoted(want), quoted(got))]++
}

// value is the exact value of a number.
func value(n json.Number) *big.Rat {
	v, ok := new(big.Rat).SetString(n.String())
	if !ok {
		return new(big.Rat)
	}
	return v
}

func quoted(v any) string {
	if number, ok := v.(json.Number); ok {
		return number.String()
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

func (f findings) print(w io.Writer) {
	for _, what := range slices.Sorted(maps.Keys(f)) {
		times := ""
		if f[what] > 1 {
			times = fmt.Sprintf(" (%d times)", f[what])
		}
		fmt.Fprintf(w, "  - %s%s\n", strings.TrimSpace(what), times)
	}
}

package rules_test

import (
	"fmt"
	"os"
	"path/filepath"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// fluxRules asks the API server about every object that package flux rejects in its
// tests. It rejects them too, except rows for which the table says why flux is
// stricter.
func fluxRules(c *harness.Case) {
	text, err := os.ReadFile(filepath.Join("..", "..", "flux", "testdata", "refused.yaml"))
	c.Must(err)
	var refused map[string][]struct {
		Row, Stricter string
		Object        map[string]any
	}
	c.Must(yaml.Unmarshal(text, &refused))
	agree, stricter := 0, 0
	for kind, rows := range refused {
		for _, row := range rows {
			object := &unstructured.Unstructured{Object: row.Object}
			unstructured.RemoveNestedField(object.Object, "status") // as in a manifest
			if object.GetNamespace() == "dev-team" {
				object.SetNamespace("default") // which exists
			}
			err := c.Env.Plane.Client.Create(c.Context(), object, client.DryRunAll, client.FieldValidation("Strict"))
			if row.Stricter == "" {
				agree++
			} else {
				stricter++
			}
			switch {
			case row.Stricter == "" && err == nil:
				c.Errorf("%s: %s: the API server takes what flux rejects", kind, row.Row)
			case row.Stricter != "" && err != nil:
				c.Errorf("%s: %s: said to be stricter than the API server (%s), but that rejects it too: %v", kind, row.Row, row.Stricter, err)
			}
		}
	}
	c.Detail = fmt.Sprintf("%d objects that both reject, %d where flux is stricter", agree, stricter)
}

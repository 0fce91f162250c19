package rules_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// fluxRules asks the API server about every object that package flux rejects in
// its tests. It rejects them too, but for those of which the table says why flux
// is stricter.
func fluxRules(c *harness.Case) {
	installMissingCRDs(c)
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

// installMissingCRDs installs the CRDs of Flux's kinds whose controllers do not
// run here.
func installMissingCRDs(c *harness.Case) {
	c.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "..", "internal", "crd", "schemas", "*.toolkit.fluxcd.io_*.json"))
	if err != nil || len(paths) == 0 {
		c.Fatalf("no CRDs found: %v", err)
	}
	var installed []*unstructured.Unstructured
	for _, path := range paths {
		text, err := os.ReadFile(path)
		c.Must(err)
		crd := &unstructured.Unstructured{}
		c.Must(crd.UnmarshalJSON(text))
		switch err := c.Env.Plane.Client.Create(c.Context(), crd); {
		case apierrors.IsAlreadyExists(err):
		case err != nil:
			c.Fatal(err)
		default:
			installed = append(installed, crd)
		}
	}
	for _, crd := range installed {
		waitEstablished(c, crd)
	}
}

func waitEstablished(c *harness.Case, crd *unstructured.Unstructured) {
	c.Helper()
	c.Eventually(func(ctx context.Context) error {
		if err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(crd), crd); err != nil {
			return err
		}
		conditions, _, err := unstructured.NestedSlice(crd.Object, "status", "conditions")
		if err != nil {
			return err
		}
		for _, condition := range conditions {
			if condition := condition.(map[string]any); condition["type"] == string(apiextensionsv1.Established) && condition["status"] == "True" {
				return nil
			}
		}
		return fmt.Errorf("%s is not established", crd.GetName())
	})
}

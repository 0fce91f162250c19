package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

// The API server is asked, by a dry run, about every object that package flux
// refuses in its tests. It refuses them too, but for those of which the table
// says why flux is stricter.
func TestFluxRules(t *testing.T) {
	c := newCase(t)
	installMissingCRDs(c)
	text, err := os.ReadFile(filepath.Join("..", "flux", "testdata", "refused.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var refused map[string][]struct {
		Row, Stricter string
		Object        map[string]any
	}
	if err := yaml.Unmarshal(text, &refused); err != nil {
		t.Fatal(err)
	}
	agree, stricter := 0, 0
	for kind, rows := range refused {
		for _, row := range rows {
			if row.Stricter == "" {
				agree++
			} else {
				stricter++
			}
			t.Run(kind+"/"+row.Row, func(t *testing.T) {
				object := &unstructured.Unstructured{Object: row.Object}
				unstructured.RemoveNestedField(object.Object, "status") // as in a manifest
				if object.GetNamespace() == "dev-team" {
					object.SetNamespace("default") // which exists
				}
				err := cluster.Client.Create(t.Context(), object, client.DryRunAll, client.FieldValidation("Strict"))
				switch {
				case row.Stricter == "" && err == nil:
					t.Error("the API server takes what flux refuses")
				case row.Stricter != "" && err != nil:
					t.Errorf("said to be stricter than the API server (%s), but that refuses it too: %v", row.Stricter, err)
				}
			})
		}
	}
	c.detail = fmt.Sprintf("%d objects that both refuse, %d where flux is stricter", agree, stricter)
}

// installMissingCRDs installs the CRDs of Flux's kinds whose controllers do not
// run here.
func installMissingCRDs(c *testCase) {
	c.Helper()
	paths, err := filepath.Glob(filepath.Join("..", "internal", "crd", "schemas", "*.toolkit.fluxcd.io_*.json"))
	if err != nil || len(paths) == 0 {
		c.Fatalf("no CRDs found: %v", err)
	}
	var installed []*unstructured.Unstructured
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			c.Fatal(err)
		}
		crd := &unstructured.Unstructured{}
		if err := crd.UnmarshalJSON(text); err != nil {
			c.Fatal(err)
		}
		switch err := cluster.Client.Create(c.Context(), crd); {
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

func waitEstablished(c *testCase, crd *unstructured.Unstructured) {
	c.Helper()
	err := eventually(c.Context(), patience, func(ctx context.Context) error {
		if err := cluster.Client.Get(ctx, client.ObjectKeyFromObject(crd), crd); err != nil {
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
	if err != nil {
		c.Fatal(err)
	}
}

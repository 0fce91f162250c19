package dataloss_test

import (
	"context"
	"fmt"
	"path/filepath"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/estate"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// holder is an estate whose tenants have objects that they must not lose.
type holder struct{ *estate.Estate }

// keep creates objects that cannot be recreated in a tenant's namespace: a Secret and
// a claim.
func (e *holder) keep(c *harness.Case, name string) {
	c.Helper()
	c.ApplyText(harness.Expand(`
{apiVersion: v1, kind: Secret, metadata: {name: made-by-hand, namespace: "${name}-app"}}
---
{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data, namespace: "${name}-app"}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}
`, "name", name))
}

// holdings are the UIDs of the objects that the tenants must not lose.
func (e *holder) holdings(ctx context.Context, names ...string) (map[string]types.UID, error) {
	held := map[string]types.UID{}
	for _, name := range names {
		for _, obj := range []client.Object{
			harness.Object("capsule.clastix.io/v1beta2", "Tenant", "", name),
			harness.Object("v1", "Namespace", "", name),
			harness.Object("v1", "Namespace", "", name+"-app"),
			&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: name + "-app", Name: "made-by-hand"}},
			&corev1.PersistentVolumeClaim{ObjectMeta: metav1.ObjectMeta{Namespace: name + "-app", Name: "data"}},
		} {
			what := fmt.Sprintf("%T %s", obj, client.ObjectKeyFromObject(obj))
			if err := e.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(obj), obj); err != nil {
				return nil, fmt.Errorf("%s: %w", what, err)
			}
			if obj.GetDeletionTimestamp() != nil {
				return nil, fmt.Errorf("%s is being deleted", what)
			}
			held[what] = obj.GetUID()
		}
	}
	return held, nil
}

// teamFile is the file of a tenant in the tree.
func (e *holder) teamFile(c *harness.Case, name string) string {
	c.Helper()
	found, err := filepath.Glob(filepath.Join(e.Dir, "tenants", "*", name+".yaml"))
	c.Must(err)
	if len(found) != 1 {
		c.Fatalf("files of %s: %q", name, found)
	}
	path, err := filepath.Rel(e.Dir, found[0])
	c.Must(err)
	return path
}

// group is that of a tenant.
func (e *holder) group(c *harness.Case, name string) string {
	c.Helper()
	return filepath.Base(filepath.Dir(e.teamFile(c, name)))
}

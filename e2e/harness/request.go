package harness

import (
	"context"
	"fmt"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Request asks Flux to reconcile an object now, as "flux reconcile" does. It returns
// the value that status.lastHandledReconcileAt has when Flux has done so.
func (e *Env) Request(ctx context.Context, obj client.Object) (token string, err error) {
	token = time.Now().Format(time.RFC3339Nano)
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, meta.ReconcileRequestAnnotation, token)
	return token, e.Plane.Client.Patch(ctx, obj.DeepCopyObject().(client.Object), MergePatch(patch))
}

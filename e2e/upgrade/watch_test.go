package upgrade_test

import (
	"context"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// A failure is how long an object was not Ready without a break.
type failure struct {
	object  string
	took    time.Duration
	message string
}

// A watcher looks at objects again and again.
type watcher struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
	worst  failure
}

// watch watches what is reconciled until it is stopped.
func (p *platform) watch(c *harness.Case) *watcher {
	ctx, cancel := context.WithCancel(c.Context())
	w := &watcher{cancel: cancel, worst: failure{object: "nothing"}}
	w.done.Go(func() { w.look(ctx, c.Env, p.reconciled()) })
	return w
}

// look notes the longest failure. A request that fails says nothing of the object.
func (w *watcher) look(ctx context.Context, env *harness.Env, objects []client.Object) {
	since := map[client.Object]time.Time{}
	for ctx.Err() == nil {
		for _, obj := range objects {
			ready, err := env.Readiness(ctx, obj)
			if err != nil || ready == nil {
				continue
			}
			if ready.Status != metav1.ConditionFalse {
				delete(since, obj)
				continue
			}
			if _, failing := since[obj]; !failing {
				since[obj] = time.Now()
			}
			if took := time.Since(since[obj]); took > w.worst.took {
				w.worst = failure{describe(obj), took, ready.Message}
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(250 * time.Millisecond):
		}
	}
}

func describe(obj client.Object) string {
	name := client.ObjectKeyFromObject(obj).String()
	gvk, err := apiutil.GVKForObject(obj, controlplane.Scheme)
	if err != nil {
		return name
	}
	return gvk.Kind + " " + name
}

// stop ends the watch and returns the longest failure.
func (w *watcher) stop() failure {
	w.cancel()
	w.done.Wait()
	return w.worst
}

package renewal

import (
	"context"
	"errors"
	"sync"

	"k8s.io/client-go/kubernetes"
)

// EnsureAll ensures every target, several at once. A failed target does not stop the
// rest. The results are in the order of the targets; the error joins all errors.
func EnsureAll(ctx context.Context, client kubernetes.Interface, targets []Target, opts Options) ([]Result, error) {
	results := make([]Result, len(targets))
	errs := make([]error, len(targets))
	slots := make(chan struct{}, concurrency(opts))
	var progress sync.Mutex
	var wg sync.WaitGroup
	for i, target := range targets {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			results[i], errs[i] = Ensure(ctx, client, target, opts)
			if opts.Progress != nil {
				progress.Lock()
				defer progress.Unlock()
				opts.Progress(results[i])
			}
		})
	}
	wg.Wait()
	return results, errors.Join(errs...)
}

func concurrency(opts Options) int {
	if opts.Concurrency > 0 {
		return opts.Concurrency
	}
	return DefaultConcurrency
}

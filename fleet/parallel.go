package fleet

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// inOrder calls f for every pair of in, on all cores, and yields the results in
// the order of in. It holds a bounded number of them, and leaves no goroutine
// behind. It ends early when ctx is done.
func inOrder[K, V, R any](ctx context.Context, in iter.Seq2[K, V], f func(K, V) R) iter.Seq[R] {
	type job struct {
		k      K
		v      V
		result chan R
	}
	return func(yield func(R) bool) {
		if in == nil {
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		workers := runtime.GOMAXPROCS(0)
		jobs := make(chan job, workers)
		results := make(chan chan R, 8*workers) // how far the fastest may run ahead

		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		running.Go(func() {
			defer close(results)
			defer close(jobs)
			for k, v := range in {
				j := job{k, v, make(chan R, 1)}
				select {
				case results <- j.result:
					jobs <- j
				case <-ctx.Done():
					return
				}
			}
		})
		for range workers {
			running.Go(func() {
				for j := range jobs {
					j.result <- f(j.k, j.v)
				}
			})
		}
		for result := range results {
			if ctx.Err() != nil || !yield(<-result) {
				return
			}
		}
	}
}

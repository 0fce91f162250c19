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
//
// The iterator runs in the goroutine of the caller, f in others. If f panics or calls
// [runtime.Goexit], inOrder does so, too.
func inOrder[K, V, R any](ctx context.Context, in iter.Seq2[K, V], f func(K, V) R) iter.Seq[R] {
	return func(yield func(R) bool) {
		if in == nil {
			return
		}
		var running sync.WaitGroup
		defer running.Wait()

		most := 8 * runtime.GOMAXPROCS(0) // how far the fastest may run ahead
		pending := make([]chan outcome[R], 0, most)
		oldest := func() bool {
			first := pending[0]
			pending = append(pending[:0], pending[1:]...)
			return yield((<-first).get())
		}
		for k, v := range in {
			if ctx.Err() != nil || len(pending) == most && !oldest() {
				return
			}
			result := make(chan outcome[R], 1)
			running.Go(func() { call(f, k, v, result) })
			pending = append(pending, result)
		}
		for len(pending) > 0 {
			if ctx.Err() != nil || !oldest() {
				return
			}
		}
	}
}

// An outcome is the result of a function, or its panic or Goexit.
type outcome[R any] struct {
	result   R
	returned bool
	panicked any // the value of the panic; nil after runtime.Goexit
}

// call sends the outcome of f, panic and Goexit included.
func call[K, V, R any](f func(K, V) R, k K, v V, to chan<- outcome[R]) {
	var o outcome[R]
	defer func() {
		if !o.returned {
			o.panicked = recover()
		}
		to <- o
	}()
	o.result = f(k, v)
	o.returned = true
}

// get returns the result, or panics or exits as the function did.
func (o outcome[R]) get() R {
	if o.returned {
		return o.result
	}
	if o.panicked == nil {
		runtime.Goexit()
	}
	panic(o.panicked)
}

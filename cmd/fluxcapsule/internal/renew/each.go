package renew

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// each calls do for every target, several at once, and prints its progress on
// standard error every two seconds.
func (o *options) each(targets []renewal.Target, stderr io.Writer, do func(int, renewal.Target)) {
	slots := make(chan struct{}, max(1, o.concurrency))
	var mu sync.Mutex
	done, said := 0, time.Now()
	var wg sync.WaitGroup
	for i, target := range targets {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			do(i, target)
			mu.Lock()
			defer mu.Unlock()
			if done++; time.Since(said) > 2*time.Second {
				said = time.Now()
				fmt.Fprintf(stderr, "%d of %d\n", done, len(targets))
			}
		})
	}
	wg.Wait()
}

package main

import (
	"fmt"
	"io"
	"iter"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// progress counts the teams, and what has been read of the inputs: how many
// teams there are is known at the end only.
type progress struct {
	size, read, tenants atomic.Int64
}

func newProgress(inputs []input) *progress {
	p := &progress{}
	for _, in := range inputs {
		p.size.Add(in.size)
	}
	return p
}

func (p *progress) count(specs iter.Seq2[tenant.Spec, error]) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for spec, err := range specs {
			p.tenants.Add(1)
			if !yield(spec, err) {
				return
			}
		}
	}
}

func (p *progress) reader(r io.Reader) io.Reader { return countingReader{r, &p.read} }

type countingReader struct {
	io.Reader
	n *atomic.Int64
}

func (r countingReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.n.Add(int64(n))
	return n, err
}

// show draws a bar while the work goes on, if w is a terminal. The function it
// returns wipes it away.
func (p *progress) show(w io.Writer) (done func()) {
	if !terminal(w) {
		return func() {}
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				fmt.Fprintf(w, "\r%s", p)
			case <-stop:
				fmt.Fprint(w, "\r\x1b[K")
				return
			}
		}
	}()
	return func() { close(stop); <-stopped }
}

// String is the bar: "[#######.......] 48% 4812 tenants".
func (p *progress) String() string {
	const width = 40
	done := 0.0
	if size := p.size.Load(); size > 0 {
		done = min(1, float64(p.read.Load())/float64(size))
	}
	full := int(done * width)
	return fmt.Sprintf("[%s%s] %3.0f%% %d tenants",
		strings.Repeat("#", full), strings.Repeat(".", width-full), done*100, p.tenants.Load())
}

func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

package teams

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// Progress counts the teams and the bytes that have been read of the inputs. How
// many teams there are is known only at the end.
type Progress struct {
	size, read, tenants atomic.Int64
}

// NewProgress returns the progress of reading the inputs.
func NewProgress(inputs []Input) *Progress {
	p := &Progress{}
	for _, in := range inputs {
		p.size.Add(in.size)
	}
	return p
}

// Tenants returns the number of teams read so far.
func (p *Progress) Tenants() int64 { return p.tenants.Load() }

func (p *Progress) reader(r io.Reader) io.Reader { return countingReader{r, &p.read} }

type countingReader struct {
	io.Reader
	n *atomic.Int64
}

func (r countingReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.n.Add(int64(n))
	return n, err
}

// Show draws a bar on w until the function it returns is called, if w is a
// terminal.
func (p *Progress) Show(w io.Writer) (done func()) {
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
func (p *Progress) String() string {
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

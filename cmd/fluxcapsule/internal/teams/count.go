package teams

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
)

// Count counts the teams and the bytes that have been read of the inputs. How
// many teams there are is known only at the end.
type Count struct {
	size, read, tenants atomic.Int64
}

// NewCount returns the count of the inputs.
func NewCount(inputs []Input) *Count {
	c := &Count{}
	for _, in := range inputs {
		c.size.Add(in.size)
	}
	return c
}

// Tenants returns the number of teams read so far.
func (c *Count) Tenants() int64 { return c.tenants.Load() }

func (c *Count) reader(r io.Reader) io.Reader { return countingReader{r, &c.read} }

type countingReader struct {
	io.Reader
	n *atomic.Int64
}

func (r countingReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	r.n.Add(int64(n))
	return n, err
}

// String is the bar: "[#######.......] 48% 4812 tenants".
func (c *Count) String() string {
	const width = 40
	done := 0.0
	if size := c.size.Load(); size > 0 {
		done = min(1, float64(c.read.Load())/float64(size))
	}
	full := int(done * width)
	return fmt.Sprintf("[%s%s] %3.0f%% %d tenants",
		strings.Repeat("#", full), strings.Repeat(".", width-full), done*100, c.tenants.Load())
}

package progress

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestLine: the line appears after two seconds, changes with what it shows, and is
// cleared at the end.
func TestLine(t *testing.T) {
	for name, test := range map[string]struct {
		do   func(*Line)
		want string
	}{
		"too short": {func(l *Line) {
			l.Step("reading %s", "gitops")
			time.Sleep(1900 * time.Millisecond)
		}, ""},
		"nothing to show": {func(*Line) { time.Sleep(time.Minute) }, ""},
		"one step": {func(l *Line) {
			l.Step("reading %s", "gitops")
			time.Sleep(3100 * time.Millisecond)
		}, "\r\x1b[Kreading gitops, 2s\r\x1b[Kreading gitops, 3s\r\x1b[K"},
		"two steps": {func(l *Line) {
			l.Step("reading")
			time.Sleep(2100 * time.Millisecond)
			l.Step("checking 7 objects")
			time.Sleep(time.Second)
		}, "\r\x1b[Kreading, 2s\r\x1b[Kchecking 7 objects, 0s\r\x1b[K"},
		"a long line": {func(l *Line) {
			l.Show(func() string { return strings.Repeat("ä", 40) + strings.Repeat("ö", 40) })
			time.Sleep(3 * time.Second)
		}, "\r\x1b[K" + strings.Repeat("ä", 39) + "…" + strings.Repeat("ö", 39) + "\r\x1b[K"},
		"done already": {func(l *Line) {
			l.Step("reading")
			l.Done()
			time.Sleep(3 * time.Second)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var w bytes.Buffer
				line := start(&w)
				test.do(line)
				line.Done()
				if diff := cmp.Diff(test.want, w.String()); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
			})
		})
	}
}

// TestStartQuiet: there is no line in a pipe, a file or a buffer.
func TestStartQuiet(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	if Start(w) != nil || Start(null) != nil || Start(&bytes.Buffer{}) != nil {
		t.Error("a line where there is no terminal")
	}
	var none *Line
	none.Step("reading")
	none.Done()
}

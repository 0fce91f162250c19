// Package progress shows what a command is doing, and for how long, on the last line of
// a terminal.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

const (
	patience = 2 * time.Second        // before anything is shown
	refresh  = 200 * time.Millisecond // between two states
	width    = 78                     // of the line, in characters: a longer one could not be cleared
	clear    = "\r\x1b[K"
)

// A Line is the last line of a terminal. The methods of a nil Line do nothing.
type Line struct {
	mu      sync.Mutex
	text    func() string
	stop    chan struct{}
	stopped chan struct{}
}

// Start returns a line at the end of w, or nil if w is not a terminal. It appears two
// seconds later, unless it is done by then.
func Start(w io.Writer) *Line {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return start(w)
}

func start(w io.Writer) *Line {
	l := &Line{stop: make(chan struct{}), stopped: make(chan struct{})}
	go l.draw(w, l.stop)
	return l
}

// Step shows what is being done now, and for how long: "reading gitops, 5s".
func (l *Line) Step(format string, args ...any) {
	what, began := fmt.Sprintf(format, args...), time.Now()
	l.Show(func() string { return fmt.Sprintf("%s, %ds", what, int(time.Since(began).Seconds())) })
}

// Show shows the result of a function, which is called for each state of the line.
func (l *Line) Show(text func() string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = text
}

// Done clears the line. It returns when nothing more is written, and may be called
// again.
func (l *Line) Done() {
	if l == nil {
		return
	}
	l.mu.Lock()
	if l.stop != nil {
		close(l.stop)
		l.stop = nil
	}
	l.mu.Unlock()
	<-l.stopped
}

// draw writes the line until it is done.
func (l *Line) draw(w io.Writer, stop <-chan struct{}) {
	defer close(l.stopped)
	shown := ""
	next := time.NewTimer(patience)
	defer next.Stop()
	for {
		select {
		case <-stop:
			if shown != "" {
				fmt.Fprint(w, clear)
			}
			return
		case <-next.C:
			next.Reset(refresh)
			if now := l.state(); now != shown {
				fmt.Fprint(w, clear, now)
				shown = now
			}
		}
	}
}

// state returns the text of the line as it is now.
func (l *Line) state() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.text == nil {
		return ""
	}
	text := l.text()
	if n := utf8.RuneCountInString(text); n > width {
		runes := []rune(text)
		text = string(runes[:width/2]) + "…" + string(runes[n-width/2:])
	}
	return text
}

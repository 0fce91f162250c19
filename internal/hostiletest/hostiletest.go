//go:build unix

// Package hostiletest gives hostile inputs to code under test, each in a separate
// process, and bounds its time and memory.
package hostiletest

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"
)

// input is the environment variable that names the input of a child process.
const input = "FLUXCAPSULE_HOSTILE_INPUT"

// Bounds limit the time and memory of one input.
type Bounds struct {
	Time   time.Duration // of the processor
	End    time.Duration // of the processor, when the process is ended
	Memory int64         // bytes; twice as many cannot be had
}

// Run calls read for each of the inputs, in a child process that runs the calling
// test alone. It fails the test if read fails or exceeds the bounds. A child that
// exceeds them by far is ended.
func Run[T any](t *testing.T, inputs map[string]T, bounds Bounds, read func(*testing.T, T)) {
	if name := os.Getenv(input); name != "" {
		limit(t, bounds)
		read(t, inputs[name])
		return
	}
	test := t.Name()
	for _, name := range slices.Sorted(maps.Keys(inputs)) {
		t.Run(name, func(t *testing.T) { runChild(t, test, name, bounds) })
	}
}

func runChild(t *testing.T, test, name string, bounds Bounds) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+test+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), input+"="+name)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%.2000s", err, out)
	}
	state := cmd.ProcessState
	if spent := state.UserTime() + state.SystemTime(); spent > bounds.Time {
		t.Errorf("took %v of the processor's time, want at most %v", spent, bounds.Time)
	}
	if usage, ok := state.SysUsage().(*syscall.Rusage); ok && usage.Maxrss<<10 > bounds.Memory {
		t.Errorf("took %d bytes, want at most %d", usage.Maxrss<<10, bounds.Memory)
	}
}

// limit bounds the memory of this process.
func limit(t *testing.T, bounds Bounds) {
	for resource, most := range map[int]uint64{
		syscall.RLIMIT_DATA: 2 * uint64(bounds.Memory),
		syscall.RLIMIT_CPU:  uint64(bounds.End / time.Second),
	} {
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			t.Fatal(err)
		}
	}
}

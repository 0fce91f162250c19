//go:build !race

// The race detector takes many times the time and the memory that this file bounds.

package manifest_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

const (
	hostileEnv    = "MANIFEST_HOSTILE" // the name of the text that a child reads
	hostileMemory = 256 << 20
	hostileTime   = 2 * time.Second // half of it on a machine that is not shared
)

const hostileHead = "apiVersion: v1\nkind: X\n"

// hostile are texts that are made to take memory or time without end. Each is
// an error, and a short one.
var hostile = map[string]func() string{
	"alias bomb":           func() string { return bomb("[x,x,x,x,x,x,x,x,x,x]", "[", "]") },
	"alias bomb of merges": func() string { return bomb("{x: y}", "{<<: [", "]}") },
	"aliases of long text": func() string {
		return hostileHead + "a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a,", 900) + "*a]\n"
	},
	"an alias of itself": func() string { return hostileHead + "data: &a {x: *a}\n" },
	"a merge of itself":  func() string { return hostileHead + "data: &a {<<: *a}\n" },
	"an alias after deep ones": func() string {
		return hostileHead + "a: &a " + strings.Repeat("[", 9000) + strings.Repeat("*a,", 100_000)
	},
	"200,000 equal keys":     func() string { return hostileHead + strings.Repeat("a: 1\n", 200_000) },
	"100,000 unknown fields": func() string { return "apiVersion: v1\nkind: Namespace\n" + numbered("k%d: 1\n", 100_000) },
	"100,000 wrong types": func() string {
		return "apiVersion: v1\nkind: Namespace\nmetadata:\n  finalizers:\n" + strings.Repeat("  - 1\n", 100_000)
	},
	"100,000 rounded numbers": func() string { return hostileHead + "a:\n" + strings.Repeat("- 1e-400\n", 100_000) },
	"100,000 wrong documents": func() string { return strings.Repeat("--- 1\n", 100_000) },
	"9,000 flow mappings":     func() string { return nested("{a: ", "}") },
	"9,000 flow lists":        func() string { return nested("[", "]") },
	"9,000 block lists":       func() string { return hostileHead + "a:\n" + strings.Repeat("- ", 9000) + "x\n" },
	"9,000 keys":              func() string { return hostileHead + "a:\n" + strings.Repeat("? ", 9000) + "x\n" },
	"a million open brackets": func() string { return hostileHead + "a: " + strings.Repeat("[", 1<<20) },
	"a million dashes":        func() string { return hostileHead + "a:\n" + strings.Repeat("- ", 1<<20) },
	"a million numbers":       func() string { return hostileHead + "a: [" + strings.Repeat("1,", 1<<20) + "]\n" },
	"a million keys":          func() string { return hostileHead + "a: {" + numbered("%x,", 500_000) + "}\n" },
	"a document above limit":  func() string { return hostileHead + "a: " + strings.Repeat("x", 4<<20) + "\n" },
	"lines above limit":       func() string { return hostileHead + strings.Repeat("a: x\n", 1<<20) },
}

// bomb returns about 700 bytes whose aliases stand for 10^12 values.
func bomb(innermost, open, end string) string {
	var b strings.Builder
	b.WriteString(hostileHead + "a0: &a0 " + innermost + "\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d %s%s*a%d%s\n", i, i, open, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), i-1, end)
	}
	return b.String()
}

func nested(open, end string) string {
	return hostileHead + "a: " + strings.Repeat(open, 9000) + strings.Repeat(end, 9000) + "\n"
}

// TestHostile reads each text in a process of its own, which is ended when it
// exceeds its bounds by far, and expects an error within a second and 256 MiB.
// The second is one of the processor's.
func TestHostile(t *testing.T) {
	if name := os.Getenv(hostileEnv); name != "" {
		readHostile(t, name)
		return
	}
	for name := range hostile {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestHostile$", "-test.count=1")
			cmd.Env = append(os.Environ(), hostileEnv+"="+name)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%.2000s", err, out)
			}
			state := cmd.ProcessState
			if spent := state.UserTime() + state.SystemTime(); spent > hostileTime {
				t.Errorf("took %v of the processor's time, want at most %v", spent, hostileTime)
			}
			if usage, ok := state.SysUsage().(*syscall.Rusage); ok && usage.Maxrss<<10 > hostileMemory {
				t.Errorf("took %d bytes, want at most %d", usage.Maxrss<<10, hostileMemory)
			}
		})
	}
}

// readHostile is what the child does.
func readHostile(t *testing.T, name string) {
	for resource, limit := range map[int]uint64{syscall.RLIMIT_DATA: 2 * hostileMemory, syscall.RLIMIT_CPU: 10} {
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
			t.Fatal(err)
		}
	}
	text := hostile[name]()
	_, err := manifest.Read(strings.NewReader(text), testScheme())
	if err == nil {
		t.Fatal("no error")
	}
	if n := len(err.Error()); n > 10_000 {
		t.Errorf("the error has %d bytes", n)
	}
}

//go:build !race

// The race detector takes many times the time and the memory that this file bounds.

package manifest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/fluxcapsule/fluxcapsule/internal/hostiletest"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// bounds are of one text. It takes half the time on a machine that is not shared.
var bounds = hostiletest.Bounds{Time: 2 * time.Second, End: 10 * time.Second, Memory: 256 << 20}

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

// TestHostile reads each text and expects an error within the bounds.
func TestHostile(t *testing.T) { hostiletest.Run(t, hostile, bounds, readHostile) }

func readHostile(t *testing.T, write func() string) {
	text := write()
	_, err := manifest.Read(strings.NewReader(text), testScheme())
	if err == nil {
		t.Fatal("no error")
	}
	if n := len(err.Error()); n > 10_000 {
		t.Errorf("the error has %d bytes", n)
	}
}

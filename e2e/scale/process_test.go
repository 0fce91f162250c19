package scale_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// kustomizeTime is the processor time that kustomize-controller has used so far.
func kustomizeTime(c *harness.Case) time.Duration {
	c.Helper()
	text, err := os.ReadFile(filepath.Join(procOf(c, c.Env.Plane.Kustomize().PID()), "stat"))
	c.Must(err)
	// The name, in parentheses, may hold spaces. The times are fields 14 and 15, in
	// hundredths of a second.
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		c.Must(err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// kustomizeMemory is the most memory that kustomize-controller has had, in MB.
func kustomizeMemory(c *harness.Case) int {
	c.Helper()
	text, err := os.ReadFile(filepath.Join(procOf(c, c.Env.Plane.Kustomize().PID()), "status"))
	c.Must(err)
	peak := regexp.MustCompile(`(?m)^VmHWM:\s+(\d+) kB$`).FindSubmatch(text)
	if peak == nil {
		c.Fatalf("no peak of memory in %s", text)
	}
	kB, err := strconv.Atoi(string(peak[1]))
	c.Must(err)
	return kB / 1000
}

// procOf is the folder of a process under /proc, which shows the PIDs of the machine
// and not those of the sandbox.
func procOf(c *harness.Case, pid int) string {
	c.Helper()
	inside := regexp.MustCompile(`(?m)^NSpid:.*\t` + strconv.Itoa(pid) + `$`)
	all, err := filepath.Glob("/proc/[0-9]*/status")
	c.Must(err)
	for _, status := range all {
		text, err := os.ReadFile(status)
		if err == nil && inside.Match(text) && strings.HasPrefix(string(text), "Name:\tkustomize-contr") {
			return filepath.Dir(status)
		}
	}
	c.Fatalf("no kustomize-controller with PID %d", pid)
	return ""
}

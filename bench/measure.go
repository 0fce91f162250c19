package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// A measurement is of one contender and one number of tenants.
type measurement struct {
	Contender string
	Tenants   int
	Time      time.Duration
	CPU       time.Duration // of all cores
	Allocs    uint64
	Peak      int64 // bytes resident, over those of a process that has done nothing yet
	Output    int64 // bytes
}

// counter counts what is written.
type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}

// measure runs the contender in this process, which has done nothing else. Few
// tenants are written again and again until it can be timed.
func (c contender) measure(n int) (measurement, error) {
	const enough = 200 * time.Millisecond
	if c.cores > 0 {
		runtime.GOMAXPROCS(c.cores)
	}
	if n < 1000 {
		// The first one pays for tables that the others find ready.
		if err := c.write(new(counter), 1); err != nil {
			return measurement{}, err
		}
	}
	idle, err := resident("VmRSS:")
	if err != nil {
		return measurement{}, err
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began, cpu := time.Now(), cpuTime()
	var out counter
	runs := 0
	for runs == 0 || cpuTime()-cpu < enough {
		out = 0
		if err := c.write(&out, n); err != nil {
			return measurement{}, err
		}
		runs++
	}
	took, used := time.Since(began), cpuTime()-cpu
	runtime.ReadMemStats(&after)
	peak, err := resident("VmHWM:")
	return measurement{
		Contender: c.name, Tenants: n,
		Time: took / time.Duration(runs), CPU: used / time.Duration(runs),
		Allocs: (after.Mallocs - before.Mallocs) / uint64(runs), Peak: peak - idle, Output: int64(out),
	}, err
}

// resident is how much of the memory is resident, VmRSS:, or was at most, VmHWM:.
func resident(what string) (int64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, what); ok {
			kib, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kib << 10, err
		}
	}
	return 0, fmt.Errorf("no %s in /proc/self/status", what)
}

// inProcess measures in a process of its own.
func inProcess(c contender, n int) (measurement, error) {
	cmd := exec.Command(os.Args[0], "-child", c.name, "-n", strconv.Itoa(n))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return measurement{}, fmt.Errorf("%s, %d tenants: %w", c.name, n, err)
	}
	var m measurement
	return m, json.Unmarshal(out, &m)
}

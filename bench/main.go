package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	numbers := flag.String("n", "1,10,100,1000,10000,100000", "`numbers` of tenants, smallest first")
	limit := flag.Duration("limit", 30*time.Second, "leave out what would take more processor `time` than this")
	plots := flag.String("svg", "", "`directory` for the plots, none by default")
	withTree := flag.Int("tree", 10000, "`number` of tenants of the tree that is written twice, or 0")
	rounds := flag.Int("rounds", 5, "how `often` to measure; the best counts; slow contenders once")
	only := flag.String("child", "", "measure this contender alone, in this process")
	flag.Parse()
	if *only != "" {
		child(*only, *numbers)
		return
	}
	var ns []int
	for text := range strings.SplitSeq(*numbers, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			log.Fatal(err)
		}
		ns = append(ns, n)
	}

	w := os.Stdout
	fmt.Fprintf(w, "%s, %d cores, %s\n", runtime.Version(), runtime.NumCPU(), processor())
	if err := fidelity(w); err != nil {
		log.Fatal(err)
	}
	var all []measurement
	for _, n := range ns {
		some, err := table(w, n, *rounds, *limit, all)
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, some...)
	}
	if *withTree > 0 {
		if err := trees(w, *withTree); err != nil {
			log.Fatal(err)
		}
	}
	if *plots != "" {
		if err := plot(*plots, all); err != nil {
			log.Fatal(err)
		}
	}
}

func child(name, number string) {
	n, err := strconv.Atoi(number)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range contenders() {
		if c.name != name {
			continue
		}
		m, err := c.measure(n)
		if err != nil {
			log.Fatal(err)
		}
		if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
			log.Fatal(err)
		}
		return
	}
	log.Fatalf("no contender %q", name)
}

// fidelity prints what each contender loses.
func fidelity(w io.Writer) error {
	const n = 20
	fmt.Fprintf(w, "\n## What is read back, of %d tenants and a HelmRelease\n\n", n)
	for _, c := range contenders() {
		if c.json || c.name == buildAlone {
			continue
		}
		found, err := c.check(n)
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if len(found) == 0 {
			fmt.Fprintf(w, "- %s: everything\n", c.name)
			continue
		}
		fmt.Fprintf(w, "- %s:\n", c.name)
		found.print(w)
	}
	return nil
}

// table measures every contender with n tenants, except those that would take too
// long, by their earlier times.
func table(w io.Writer, n, rounds int, limit time.Duration, before []measurement) ([]measurement, error) {
	fmt.Fprintf(w, "\n## %d tenants\n\n", n)
	fmt.Fprintln(w, "| | time | processor time | a tenant | × | writing alone, × | allocations | × | memory | output |")
	fmt.Fprintln(w, "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
	var able []contender
	var left []string
	for _, c := range contenders() {
		if would := estimate(c, n, before); would > limit {
			left = append(left, fmt.Sprintf("Left out: %s, which would take about %v.", c.name, would.Round(time.Second)))
			continue
		}
		able = append(able, c)
	}
	all, err := byTurns(able, n, rounds)
	if err != nil {
		return nil, err
	}
	var building time.Duration
	for _, m := range all {
		if m.Contender == buildAlone {
			building = m.CPU
		}
	}
	first := all[0]
	for _, m := range all {
		fmt.Fprintf(w, "| %s | %v | %v | %v | %.2f | %s | %d | %.2f | %.0f MiB | %.2f MiB |\n", m.Contender,
			rounded(m.Time), rounded(m.CPU), rounded(m.CPU/time.Duration(n)), float64(m.CPU)/float64(first.CPU),
			writing(m, first, building), m.Allocs, float64(m.Allocs)/float64(first.Allocs), mib(m.Peak), mib(m.Output))
	}
	if len(left) > 0 {
		fmt.Fprintf(w, "\n%s\n", strings.Join(left, "\n"))
	}
	return all, nil
}

// byTurns measures contenders one after the other, round after round, so that none
// has the machine when it is at its best. It returns the best measurement of each: a
// busy machine only ever adds. Slow contenders are not repeated.
func byTurns(contenders []contender, n, rounds int) ([]measurement, error) {
	const long = 10 * time.Second
	best := make([]measurement, len(contenders))
	for round := range max(rounds, 1) {
		for i, c := range contenders {
			if round > 0 && best[i].Time > long {
				continue
			}
			m, err := inProcess(c, n)
			if err != nil {
				return nil, err
			}
			if round == 0 || m.CPU < best[i].CPU {
				best[i] = m
			}
		}
	}
	return best, nil
}

// writing is the factor of what is left of the time without building the
// objects, for contenders that are given these.
func writing(m, first measurement, building time.Duration) string {
	for _, c := range contenders() {
		if c.name == m.Contender && c.built {
			return fmt.Sprintf("%.2f", float64(m.CPU-building)/float64(first.CPU-building))
		}
	}
	return ""
}

func estimate(c contender, n int, before []measurement) time.Duration {
	var would time.Duration
	for _, m := range before {
		if m.Contender == c.name {
			would = m.CPU / time.Duration(m.Tenants) * time.Duration(n)
		}
	}
	return would
}

func rounded(d time.Duration) time.Duration {
	for unit := time.Duration(1); ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit)
		}
	}
}

func mib(n int64) float64 { return float64(n) / (1 << 20) }

func processor() string {
	info, err := os.ReadFile(filepath.FromSlash("/proc/cpuinfo"))
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

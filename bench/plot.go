package main

import (
	"cmp"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// plot writes the plots that the README shows.
func plot(dir string, all []measurement) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, c := range map[string]chart{
		"time.svg": {
			title: "Processor time to write a fleet", unit: func(v float64) string { return time.Duration(v * 1e9).String() },
			value: func(m measurement) float64 { return m.CPU.Seconds() },
		},
		"memory.svg": {
			title: "Memory to write a fleet, over that of the idle process", unit: func(v float64) string { return fmt.Sprintf("%g MiB", v) },
			value: func(m measurement) float64 { return max(mib(m.Peak), 0.1) },
		},
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(c.svg(all)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// A chart has a line for each contender, over the number of tenants, and both
// axes logarithmic.
type chart struct {
	title string
	unit  func(float64) string
	value func(measurement) float64
}

const (
	width, height       = 720, 400
	left, right         = 70, 190 // the names of the lines go to the right
	top, bottom         = 40, 40
	plotWide, plotHigh  = width - left - right, height - top - bottom
	labelSpace          = 14
	axis, grid, caption = "#888888", "#88888840", "#808080"
)

// colors go with the contenders in turn; each can be seen on white and on black.
var colors = []string{"#2f81f7", "#8250df", "#8c959f", "#57a639", "#d4762c", "#cf222e", "#e85aad", "#b08800", "#1b9e9e", "#6e5a4e"}

func (c chart) svg(all []measurement) string {
	var names []string
	lines := map[string][]measurement{}
	minX, maxX, minY, maxY := math.Inf(1), 0.0, math.Inf(1), 0.0
	for _, m := range all {
		if lines[m.Contender] == nil {
			names = append(names, m.Contender)
		}
		lines[m.Contender] = append(lines[m.Contender], m)
		minX, maxX = min(minX, float64(m.Tenants)), max(maxX, float64(m.Tenants))
		minY, maxY = min(minY, c.value(m)), max(maxY, c.value(m))
	}
	minY, maxY = math.Pow(10, math.Floor(math.Log10(minY))), math.Pow(10, math.Ceil(math.Log10(maxY)))
	x := func(v float64) float64 { return left + plotWide*scale(v, minX, maxX) }
	y := func(v float64) float64 { return top + plotHigh*(1-scale(v, minY, maxY)) }

	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&b, `<text x="%d" y="20" font-size="15" fill="%s">%s</text>`+"\n", left, caption, c.title)
	for v := minX; v <= maxX; v *= 10 {
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="%s"/>`, x(v), x(v), top, top+plotHigh, grid)
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle" fill="%s">%g</text>`+"\n", x(v), height-bottom+18, caption, v)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle" fill="%s">tenants</text>`+"\n", left+plotWide/2, height-6, caption)
	for v := minY; v <= maxY*1.001; v *= 10 {
		fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="%s"/>`, left, left+plotWide, y(v), y(v), grid)
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" text-anchor="end" fill="%s">%s</text>`+"\n", left-6, y(v)+4, caption, c.unit(v))
	}
	labels := spread(names, func(name string) float64 { return y(c.value(lines[name][len(lines[name])-1])) })
	for i, name := range names {
		color := colors[i%len(colors)]
		var points []string
		for _, m := range lines[name] {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(float64(m.Tenants)), y(c.value(m))))
		}
		last := lines[name][len(lines[name])-1]
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, strings.Join(points, " "), color)
		fmt.Fprintf(&b, `<line x1="%.1f" y1="%.1f" x2="%d" y2="%.1f" stroke="%s" stroke-dasharray="1 3"/>`,
			x(float64(last.Tenants)), y(c.value(last)), left+plotWide+8, labels[name], color)
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" fill="%s">%s</text>`+"\n", left+plotWide+12, labels[name]+4, color, name)
	}
	fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="%s"/>`+"\n</svg>\n", left, top, plotWide, plotHigh, axis)
	return b.String()
}

// scale puts a value between the ends of an axis, from 0 to 1.
func scale(v, from, to float64) float64 {
	if from == to {
		return 0
	}
	return math.Log(v/from) / math.Log(to/from)
}

// spread gives every name a height near the one that it would have, so that no
// two are on top of each other.
func spread(names []string, height func(string) float64) map[string]float64 {
	sorted := slices.SortedFunc(slices.Values(names), func(a, b string) int { return cmp.Compare(height(a), height(b)) })
	at := map[string]float64{}
	above := math.Inf(-1)
	for _, name := range sorted {
		above = max(height(name), above+labelSpace)
		at[name] = above
	}
	return at
}

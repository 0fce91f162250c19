package main

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"time"
)

// TestFidelity: this library loses nothing, and the others lose what the page says.
func TestFidelity(t *testing.T) {
	lost := map[string]string{
		"kure":             "HelmRelease.spec.values.id: 12345678901234567 became 12345678901234568",
		"kure, ordered":    `Kustomization.spec.postBuild.substitute.debug: "off" became false`,
		"flux manifestgen": "Kustomization.spec.serviceAccountName: lost",
	}
	for _, c := range contenders() {
		if c.json || c.name == buildAlone {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			found, err := c.check(3)
			if err != nil {
				t.Fatal(err)
			}
			var text strings.Builder
			found.print(&text)
			want := lost[c.name]
			if want == "" && len(found) > 0 || !strings.Contains(text.String(), want) {
				t.Errorf("want %q, found:\n%s", want, &text)
			}
		})
	}
}

func TestMeasure(t *testing.T) {
	c := contender{name: "a megabyte", write: func(w io.Writer, n int) error {
		for range n {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return err
			}
		}
		return nil
	}}
	m, err := c.measure(3)
	if err != nil {
		t.Fatal(err)
	}
	if m.Output != 3<<20 || m.Time <= 0 || m.CPU <= 0 || m.Tenants != 3 {
		t.Errorf("measured %+v", m)
	}
}

func TestPlotsAreXML(t *testing.T) {
	var all []measurement
	for _, name := range []string{"one", "two"} {
		for _, n := range []int{1, 10, 100} {
			all = append(all, measurement{Contender: name, Tenants: n, Time: time.Duration(n) * time.Millisecond, Peak: int64(n) << 20})
		}
	}
	c := chart{title: "t", unit: func(float64) string { return "s" }, value: func(m measurement) float64 { return m.Time.Seconds() }}
	svg := c.svg(all)
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%v in:\n%s", err, svg)
		}
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("a value is not finite:\n%s", svg)
	}
}

package buildtest

import "testing"

func TestSharedMemory(t *testing.T) {
	type inner struct{ m map[string]int }
	type outer struct {
		p *inner
		s []string
	}
	x := outer{p: &inner{m: map[string]int{"a": 1}}, s: []string{"a"}}
	if got := SharedMemory(x, x); len(got) != 3 {
		t.Errorf("a value shares p, p.m and s with itself, got %q", got)
	}
	y := outer{p: &inner{m: x.p.m}, s: []string{"a"}}
	if got := SharedMemory(x, y); len(got) != 1 || got[0] != ".p.m" {
		t.Errorf("got %q, want .p.m", got)
	}
}

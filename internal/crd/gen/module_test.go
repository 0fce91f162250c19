package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSameGo(t *testing.T) {
	module := func(files map[string]string) string {
		dir := t.TempDir()
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
	a := module(map[string]string{"go.mod": "module a", "v1/types.go": "package v1"})
	for _, test := range []struct {
		name string
		b    map[string]string
		want bool
	}{
		{"another go.mod", map[string]string{"go.mod": "module b", "v1/types.go": "package v1"}, true},
		{"another type", map[string]string{"go.mod": "module a", "v1/types.go": "package v1 // x"}, false},
		{"a file more", map[string]string{"v1/types.go": "package v1", "v2/types.go": "package v2"}, false},
		{"a file less", map[string]string{}, false},
	} {
		got, err := sameGo(a, module(test.b))
		if err != nil || got != test.want {
			t.Errorf("%s: sameGo = %v, %v, want %v", test.name, got, err, test.want)
		}
	}
}

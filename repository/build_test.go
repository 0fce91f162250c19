package repository

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestPanic: a panic within kustomize is an error of the folder.
func TestPanic(t *testing.T) {
	_, err := run(&buildFiles{}, "x") // without a loader its methods panic
	if err == nil || !strings.HasPrefix(err.Error(), "kustomize panics: ") {
		t.Errorf("the error is %v", err)
	}
}

// TestBusy: a build that was given up and still runs keeps the next one waiting for a
// bounded time only, and the folder is read without kustomize.
func TestBusy(t *testing.T) {
	kustomizing <- struct{}{}
	defer func() { <-kustomizing }()
	result := &Result{}
	l := newLoader(t.Context(), fstest.MapFS{
		"kustomization.yaml": {Data: []byte("namePrefix: x-\nresources: [a.yaml]\n")},
		"a.yaml":             {Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")},
	}, Options{}, result)
	l.buildTime = time.Millisecond
	l.load(".")
	if len(result.Problems) != 1 || !strings.Contains(result.Problems[0].Reason, "still busy") {
		t.Errorf("the problems are %v", result.Problems)
	}
	if n := len(result.Objects); n != 2 {
		t.Errorf("%d objects are read, want the kustomization and the ConfigMap", n)
	}
}

// TestIndex reads git's index in each version.
func TestIndex(t *testing.T) {
	names := []string{"apps/a.yaml", "apps/b/a.yaml", "apps/b/c.yaml", "z"}
	want := map[string]bool{".": true, "apps": true, "apps/b": true}
	for _, name := range names {
		want[name] = true
	}
	for _, version := range []uint32{2, 3, 4} {
		text := indexOf(version, names)
		got := readIndex(fstest.MapFS{".git/index": {Data: text}})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("version %d: tracked files (-want +got):\n%s", version, diff)
		}
		for n := range len(text) {
			if got := readIndex(fstest.MapFS{".git/index": {Data: text[:n]}}); got != nil {
				t.Errorf("version %d: %d bytes of %d are read as an index", version, n, len(text))
			}
		}
	}
}

// indexOf is an index of git. In version 4 a name is written as the number of bytes
// that go from the end of the one before, and what takes their place.
func indexOf(version uint32, names []string) []byte {
	text := binary.BigEndian.AppendUint32([]byte("DIRC"), version)
	text = binary.BigEndian.AppendUint32(text, uint32(len(names)))
	before := ""
	for _, name := range names {
		entry := bytes.Repeat([]byte{0}, 62)
		if version == 3 { // with extended flags
			entry[60] = 0x40
			entry = append(entry, 0, 0)
		}
		if version == 4 {
			same := 0
			for same < min(len(before), len(name)) && before[same] == name[same] {
				same++
			}
			entry = append(entry, byte(len(before)-same))
			text = append(append(append(text, entry...), name[same:]...), 0)
		} else {
			entry = append(entry, name...)
			text = append(append(text, entry...), make([]byte, 8-len(entry)%8)...)
		}
		before = name
	}
	return text
}

package repository

import (
	"bytes"
	"encoding/binary"
	"io/fs"
	"path"
	"slices"
)

const maxIndex = 64 << 20 // bytes of git's index

// readIndex returns the files that git tracks and their folders, or nil if there is no
// readable index. Tracked files are part of the repository even if a .gitignore
// lists them, so nobody hides a file by ignoring it.
//
// See https://git-scm.com/docs/index-format.
func readIndex(fsys fs.FS) map[string]bool {
	if info, err := fs.Stat(fsys, ".git/index"); err != nil || !info.Mode().IsRegular() || info.Size() > maxIndex {
		return nil
	}
	text, err := fs.ReadFile(fsys, ".git/index")
	if err != nil || len(text) < 12 || string(text[:4]) != "DIRC" {
		return nil
	}
	version, count := binary.BigEndian.Uint32(text[4:]), binary.BigEndian.Uint32(text[8:])
	if version < 2 || version > 4 {
		return nil
	}
	tracked := map[string]bool{".": true}
	rest, name := text[12:], []byte(nil)
	for range count {
		if name, rest = nextEntry(rest, name, version); name == nil {
			return nil
		}
		for file := string(name); !tracked[file]; file = path.Dir(file) {
			tracked[file] = true
		}
	}
	return tracked
}

// nextEntry returns the name of the first entry and the rest of the text, or nil if
// the text is not an index.
func nextEntry(text, before []byte, version uint32) (name, rest []byte) {
	const fixed, flagsAt, extended = 62, 60, 0x4000
	if len(text) < fixed {
		return nil, nil
	}
	start := fixed
	if binary.BigEndian.Uint16(text[flagsAt:])&extended != 0 {
		start += 2
	}
	prefix := []byte(nil)
	if version == 4 {
		strip, n := offset(text[min(start, len(text)):])
		if n == 0 || strip > len(before) {
			return nil, nil
		}
		prefix, start = before[:len(before)-strip], start+n
	}
	if start > len(text) {
		return nil, nil
	}
	end := bytes.IndexByte(text[start:], 0)
	if end < 0 || len(prefix)+end == 0 {
		return nil, nil
	}
	name = slices.Concat(prefix, text[start:start+end])
	next := start + end + 1
	if version < 4 {
		next = (start + end + 8) &^ 7
	}
	if next > len(text) {
		return nil, nil
	}
	return name, text[next:]
}

// offset decodes git's variable-length number and returns its length, which is
// zero if the text ends too early.
func offset(text []byte) (value, n int) {
	for n < len(text) && n < 5 {
		b := text[n]
		if n > 0 {
			value++
		}
		value = value<<7 | int(b&0x7f)
		n++
		if b&0x80 == 0 {
			return value, n
		}
	}
	return 0, 0
}

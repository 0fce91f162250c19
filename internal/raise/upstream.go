package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// compareFlags returns the flags and gates that only one of two versions of Flux
// knows, from the table of flux/lockdown.
func compareFlags(file, from, to string) ([]string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	known := map[string]map[string]string{from: {}, to: {}}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		gates := slices.Index(words, "gates:")
		if len(words) < 4 || known[words[0]] == nil || gates < 0 {
			continue
		}
		known[words[0]][words[1]] = ""
		for i, word := range words[4:] {
			switch at := i + 4; {
			case at < gates:
				known[words[0]][words[1]+" --"+word] = ""
			case at > gates:
				known[words[0]][words[1]+" --feature-gates="+word] = ""
			}
		}
	}
	return compare(known[from], known[to]), nil
}

// compareWebhooks returns the files of Capsule's webhooks that differ between two
// directories of its module.
func compareWebhooks(old, now string) ([]string, error) {
	before, err := webhookFiles(old)
	if err != nil {
		return nil, err
	}
	after, err := webhookFiles(now)
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, line := range compare(before, after) {
		name, _, _ := strings.Cut(line, "\n")
		lines = append(lines, name)
	}
	return lines, nil
}

func webhookFiles(dir string) (map[string]string, error) {
	files := map[string]string{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, "internal/webhook", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		data, err := fs.ReadFile(root, name)
		files[name] = string(bytes.TrimSpace(data))
		return err
	})
	return files, err
}

package repository

import (
	"bytes"
	"io"
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// Limits of the files that hold patterns.
const (
	maxIgnoreFile = 64 << 10
	maxPatterns   = 2000
)

// defaultIgnored are the patterns that source-controller starts from when it makes
// an artifact.
var defaultIgnored = []string{
	".git/", ".gitignore", ".gitmodules", ".gitattributes",
	".github/", ".circleci/", ".travis.yml", ".gitlab-ci.yml", "appveyor.yml", ".drone.yml", "cloudbuild.yaml", "codeship-services.yml", "codeship-steps.yml",
	"**/.goreleaser.yml", "**/.sops.yaml", "**/.flux.yaml",
}

// Reasons of a [Skip].
const (
	skipSource   = "is not part of Flux's artifact (.sourceignore or its defaults)"
	skipGit      = "is not in git (.gitignore)"
	skipExcluded = "is excluded"
)

// An ignore says which files and folders are left out.
type ignore struct {
	include gitignore.Matcher // nil for everything
	exclude gitignore.Matcher
	tracked map[string]bool // what git's index holds; nil if it is not known
	git     map[string][]gitignore.Pattern
}

func newIgnore(options Options) *ignore {
	i := &ignore{exclude: gitignore.NewMatcher(parsePatterns(options.Exclude, nil)), git: map[string][]gitignore.Pattern{}}
	if len(options.Include) > 0 {
		i.include = gitignore.NewMatcher(parsePatterns(options.Include, nil))
	}
	return i
}

// apply finds out which entries of a folder are left out.
func (i *ignore) apply(t *tree, dir string, f *folder) {
	domain := segments(dir)
	var git []gitignore.Pattern
	if dir == "." {
		f.patterns = parsePatterns(defaultIgnored, nil)
		i.tracked = readIndex(t.fsys)
	} else {
		git = i.git[path.Dir(dir)]
	}
	if lines := i.lines(t, dir, f, ".sourceignore"); lines != nil {
		f.patterns = append(f.patterns[:len(f.patterns):len(f.patterns)], parsePatterns(lines, domain)...)
	}
	if lines := i.lines(t, dir, f, ".gitignore"); lines != nil && i.tracked != nil {
		git = append(git[:len(git):len(git)], parsePatterns(lines, domain)...)
	}
	i.git[dir] = git
	source, untracked := gitignore.NewMatcher(f.patterns), gitignore.NewMatcher(git)
	for _, name := range f.names {
		full, isDir := path.Join(dir, name), f.modes[name].IsDir()
		steps := segments(full)
		switch {
		case source.Match(steps, isDir):
			f.ignored[name] = skipSource
		case len(git) > 0 && !i.tracked[full] && untracked.Match(steps, isDir):
			f.ignored[name] = skipGit
		case i.exclude.Match(steps, isDir), i.include != nil && f.modes[name].IsRegular() && !i.include.Match(steps, false):
			f.ignored[name] = skipExcluded
		}
	}
}

// lines returns the lines of a file of patterns, or nil if there is none.
func (i *ignore) lines(t *tree, dir string, f *folder, name string) []string {
	if mode, ok := f.modes[name]; !ok || !mode.IsRegular() {
		return nil
	}
	file, err := t.fsys.Open(path.Join(dir, name))
	if err != nil {
		return nil
	}
	defer file.Close()
	text, _ := io.ReadAll(io.LimitReader(file, maxIgnoreFile))
	lines := strings.Split(string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), "\n")
	return lines[:min(len(lines), maxPatterns)]
}

// parsePatterns parses the lines of a .gitignore that lies in a folder.
func parsePatterns(lines []string, domain []string) []gitignore.Pattern {
	var patterns []gitignore.Pattern
	for _, line := range lines {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "#") {
			patterns = append(patterns, gitignore.ParsePattern(strings.TrimRight(line, " \t"), domain))
		}
	}
	return patterns
}

func segments(name string) []string {
	if name == "." {
		return nil
	}
	return strings.Split(name, "/")
}

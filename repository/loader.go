package repository

import (
	"context"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A loader reads one file system into a result.
type loader struct {
	ctx     context.Context
	options Options
	tree    *tree
	result  *Result

	base    string // the root, as the caller knows it; empty if that is the working directory
	working string // the working directory below the root, with a slash at its end; empty if it is not below
	start   string // the folder that is read

	buildTime time.Duration // that one build may take

	kustomizations map[string]*kustomization // by folder
	plains         map[string]bool           // by folder, see plain
	rendered       map[string]bool           // folders
	built          map[string]*content       // by folder
	failed         map[string]bool           // folders whose build failed, or would
	read           map[string]*content       // files
	reported       map[string]bool           // problems
	named          map[string]bool           // files and folders that a kustomization names
	places         map[string][]place        // of the objects in a file
}

func newLoader(ctx context.Context, fsys fs.FS, options Options, result *Result) *loader {
	return &loader{
		ctx: ctx, options: options, tree: newTree(fsys, newIgnore(options)), start: ".", result: result, buildTime: maxBuildTime,
		kustomizations: map[string]*kustomization{}, plains: map[string]bool{}, rendered: map[string]bool{}, built: map[string]*content{}, failed: map[string]bool{},
		read: map[string]*content{}, reported: map[string]bool{}, named: map[string]bool{}, places: map[string][]place{},
	}
}

// load reads a folder and what Flux's Kustomizations in it apply.
func (l *loader) load(dir string) {
	seen := len(l.result.Objects)
	l.readTree(dir)
	for seen < len(l.result.Objects) && l.ctx.Err() == nil {
		from := seen
		seen = len(l.result.Objects)
		for _, object := range l.result.Objects[from:seen] {
			l.follow(object)
		}
	}
}

// readTree renders each kustomization below a folder that is not the base of another,
// and reads the files that no kustomization names.
func (l *loader) readTree(root string) {
	var kustomized []string
	var files []string
	l.tree.walk(root, func(dir string, f *folder) bool {
		if !l.enter(dir, f) {
			return false
		}
		if k := l.kustomization(dir); k != nil {
			kustomized = append(kustomized, dir)
			for _, name := range k.names() {
				l.named[name] = true
			}
			return true
		}
		for _, name := range f.files() {
			if isYAML(name) {
				files = append(files, path.Join(dir, name))
			}
		}
		return true
	})
	for _, dir := range kustomized {
		if k := l.kustomization(dir); !l.named[dir] && !k.component() {
			l.render(dir)
		}
	}
	// Kustomizations that are bases of each other have not been rendered yet.
	reached := l.reached(kustomized)
	for _, dir := range kustomized {
		if !reached[dir] && !l.kustomization(dir).component() {
			l.render(dir)
			for further := range l.reached([]string{dir}) {
				reached[further] = true
			}
		}
	}
	for _, file := range files {
		if !l.named[file] {
			l.readFile(file, path.Dir(file), found)
		}
	}
}

// enter reports whether a folder may hold manifests, and records what is skipped in
// it.
func (l *loader) enter(dir string, f *folder) bool {
	if l.ctx.Err() != nil {
		return false
	}
	if f.err != nil {
		l.problem(dir, 0, f.err.Error())
	}
	if chart := path.Join(dir, "Chart.yaml"); l.tree.isFile(chart) && l.isChart(chart) {
		l.skip(dir, "is a Helm chart")
		return false
	}
	for _, name := range f.names {
		mode, file := f.modes[name], path.Join(dir, name)
		switch ignored := f.ignored[name]; {
		case name == ".git", ignored != "" && !mode.IsDir() && !isYAML(name):
		case ignored != "":
			l.skip(file, ignored)
		case mode.IsDir() || mode.IsRegular() || !isYAML(name) && mode&fs.ModeSymlink == 0:
		case mode&fs.ModeSymlink != 0:
			l.skip(file, "is "+describe(mode))
		default:
			l.problem(file, 0, "is "+describe(mode))
		}
	}
	return true
}

func isYAML(name string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, filepath.Ext(name))
}

// reached returns the folders whose kustomization has been rendered, alone or as the
// base of another.
func (l *loader) reached(dirs []string) map[string]bool {
	reached := map[string]bool{}
	var visit func(dir string)
	visit = func(dir string) {
		k := l.kustomization(dir)
		if k == nil || reached[dir] {
			return
		}
		reached[dir] = true
		for _, base := range k.bases() {
			visit(path.Join(dir, base))
		}
	}
	for _, dir := range dirs {
		if l.rendered[dir] {
			visit(dir)
		}
	}
	return reached
}

// name returns a path as the caller knows it.
func (l *loader) name(file string) string {
	if l.working != "" && file+"/" == l.working {
		return "."
	}
	if below, ok := strings.CutPrefix(file, l.working); ok && l.working != "" {
		return below
	}
	return path.Join(l.base, file)
}

func (l *loader) problem(file string, line int, reason string) {
	p := Problem{l.name(file), line, shorten(reason)}
	if key := p.String(); !l.reported[key] {
		l.reported[key] = true
		l.result.Problems = append(l.result.Problems, p)
	}
}

func (l *loader) skip(file, reason string) {
	s := Skip{l.name(file), shorten(reason)}
	if key := "skip " + s.String(); !l.reported[key] {
		l.reported[key] = true
		l.result.Skipped = append(l.result.Skipped, s)
	}
}

// shorten bounds the length of a quoted text.
func shorten(text string) string {
	const most = 2000
	if len(text) <= most {
		return text
	}
	return text[:most] + " ..."
}

func position(file string, line int) string {
	if line == 0 {
		return file
	}
	return file + ":" + strconv.Itoa(line)
}

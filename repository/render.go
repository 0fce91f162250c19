package repository

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// render reads the objects of a folder with a kustomization.yaml.
func (l *loader) render(dir string) {
	if l.rendered[dir] || l.ctx.Err() != nil {
		return
	}
	l.rendered[dir] = true
	l.expand(dir, &descent{root: dir, above: map[string]bool{}, seen: map[string]bool{}})
}

// A descent is the way from a folder down to its bases.
type descent struct {
	root  string
	above map[string]bool // the folders between root and the one that is read
	seen  map[string]bool // the folders that have been read, as a base may be that of several
	spent int             // files read for builds that failed
}

// expand reads what a folder, a base of root, adds to root.
func (l *loader) expand(dir string, d *descent) {
	d.seen[dir] = true
	k := l.kustomization(dir)
	l.addFile(k, d.root)
	if k.object == nil {
		l.problem(k.file, 0, "cannot be read, so the files beside it are read one by one: "+k.err.Error())
		l.readBeside(dir, d.root)
		return
	}
	if l.plain(dir) {
		l.expandBases(k, d)
		return
	}
	if c := l.built[dir]; c != nil {
		l.addDir(*c, d.root)
		return
	}
	built, err := l.buildBelow(k, d)
	for _, p := range built.problems {
		l.problem(p.Path, p.Line, p.Reason)
	}
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded) && l.ctx.Err() != nil:
	case err != nil:
		l.problem(k.file, 0, "is not built, so its bases are read one by one, without its changes: "+err.Error())
		l.expandBases(k, d)
	default:
		first := len(l.result.Objects)
		l.result.Objects = append(l.result.Objects, built.objects...)
		l.built[dir] = &content{first, len(l.result.Objects)}
		l.addDir(*l.built[dir], d.root)
	}
}

// expandBases reads each base of a kustomization.
func (l *loader) expandBases(k *kustomization, d *descent) {
	d.above[k.dir] = true
	defer delete(d.above, k.dir)
	for _, base := range k.bases() {
		if l.ctx.Err() != nil {
			return
		}
		entry := path.Join(k.dir, base)
		switch {
		case isRemoteResource(base):
			if !l.options.AllowRemote {
				l.problem(k.file, 0, fmt.Sprintf("names %s, which is not fetched", shorten(base)))
			}
		case strings.Contains(base, "\n"):
			l.problem(k.file, 0, "names a resource whose name has several lines")
		case d.above[entry]:
			l.problem(k.file, 0, fmt.Sprintf("names %s, which is made from it", base))
		case l.tree.isFile(entry):
			l.readFile(entry, d.root, named)
		case l.tree.isDir(entry) && l.kustomization(entry) != nil:
			if !d.seen[entry] {
				l.expand(entry, d)
			}
		default:
			l.missing(k, base)
		}
	}
}

// missing reports a file or folder that a kustomization names and that does not exist.
func (l *loader) missing(k *kustomization, name string) {
	if p, ok := l.absent(k, name); ok {
		l.problem(p.Path, p.Line, p.Reason)
	}
}

// bootstrapFiles are written by flux bootstrap on the first run; a tree may name
// them before.
var bootstrapFiles = []string{"gotk-components.yaml", "gotk-sync.yaml"}

// absent returns the problem of a named file that does not exist. It reports false if
// that is not one.
func (l *loader) absent(k *kustomization, name string) (Problem, bool) {
	entry := path.Join(k.dir, name)
	for _, file := range bootstrapFiles {
		if path.Base(entry) == file {
			return Problem{}, false
		}
	}
	reason := l.tree.absence(entry)
	switch {
	case reason == skipExcluded:
		return Problem{}, false
	case l.tree.isDir(entry):
		reason = "is a folder without a kustomization.yaml"
	}
	return Problem{k.file, 0, fmt.Sprintf("names %s, which %s", shorten(name), reason)}, true
}

// addFile adds the kustomization.yaml itself.
func (l *loader) addFile(k *kustomization, root string) {
	if c, ok := l.read[k.file]; ok || k.object == nil {
		if ok && c.first < c.end {
			l.readFile(k.file, root, named)
		}
		return
	}
	first := len(l.result.Objects)
	l.read[k.file] = &content{first, first + 1}
	object := &unstructured.Unstructured{Object: k.object.DeepCopy().Object}
	l.result.Objects = append(l.result.Objects, Object{Object: object, File: l.name(k.file), Line: 1, Dirs: []string{l.name(root)}})
}

// readBeside reads the files of a folder.
func (l *loader) readBeside(dir, root string) {
	f := l.tree.folder(dir)
	for _, name := range f.files() {
		if file := path.Join(dir, name); isYAML(name) && file != l.kustomization(dir).file {
			l.readFile(file, root, found)
		}
	}
}

// A build is the result of kustomize for a folder, and the parts that were left out.
type build struct {
	objects  []Object
	problems []Problem
	reads    int // of files
}

// maxSpent bounds the files that failing builds read, for one folder and its bases
// together: ten folders with ten bases each, and so on, would otherwise all be built.
// A file takes about a millisecond.
const maxSpent = 1000

// buildBelow builds a folder unless its build is known to fail, or the failed builds
// above it have already read maxSpent files.
func (l *loader) buildBelow(k *kustomization, d *descent) (build, error) {
	for _, base := range k.bases() {
		sub := path.Join(k.dir, base)
		if part := l.kustomization(sub); l.failed[sub] && part != nil && !part.component() {
			l.failed[k.dir] = true
			return build{}, fmt.Errorf("%s, which it is made from, is not built", base)
		}
	}
	if d.spent > maxSpent {
		l.failed[k.dir] = true
		return build{}, fmt.Errorf("more than %d files were read for the builds of what is made from it, which failed", maxSpent)
	}
	built, err := l.build(k.dir)
	if err != nil {
		l.failed[k.dir] = true
		d.spent += built.reads
	}
	return built, err
}

// kustomizing holds one value while kustomize runs: it keeps its schema in package
// variables, and is not safe for concurrent use.
var kustomizing = make(chan struct{}, 1)

const maxBuildTime = time.Minute

// build runs kustomize for a folder. It returns when ctx is done or the time is over,
// even if kustomize is still running; the next build then waits for it.
func (l *loader) build(dir string) (build, error) {
	timer := time.NewTimer(l.buildTime)
	defer timer.Stop()
	select {
	case kustomizing <- struct{}{}:
	case <-l.ctx.Done():
		return build{}, l.ctx.Err()
	case <-timer.C:
		return build{}, errors.New("kustomize is still busy with what was given up before")
	}
	files := &buildFiles{loader: l}
	type outcome struct {
		rendered []rendered
		err      error
	}
	done := make(chan outcome, 1)
	go func() {
		defer func() { <-kustomizing }()
		found, err := run(files, dir)
		done <- outcome{found, err}
	}()
	timer.Reset(l.buildTime)
	var err error
	select {
	case out := <-done:
		files.close()
		if out.err != nil {
			return build{problems: files.problems, reads: files.reads}, out.err
		}
		return build{l.locate(dir, out.rendered), files.problems, files.reads}, nil
	case <-l.ctx.Done():
		err = l.ctx.Err()
	case <-timer.C:
		err = fmt.Errorf("takes longer than %v", l.buildTime)
	}
	files.close()
	return build{problems: files.problems, reads: files.reads}, err
}

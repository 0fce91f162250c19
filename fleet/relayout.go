package fleet

import (
	"bytes"
	"context"
	"fmt"
	"path"

	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/tree"
)

// appliers returns the files of the tree whose Kustomizations apply tenants: one for
// each group, or, in trees without groups, one for each tenant or one for all.
func appliers(t *tree.Tree) ([]string, error) {
	clusters, err := t.Glob("clusters/*")
	if err != nil {
		return nil, err
	}
	var files []string
	for _, cluster := range clusters {
		several, err := marked(t, path.Join(cluster, "tenants/*.yaml"))
		if err != nil {
			return nil, err
		}
		if len(several) == 0 {
			if several, err = marked(t, path.Join(cluster, "tenants.yaml")); err != nil {
				return nil, err
			}
		}
		files = append(files, several...)
	}
	return files, nil
}

// marked returns the files of the tree that match a pattern and list no others.
func marked(t *tree.Tree, pattern string) ([]string, error) {
	names, err := t.Glob(pattern)
	var files []string
	for _, name := range names {
		if path.Base(name) == "kustomization.yaml" {
			continue
		}
		_, ok, err := t.Read(name)
		if err != nil {
			return nil, err
		}
		if ok {
			files = append(files, name)
		}
	}
	return files, err
}

// pause writes the first commit of a change of layout: nothing prunes any more.
func pause(ctx context.Context, t *tree.Tree, appliers []string) (Changes, error) {
	w := treeWriter{tree: t}
	for _, name := range appliers {
		content, _, err := t.Read(name)
		if err != nil {
			return Changes{}, err
		}
		content = bytes.ReplaceAll(content, []byte("\n  prune: true\n"), []byte("\n  prune: false\n"))
		if err := w.add(tree.File{Path: name, Content: content}); err != nil {
			return Changes{}, err
		}
	}
	root, err := pausedRoot(t)
	if err != nil {
		return Changes{}, err
	}
	if err := w.add(root); err != nil {
		return Changes{}, err
	}
	done, err := t.Commit(ctx)
	return Changes{
		Written: done.Written, Unchanged: done.Unchanged,
		Next: []string{fmt.Sprintf("commit this, and wait until every cluster has applied it: all of the %d Kustomizations that apply tenants have spec.prune false. Then run with --relayout again", len(appliers))},
	}, err
}

// pausedRoot is the existing root list, with the step in its annotations.
func pausedRoot(t *tree.Tree) (tree.File, error) {
	have, err := readLayout(t)
	if err != nil {
		return tree.File{}, err
	}
	content, _, err := t.Read(rootList)
	if err != nil {
		return tree.File{}, err
	}
	var root kustomizetypes.Kustomization
	if err := yaml.Unmarshal(content, &root); err != nil {
		return tree.File{}, fmt.Errorf("%s: %w", rootList, err)
	}
	have.step = stepPaused
	root.MetaData = have.metadata()
	content, err = yaml.Marshal(root)
	return tree.File{Path: rootList, Content: content}, err
}

// next returns what to wait for after the tree was written.
func (w *treeWriter) next() []string {
	var next []string
	switch {
	case w.layout.step == stepSwitched:
		next = append(next, "commit this, and wait until every cluster has applied it: the Kustomizations tenants-<group> are all ready at this commit, and those of the old layout are gone. Then run with --relayout once more, after which they prune again")
	case w.before.step == stepSwitched:
		next = append(next, "commit this: the change of layout is complete")
	}
	if n := w.census.stages[released]; n > 0 {
		next = append(next, fmt.Sprintf("tenants that leave and are no longer guarded: %d. Wait until every cluster has applied it, then run with --applied", n))
	}
	if n := w.census.stages[stopped]; n > 0 {
		next = append(next, fmt.Sprintf("tenants that leave and have no Kustomization any more: %d. Wait until it is gone from every cluster, and with it what Flux applied; then take them out of the inputs", n))
	}
	return next
}

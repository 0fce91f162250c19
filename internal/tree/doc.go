// Package tree makes a directory match a set of generated files.
//
//	t, err := tree.Open(dir)
//	defer t.Close()
//	for _, file := range files {
//		change, err := t.Compare(file)
//		t.Add(change)
//	}
//	changes, err := t.Commit(ctx, "tenants")
//
// Only files that differ are written. A file is touched only when its first line is
// [Mark], or when it does not exist yet: files that a person wrote stay unchanged.
// [os.Root] keeps symbolic links from reaching outside the directory.
//
// # Interruption
//
// New content is first written to a staging directory beside the tree, which does not
// change before [Tree.Commit]. Commit renames one file after the other into place, in
// the order of [Tree.Add], and then removes the files that are left over. A killed
// process leaves every file either old or new; if a file is added after those that it
// lists, it never lists a missing file. The next run completes the work.
//
// Files are not synced to disk one by one, which would take several milliseconds
// each. After a crash of the machine itself, run it again.
package tree

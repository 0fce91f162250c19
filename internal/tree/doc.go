// Package tree brings a directory in line with a set of generated files.
//
//	t, err := tree.Open(dir)
//	defer t.Close()
//	for _, file := range files {
//		change, err := t.Compare(file)
//		t.Add(change)
//	}
//	changes, err := t.Commit(ctx, "tenants")
//
// Only files that differ are written. A file is touched only when its first line
// is [Mark], or when it is not there yet: what a person wrote stays as it is.
// Nothing outside the directory is read or written, whatever symbolic links lie
// in it: [os.Root] sees to that.
//
// # Interruption
//
// New content is first written to a staging directory beside the tree's own, and
// nothing of the tree changes before [Tree.Commit]. That renames one file after
// the other into its place, in the order of [Tree.Add], and then removes those
// that are left over. So a process that is killed leaves every file either old or
// new, and when the files that list others are added after them, it leaves no
// list of files that are not there. The next run ends the work.
//
// Files are not synced to the disk one by one: for that the price is several
// milliseconds each. After a crash of the machine itself, run it again.
package tree

package tree

// A File is one file of a tree.
type File struct {
	// Path is relative to the root of the tree, with slashes.
	Path string

	// Content is all of it, the mark included where the file is to carry one.
	Content []byte
}

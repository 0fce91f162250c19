package repository

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// loadPath reads a file or folder of a disk.
func loadPath(ctx context.Context, path string, options Options, result *Result) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	absolute, err := filepath.Abs(target)
	if err != nil {
		return err
	}
	info, err := os.Lstat(absolute)
	if err != nil {
		return err
	}
	root := rootOf(absolute, info.IsDir())
	name, err := filepath.Rel(root, absolute)
	if err != nil {
		return err
	}
	name = filepath.ToSlash(name)
	l := newLoader(ctx, os.DirFS(root), options, result)
	l.start, l.base = name, filepath.ToSlash(root)
	if working, err := workingDir(); err == nil && !filepath.IsAbs(path) {
		if relative, err := filepath.Rel(working, root); err == nil {
			l.base = filepath.ToSlash(relative)
		}
		if relative, err := filepath.Rel(root, working); err == nil && filepath.IsLocal(relative) && relative != "." {
			l.working = filepath.ToSlash(relative) + "/"
		}
	}
	switch {
	case info.IsDir():
		l.load(name)
	case info.Mode().IsRegular():
		l.readFile(name, filepath.ToSlash(filepath.Dir(name)), named)
	default:
		return &fs.PathError{Op: "read", Path: path, Err: errors.New(describe(info.Mode()))}
	}
	return ctx.Err()
}

// rootOf returns the root of the repository that a path lies in: the folder with
// .git, or else the working directory if the path lies in it, or else the folder
// itself.
func rootOf(path string, isDir bool) string {
	dir := path
	if !isDir {
		dir = filepath.Dir(path)
	}
	for above := dir; ; above = filepath.Dir(above) {
		if _, err := os.Lstat(filepath.Join(above, ".git")); err == nil {
			return above
		}
		if above == filepath.Dir(above) {
			break
		}
	}
	if working, err := workingDir(); err == nil {
		if relative, err := filepath.Rel(working, dir); err == nil && filepath.IsLocal(relative) {
			return working
		}
	}
	return dir
}

// workingDir returns the working directory without symbolic links.
func workingDir() (string, error) {
	working, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(working)
}

// describe names the type of a file that is not read.
func describe(mode fs.FileMode) string {
	switch {
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link, which Flux leaves out of its artifact"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe, which is not read"
	case mode&fs.ModeSocket != 0:
		return "a socket, which is not read"
	case mode&fs.ModeDevice != 0:
		return "a device, which is not read"
	}
	return fmt.Sprintf("a file of type %v, which is not read", mode.Type())
}

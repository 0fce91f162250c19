// Package gitserver serves git repositories over plain HTTP, with git's own
// http-backend behind a small CGI server. It stands in for fluxcd/pkg's
// gittestserver, which listens on loopback only: Go sends nothing to loopback through
// an HTTP proxy, and the tests use proxies.
//
//	git, err := gitserver.Start(dir, "git.forge.svc:80")
//	defer git.Close()
//	err = git.Push(ctx, "dev-team", map[string]string{"staging/namespace.yaml": "..."})
//	url := git.URL("dev-team")
package gitserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"net/http/cgi"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Branch is the one branch of every repository.
const Branch = "main"

// A Server serves the repositories below one directory.
type Server struct {
	dir  string
	host string
	http *http.Server
}

// Start serves at an address, such as git.forge.svc:80, what Push writes below
// dir. With port 0 it takes a free one.
func Start(dir, address string) (*Server, error) {
	execPath, err := exec.Command("git", "--exec-path").Output()
	if err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	backend := filepath.Join(strings.TrimSpace(string(execPath)), "git-http-backend")
	if _, err := os.Stat(backend); err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, host: host}
	if port := listener.Addr().(*net.TCPAddr).Port; port != 80 {
		s.host = net.JoinHostPort(host, strconv.Itoa(port))
	}
	s.http = &http.Server{Handler: &cgi.Handler{
		Path: backend,
		Env:  []string{"GIT_PROJECT_ROOT=" + dir, "GIT_HTTP_EXPORT_ALL=1"},
	}}
	go s.http.Serve(listener)
	return s, nil
}

// Close stops the server.
func (s *Server) Close() error { return s.http.Close() }

// URL is where a repository is cloned from.
func (s *Server) URL(repository string) string {
	return "http://" + s.host + "/" + repository + ".git"
}

// Push makes the files, by path, the whole content of the repository's branch,
// in a new commit. It makes the repository if there is none.
func (s *Server) Push(ctx context.Context, repository string, files map[string]string) error {
	dir := filepath.Join(s.dir, repository+".git")
	parent := ""
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := git(ctx, "", "init", "--quiet", "--bare", "--initial-branch="+Branch, dir); err != nil {
			return err
		}
	} else if err != nil {
		return err
	} else {
		parent = "from refs/heads/" + Branch + "^0\n"
	}

	var commit bytes.Buffer
	fmt.Fprintf(&commit, "commit refs/heads/%s\ncommitter Tenant <tenant@example.com> %d +0000\ndata 0\n%sdeleteall\n", Branch, time.Now().Unix(), parent)
	for _, path := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&commit, "M 100644 inline %s\ndata %d\n%s\n", path, len(files[path]), files[path])
	}
	return git(ctx, commit.String(), "--git-dir="+dir, "fast-import", "--quiet", "--date-format=raw")
}

// AllowPush lets anybody push to a repository that Push has made.
func (s *Server) AllowPush(ctx context.Context, repository string) error {
	return git(ctx, "", "--git-dir="+filepath.Join(s.dir, repository+".git"), "config", "http.receivepack", "true")
}

// Head returns the commit that a repository's branch is at.
func Head(ctx context.Context, url string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", "ls-remote", url, "refs/heads/"+Branch).Output()
	if err != nil {
		return "", err
	}
	commit, _, found := strings.Cut(string(out), "\t")
	if !found {
		return "", fmt.Errorf("%s has no branch %s", url, Branch)
	}
	return commit, nil
}

// Clone returns the files of a repository's branch, by path, as anybody gets them
// who knows the URL.
func Clone(ctx context.Context, url string) (map[string]string, error) {
	dir, err := os.MkdirTemp("", "clone-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := git(ctx, "", "clone", "--quiet", "--branch="+Branch, url, dir); err != nil {
		return nil, err
	}
	files := map[string]string{}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == ".git" {
				return filepath.SkipDir
			}
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files[rel] = string(data)
		return err
	})
	return files, err
}

func git(ctx context.Context, stdin string, args ...string) error {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

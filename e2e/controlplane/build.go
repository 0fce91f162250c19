package controlplane

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// Build builds the components of a set into the user's cache directory. For the pinned
// set it builds the further controllers, too, and the control plane with the old
// Capsule.
func Build(ctx context.Context, set Set, log io.Writer) error {
	err := build(ctx, set.components(), log)
	if set.Name == "pinned" {
		err = errors.Join(err, build(ctx, set.WithFurther().components(), log), build(ctx, oldComponents, log))
	}
	return err
}

// Built is nil if [Build] has nothing left to do for the set.
func (s Set) Built() error { return built(s.components()) }

// built is nil if [Build] has nothing left to do for the components. A test does
// not build them itself: go test would end a build that takes longer than its
// timeout.
func built(components []component) error {
	for _, c := range components {
		dir, err := c.dir()
		if err != nil {
			return err
		}
		if _, err := os.Stat(dir); err != nil {
			return fmt.Errorf("%s %s is not built yet: run go -C e2e run ./build first, with the same $%s, which takes about 18 minutes", c.Name, c.Version, SetVar)
		}
	}
	return nil
}

// build makes sure that the user's cache directory holds the components. A
// cold build of all of them takes about 18 minutes on two cores; progress goes
// to log.
func build(ctx context.Context, components []component, log io.Writer) error {
	for _, c := range components {
		if err := c.build(ctx, log); err != nil {
			return fmt.Errorf("build %s %s: %w", c.Name, c.Version, err)
		}
	}
	return nil
}

// dir is where the component's binaries and files are cached.
func (c component) dir() (string, error) {
	if c.checkout != "" {
		return c.checkout, nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	key, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(append(key, runtime.Version()+runtime.GOOS+runtime.GOARCH...))
	return filepath.Join(cache, "fluxcapsule-e2e", fmt.Sprintf("%s-%s-%.4x", c.Name, c.Version, sum)), nil
}

func (c component) build(ctx context.Context, log io.Writer) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}

	// Two runs side by side build once.
	unlock, err := lock(dir + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if _, err := os.Stat(dir); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}

	work, err := os.MkdirTemp(filepath.Dir(dir), "build-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	out := filepath.Join(work, "out")
	if err := os.Mkdir(out, 0o755); err != nil {
		return err
	}

	start := time.Now()
	fmt.Fprintf(log, "building %s %s\n", c.Name, c.Version)
	upstream, err := download(ctx, c.Module, c.Version)
	if err != nil {
		return err
	}
	for _, path := range c.Files {
		if err := os.CopyFS(filepath.Join(out, path), os.DirFS(filepath.Join(upstream.Dir, path))); err != nil {
			return err
		}
	}
	if len(c.Binaries) > 0 {
		if err := c.compile(ctx, upstream, work, out); err != nil {
			return err
		}
	}
	if err := os.Rename(out, dir); err != nil {
		return err
	}
	fmt.Fprintf(log, "built %s %s in %s\n", c.Name, c.Version, time.Since(start).Round(time.Second))
	return nil
}

// compile builds the component's binaries in a module of their own below work,
// since no two components agree on the versions of what they import.
func (c component) compile(ctx context.Context, upstream moduleDir, work, out string) error {
	gomod, err := c.goMod(upstream.GoMod)
	if err != nil {
		return err
	}
	gosum, err := os.ReadFile(filepath.Join(upstream.Dir, "go.sum"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, "go.mod"), gomod, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(work, "go.sum"), gosum, 0o644); err != nil {
		return err
	}

	bin := filepath.Join(work, "bin")
	args := []string{"build", "-mod=mod", "-trimpath", "-ldflags=-s -w " + c.LDFlags, "-o", bin + "/"}
	args = append(args, slices.Sorted(maps.Values(c.Binaries))...)
	if _, err := goCommand(ctx, work, args...); err != nil {
		return err
	}
	for name, pkg := range c.Binaries {
		// go build names a binary after its package, less the major version.
		path, _, _ := module.SplitPathVersion(pkg)
		if err := os.Rename(filepath.Join(bin, filepath.Base(path)), filepath.Join(out, name)); err != nil {
			return err
		}
	}
	return nil
}

// goMod is the component's own go.mod as that of another module that requires
// the component.
func (c component) goMod(upstream string) ([]byte, error) {
	data, err := os.ReadFile(upstream)
	if err != nil {
		return nil, err
	}
	f, err := modfile.Parse(upstream, data, nil)
	if err != nil {
		return nil, err
	}
	if err := f.AddModuleStmt("fluxcapsule.test/" + c.Name); err != nil {
		return nil, err
	}
	for _, tool := range slices.Clone(f.Tool) {
		if err := f.DropTool(tool.Path); err != nil {
			return nil, err
		}
	}
	for _, r := range slices.Clone(f.Replace) {
		if !modfile.IsDirectoryPath(r.New.Path) {
			continue
		}
		old := r.Old
		if err := f.DropReplace(old.Path, old.Version); err != nil {
			return nil, err
		}
		if strings.HasPrefix(old.Path, "k8s.io/") {
			if err := f.AddReplace(old.Path, "", old.Path, c.staging()); err != nil {
				return nil, err
			}
		}
	}
	for path, version := range c.Replace {
		if err := f.AddReplace(path, "", path, version); err != nil {
			return nil, err
		}
	}
	if err := f.AddRequire(c.Module, c.Version); err != nil {
		return nil, err
	}
	f.SortBlocks()
	f.Cleanup()
	return f.Format()
}

// moduleDir is where the module cache holds a module.
type moduleDir struct {
	Dir, GoMod, Error string
}

func download(ctx context.Context, path, version string) (moduleDir, error) {
	out, err := goCommand(ctx, os.TempDir(), "mod", "download", "-json", path+"@"+version)
	var m moduleDir
	if jsonErr := json.Unmarshal(out, &m); jsonErr == nil && m.Error != "" {
		return m, errors.New(m.Error)
	}
	return m, err
}

// goCommand runs the go command in dir and returns its standard output.
func goCommand(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	// The go command's compilers end with it.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return stdout.Bytes(), fmt.Errorf("go %s: %w\n%s", args[0], err, stderr.String())
	}
	return stdout.Bytes(), nil
}

// lock takes an exclusive lock on a file, waiting for it.
func lock(path string) (unlock func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, err
	}
	return f.Close, nil
}

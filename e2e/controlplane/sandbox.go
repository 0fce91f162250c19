package controlplane

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// insideVar marks, in its environment, the process that runs the tests; its
// value is the directory for the run's files.
const insideVar = "FLUXCAPSULE_E2E_INSIDE"

// Main runs a program, such as the tests of a test binary, in a sandbox: a process
// of its own network, PID and mount namespaces, in which a control plane can be
// started. It does not return. It keeps the components' logs when the program
// fails.
func Main(program interface{ Run() int }) {
	code, err := runMain(program)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runMain(program interface{ Run() int }) (int, error) {
	if mount, ok := os.LookupEnv(mountVar); ok {
		return 0, becomePod(mount)
	}
	if dir, inside := os.LookupEnv(insideVar); inside {
		if err := setUpNetwork(dir); err != nil {
			return 0, fmt.Errorf("sandbox: %w", err)
		}
		return program.Run(), nil
	}
	dir, err := os.MkdirTemp("", "fluxcapsule-e2e-")
	if err != nil {
		return 0, err
	}
	code, err := runInside(dir)
	if err == nil && code == 0 {
		return 0, os.RemoveAll(dir)
	}
	fmt.Fprintln(os.Stderr, "the components' logs are in", dir)
	return code, errors.Join(err, os.RemoveAll(filepath.Join(dir, "etcd")))
}

// runInside runs this program once more, in network, PID and mount namespaces of its
// own, and returns its exit code. Everything that the copy starts ends with
// it, and it ends with this process.
func runInside(dir string) (int, error) {
	// The parent death signal is sent when the starting thread ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), insideVar+"="+dir)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
	}
	if uid := os.Getuid(); uid != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		return 0, fmt.Errorf("the tests need namespaces of their own (run as root, or allow user namespaces): %w", err)
	}
	go func() {
		for s := range signals {
			cmd.Process.Signal(s)
		}
	}()
	err := cmd.Wait()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		return exit.ExitCode(), nil
	default:
		return 0, err
	}
}

// mountVar marks, in its environment, the process that is to become a component
// with its ServiceAccount's files where a pod has them; its value is the directory
// that holds them.
const mountVar = "FLUXCAPSULE_E2E_SERVICEACCOUNT"

// mountServiceAccount has the command run by way of becomePod, in a mount namespace
// of its own.
func mountServiceAccount(cmd *exec.Cmd, dir string) {
	cmd.Args = append([]string{cmd.Path}, cmd.Args...)
	cmd.Path = "/proc/self/exe"
	cmd.Env = append(cmd.Env, mountVar+"="+dir)
	cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWNS
}

// becomePod replaces this process by the command in its arguments. Nothing that it
// mounts is seen elsewhere.
func becomePod(dir string) error {
	const run, files = "/var/run", "/var/run/secrets/kubernetes.io/serviceaccount"
	if err := errors.Join(
		unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""),
		unix.Mount("tmpfs", run, "tmpfs", 0, ""),
		os.MkdirAll(files, 0o755),
		unix.Mount(dir, files, "", unix.MS_BIND, ""),
		os.Unsetenv(mountVar),
	); err != nil {
		return err
	}
	return syscall.Exec(os.Args[1], os.Args[1:], os.Environ())
}

package controlplane

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// A Process is one component. It can be stopped and started again, with the
// same arguments and the same data.
type Process struct {
	Name    string
	Version string // of the component; empty if nobody knows
	Args    []string
	Extra   []string // arguments after Args, for one start or another
	Env     []string // beside its environment
	Log     string   // file that standard output and error are appended to

	path  string
	mount string                          // directory with the files of its ServiceAccount, where a pod would have them
	ready func(ctx context.Context) error // nil as soon as the component serves

	cmd  *exec.Cmd
	done chan struct{} // closed when cmd has ended
}

// commandLine is what the process is started with, less its own path.
func (p *Process) commandLine() []string { return slices.Concat(p.Args, p.Extra) }

// Start runs the process and returns when it is ready.
func (p *Process) Start(ctx context.Context) error {
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	p.cmd = exec.Command(p.path, p.commandLine()...)
	p.cmd.Env = append(environment(), p.Env...)
	p.cmd.Dir = filepath.Dir(p.Log)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if p.mount != "" {
		mountServiceAccount(p.cmd, p.mount)
	}
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", p.Name, err)
	}
	done := make(chan struct{})
	p.done = done
	go func() { p.cmd.Wait(); close(done) }()

	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		last := p.ready(ctx)
		select {
		case <-done: // even if it served for a moment
			return fmt.Errorf("%s ended before it was ready: %v\n%s", p.Name, p.cmd.ProcessState, p.tail())
		case <-ctx.Done():
			p.Kill()
			return fmt.Errorf("%s is not ready: %w\n%s", p.Name, last, p.tail())
		case <-time.After(200 * time.Millisecond):
		}
		if last == nil {
			return nil
		}
	}
}

// environment is what a component has of this process's own: nothing by which one
// machine differs from another, as the certificates that it trusts.
func environment() []string {
	var env []string
	for _, name := range []string{"PATH", "HOME", "TMPDIR"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// PID is the process's own, while it runs.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// Stop asks the process to end, and kills it when it has not done so after ten
// seconds.
func (p *Process) Stop() { p.end(syscall.SIGTERM, 10*time.Second) }

// Kill ends the process without giving it time to clean up.
func (p *Process) Kill() { p.end(syscall.SIGKILL, time.Minute) }

func (p *Process) end(signal syscall.Signal, patience time.Duration) {
	if p.cmd == nil {
		return
	}
	syscall.Kill(-p.cmd.Process.Pid, signal)
	select {
	case <-p.done:
	case <-time.After(patience):
		syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
		<-p.done
	}
	p.cmd = nil
}

// tail is the end of the process's log.
func (p *Process) tail() string {
	const size = 4096
	data, err := os.ReadFile(p.Log)
	if err != nil {
		return err.Error()
	}
	return string(data[max(0, len(data)-size):])
}

// serves asks an HTTP health endpoint.
func serves(client *http.Client, url string) func(context.Context) error {
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", url, resp.Status)
		}
		return nil
	}
}

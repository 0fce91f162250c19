package controlplane

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// marker is how long the started process is to sleep, in seconds: an argument
// by which the test finds it.
var marker = fmt.Sprintf("%d.5", 100000+os.Getpid())

func TestMain(m *testing.M) {
	dir, inside := os.LookupEnv(insideVar)
	arg := os.Getenv("FLUXCAPSULE_SANDBOX_TEST")
	switch {
	case inside && arg == "network":
		os.Exit(lookInside(dir))
	case inside:
		os.Exit(sleepInside(dir, arg))
	case arg != "":
		code, err := runInside(os.TempDir())
		fmt.Fprintln(os.Stderr, code, err)
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// sleepInside stands for a run: one component, and nothing that ends it.
func sleepInside(dir, seconds string) int {
	p := &Process{
		Name: "sleep", Args: []string{seconds}, Log: filepath.Join(dir, "sleep.log"), path: "/bin/sleep",
		ready: func(context.Context) error { return nil },
	}
	if err := p.Start(context.Background()); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("started")
	select {}
}

// TestNothingOutlivesARun ends a run in two ways that give it no time to clean
// up, and looks for what it had started.
func TestNothingOutlivesARun(t *testing.T) {
	for name, signal := range map[string]syscall.Signal{"killed": syscall.SIGKILL, "crashed": syscall.SIGQUIT} {
		t.Run(name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "FLUXCAPSULE_SANDBOX_TEST="+marker, "TMPDIR="+t.TempDir())
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Wait()
			if line, err := bufio.NewReader(out).ReadString('\n'); strings.TrimSpace(line) != "started" {
				t.Fatalf("got %q (%v), want started", line, err)
			}
			if n := sleeping(t); n != 1 {
				t.Fatalf("%d processes were started, want 1", n)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(10 * time.Second); sleeping(t) > 0; time.Sleep(50 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatal("the process still runs ten seconds after the end of the run")
				}
			}
		})
	}
}

// sleeping counts the processes with the marker for an argument.
func sleeping(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		cmdline, err := os.ReadFile(file)
		if err == nil && bytes.Equal(cmdline, []byte("/bin/sleep\x00"+marker+"\x00")) {
			n++
		}
	}
	return n
}

// TestNetwork looks, in a sandbox, for the names and addresses of the cluster.
func TestNetwork(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "FLUXCAPSULE_SANDBOX_TEST=network", "TMPDIR="+t.TempDir())
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// lookInside connects to a Service by the name that Flux uses, and to a name that a
// Service of type ExternalName has.
func lookInside(dir string) int {
	err := func() error {
		if err := setUpNetwork(dir); err != nil {
			return err
		}
		cp := &ControlPlane{dir: dir}
		if err := cp.alias("other."+sourceService, sourceService); err != nil {
			return err
		}
		pod, err := net.Listen("tcp", sourcePodIP+":9090")
		if err != nil {
			return err
		}
		go http.Serve(pod, http.NotFoundHandler())
		if err := forward(sourceServiceIP+":80", pod.Addr().String()); err != nil {
			return err
		}
		for _, url := range []string{"http://" + sourceService + "./", "http://other." + sourceService, "http://[::ffff:" + sourceServiceIP + "]/"} {
			resp, err := http.Get(url)
			if err != nil {
				return err
			}
			resp.Body.Close()
			if resp.StatusCode != http.StatusNotFound {
				return fmt.Errorf("%s: %s", url, resp.Status)
			}
		}
		return nil
	}()
	if err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

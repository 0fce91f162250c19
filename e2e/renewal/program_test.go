package renewal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"k8s.io/client-go/tools/clientcmd"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// program runs the command's subcommand kubeconfig with the flags of 2022.
func program(c *harness.Case) {
	k := newKeeper(c, "program-keeper", []renewal.Target{account(c, "program-a"), account(c, "program-b")})
	dir := c.TempDir()
	program := filepath.Join(dir, "fluxcapsule")
	if out, err := exec.Command("go", "build", "-C", "../..", "-o", program, "./cmd/fluxcapsule").CombinedOutput(); err != nil {
		c.Fatalf("%v\n%s", err, out)
	}
	token, err := c.Env.Plane.Token(c.Context(), k.job.Namespace, k.job.Name)
	c.Must(err)
	config, err := kubeconfig.Config(k.job.Namespace, k.job.Name, kubeconfig.Access{APIServer: c.Env.Plane.Server, CA: string(c.Env.Plane.CA())}, kubeconfig.Token(token))
	c.Must(err)
	c.Must(clientcmd.WriteToFile(*config, filepath.Join(dir, "config")))
	run := func(args ...string) (string, error) {
		cmd := exec.CommandContext(c.Context(), program, append([]string{
			"kubeconfig", "--serviceaccount=gitops-reconciler", "--namespace=program-a,program-b", "--server=" + c.Env.Plane.Server,
			"--server-tls-secret-name=server-tls", "--server-tls-secret-namespace=program-keeper", "--direct",
		}, args...)...)
		cmd.Env = append(os.Environ(), "KUBECONFIG="+filepath.Join(dir, "config"))
		out, err := cmd.CombinedOutput()
		if strings.Contains(string(out), "eyJ") {
			c.Errorf("%q shows a token", args)
		}
		return string(out), err
	}

	if out, err := run("--check"); err == nil {
		c.Errorf("--check passes though there is nothing:\n%s", out)
	}
	out, err := run("--dry-run")
	if err != nil {
		c.Errorf("--dry-run: %v\n%s", err, out)
	}
	c.Contains(out, "kind: Secret", "namespace: program-b")
	if out, err = run(); err != nil {
		c.Errorf("%v\n%s", err, out)
	}
	c.Contains(out, "Secret program-a/gitops-reconciler-kubeconfig created", "Secret program-b/gitops-reconciler-kubeconfig created")
	if out, err := run("--check"); err != nil {
		c.Errorf("--check: %v\n%s", err, out)
	}
	k.ensure(c, renewal.Unchanged) // the program and the library agree
}

// Proxy-kubeconfig keeps the kubeconfigs with which Flux goes through Capsule
// Proxy. It takes the flags of the proxy-kubeconfig-generator of 2022:
//
//	proxy-kubeconfig --serviceaccount gitops-reconciler --namespace dev-team \
//	    --server https://capsule-proxy.capsule-system.svc:9001 \
//	    --server-tls-secret-name capsule-proxy --server-tls-secret-namespace capsule-system
//
// and does what that left to people: it renews what it made, for several
// tenants (--namespace dev-team,ops-team), for as long as it runs (--watch) or
// from a CronJob (--cronjob IMAGE prints it); it checks what exists (--check);
// and it goes without stored tokens (--tokenless).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], connect, os.Stdout, os.Stderr)
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp), errors.Is(err, errUsage):
		os.Exit(2)
	default:
		if !errors.Is(err, errReported) {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
}

// errReported is an error about which everything has been said on the way.
var errReported = errors.New("not all is well")

// connect follows the usual loading rules: --kubeconfig, $KUBECONFIG,
// ~/.kube/config, the ServiceAccount of the pod.
func connect(file, contextName string) (kubernetes.Interface, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = file
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &clientcmd.ConfigOverrides{CurrentContext: contextName}).ClientConfig()
	if err != nil {
		return nil, err
	}
	config.QPS, config.Burst = 50, 100
	return kubernetes.NewForConfig(config)
}

func run(ctx context.Context, args []string, connect func(file, context string) (kubernetes.Interface, error), stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if o.cronjob != "" {
		return o.printCronJob(stdout)
	}
	client, err := connect(o.kubeconfig, o.context)
	if err != nil {
		return err
	}
	switch {
	case o.check:
		return o.runCheck(ctx, client, stdout, stderr)
	case o.dryRun:
		return o.printObjects(ctx, client, stdout, stderr)
	case o.watch:
		renewal.Watch(ctx, client, o.targets(), o.options(stdout, stderr))
		return nil
	}
	_, err = renewal.EnsureAll(ctx, client, o.targets(), o.options(stdout, stderr))
	if err != nil {
		return errReported
	}
	return nil
}

// options reports each target as soon as it is done.
func (o *options) options(stdout, stderr io.Writer) renewal.Options {
	return renewal.Options{
		Lifetime:    o.expiration,
		Force:       o.forceConflicts,
		Concurrency: o.concurrency,
		Progress: func(r renewal.Result) {
			if r.Err != nil {
				fmt.Fprintln(stderr, r.Err)
				if hint := hint(r.Err); hint != "" {
					fmt.Fprintln(stderr, "  "+hint)
				}
				return
			}
			if r.Skew != 0 {
				fmt.Fprintf(stderr, "%s: the API server's clock is %s ahead of this one\n", r.Target, r.Skew)
			}
			if o.watch && r.Action == renewal.Unchanged {
				return
			}
			fmt.Fprintln(stdout, line(r))
		},
	}
}

func line(r renewal.Result) string {
	text := fmt.Sprintf("%s %s", r.Target, r.Action)
	if r.Reason != "" {
		text += ": " + r.Reason
	}
	if !r.Expires.Never() {
		text += fmt.Sprintf("; expires %s, renewal after %s", r.Expires, r.Next.UTC().Format(time.RFC3339))
	} else if r.Target.TokenSecret != "" {
		text += "; never expires"
	}
	return text
}

// hint says which flag gets around an error.
func hint(err error) string {
	switch {
	case apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict):
		return "--force-conflicts takes over what somebody else has set, such as the generator of 2022"
	case apierrors.IsForbidden(err):
		return "--cronjob IMAGE prints, among others, the role that this needs"
	}
	return ""
}

// printObjects prints what would be applied.
func (o *options) printObjects(ctx context.Context, client kubernetes.Interface, stdout, stderr io.Writer) error {
	targets := o.targets()
	objects, errs := make([]runtime.Object, len(targets)), make([]error, len(targets))
	o.each(targets, stderr, func(i int, target renewal.Target) {
		objects[i], errs[i] = renewal.Render(ctx, client, target, renewal.Options{Lifetime: o.expiration, DryRun: !o.showToken})
	})
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return manifest.Write(stdout, objects...)
}

// printCronJob prints a CronJob that runs this program with the same flags.
func (o *options) printCronJob(stdout io.Writer) error {
	bundle, err := renewal.Build(renewal.Job{
		Namespace: o.cronjobNamespace, Name: "proxy-kubeconfig", Image: o.cronjob, Schedule: o.schedule,
		Args: o.passedOn, Targets: o.targets(),
	})
	if err != nil {
		return err
	}
	return manifest.Write(stdout, bundle.Objects()...)
}

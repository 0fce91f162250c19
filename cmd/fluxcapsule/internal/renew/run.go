package renew

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

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
				fmt.Fprintf(stderr, "%s: the API server's clock is %s ahead of this machine's\n", r.Target, r.Skew)
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

// hint names the flag that helps against an error.
func hint(err error) string {
	switch {
	case apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict):
		return "--force-conflicts takes over fields that another manager has set, such as the generator of 2022"
	case apierrors.IsForbidden(err):
		return "--cronjob IMAGE prints, among others, the role that this needs"
	}
	return ""
}

// printObjects prints the objects that would be applied.
func (o *options) printObjects(ctx context.Context, client kubernetes.Interface, stdout, stderr io.Writer) error {
	targets := o.targets()
	objects, errs := make([]runtime.Object, len(targets)), make([]error, len(targets))
	o.each(targets, stderr, func(i int, target renewal.Target) {
		objects[i], errs[i] = renewal.Render(ctx, client, target, renewal.Options{Lifetime: o.expiration, DryRun: !o.showToken})
	})
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return manifest.WriteAll(stdout, objects)
}

// printCronJob prints a CronJob that runs this program with the same flags.
func (o *options) printCronJob(stdout io.Writer) error {
	bundle, err := renewal.Build(renewal.Job{
		Namespace: o.cronjobNamespace, Name: "fluxcapsule-kubeconfig", Image: o.cronjob, Schedule: o.schedule,
		Args: o.passedOn, Targets: o.targets(),
	})
	if err != nil {
		return err
	}
	return manifest.WriteAll(stdout, bundle.Objects())
}

package renew

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"k8s.io/client-go/kubernetes"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// finding is --check's report about one target.
type finding struct {
	Object    string                   `json:"object"`
	Server    string                   `json:"server,omitempty"`
	Account   string                   `json:"account,omitempty"`
	Audiences []string                 `json:"audiences,omitempty"`
	Tokenless bool                     `json:"tokenless,omitempty"`
	Expires   kubeconfig.Expiry        `json:"tokenExpires"`
	CA        []kubeconfig.Certificate `json:"ca,omitempty"`
	Problems  []string                 `json:"problems,omitempty"`
}

// runCheck reports on every target and returns an error if one has a problem.
func (o *options) runCheck(ctx context.Context, client kubernetes.Interface, stdout, stderr io.Writer) error {
	targets := o.targets()
	findings := make([]finding, len(targets))
	o.each(targets, stderr, func(i int, target renewal.Target) { findings[i] = o.inspect(ctx, client, target) })

	print := printTable
	if o.output == "json" {
		print = printJSON
	}
	if err := print(stdout, findings); err != nil {
		return err
	}
	for _, f := range findings {
		if len(f.Problems) > 0 {
			return found
		}
	}
	return nil
}

// inspect compares the existing object with the wanted one, and reads it as Flux
// would.
func (o *options) inspect(ctx context.Context, client kubernetes.Interface, target renewal.Target) finding {
	f := finding{Object: target.String()}
	wanted, err := renewal.Ensure(ctx, client, target, renewal.Options{Lifetime: o.expiration, DryRun: true})
	if err != nil {
		f.Problems = append(f.Problems, strings.TrimPrefix(err.Error(), target.String()+": "))
	} else if wanted.Action != renewal.Unchanged && wanted.Reason != renewal.Due {
		f.Problems = append(f.Problems, "differs from the wanted object: "+wanted.Reason)
	}
	report, err := renewal.Read(ctx, client, target)
	if err != nil {
		if wanted.Action != renewal.Created { // else it has been said
			f.Problems = append(f.Problems, err.Error())
		}
		return f
	}
	f.Server, f.Audiences, f.Tokenless, f.CA = report.Server, report.Audiences, report.Tokenless, report.CA
	if report.Account.Name != "" {
		f.Account = report.Account.String()
	}
	if report.Token != nil {
		f.Expires = report.Token.Expires
	}
	for _, problem := range report.Problems(time.Now(), o.within) {
		f.Problems = append(f.Problems, problem.Error())
	}
	return f
}

func printJSON(w io.Writer, findings []finding) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	return enc.Encode(findings)
}

func printTable(w io.Writer, findings []finding) error {
	table := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "OBJECT\tSERVER\tTOKEN EXPIRES\tCA EXPIRES\tSTATUS")
	for _, f := range findings {
		token, ca, status := f.Expires.String(), "-", "ok"
		if f.Tokenless {
			token = "no token"
		} else if f.Server == "" {
			token = "-"
		}
		var first kubeconfig.Expiry
		for _, cert := range f.CA {
			first = first.Earlier(cert.Expires)
			ca = first.String()
		}
		if len(f.Problems) > 0 {
			status = fmt.Sprintf("%d problems", len(f.Problems))
		}
		if len(f.Problems) == 1 {
			status = "1 problem"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", f.Object, dash(f.Server), token, ca, status)
	}
	err := table.Flush()
	for _, f := range findings {
		for _, problem := range f.Problems {
			_, e := fmt.Fprintf(w, "%s: %s\n", f.Object, problem)
			err = errors.Join(err, e)
		}
	}
	return err
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

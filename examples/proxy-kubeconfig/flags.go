package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/fluxcd/pkg/apis/meta"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// options are the flags.
type options struct {
	accounts, namespaces, audiences list

	server, caSecret, caNamespace, caKey string
	direct                               bool
	tlsServerName, httpProxy             string

	key, tokenSecret string
	tokenless        bool
	expiration       time.Duration

	dryRun, showToken, watch, check bool
	forceConflicts                  bool
	concurrency                     int
	output                          string
	within                          time.Duration

	cronjob, cronjobNamespace, schedule string

	kubeconfig, context string

	// passedOn are the flags for a CronJob that does the same.
	passedOn []string
}

// notPassedOn are the flags that are not for a CronJob.
var notPassedOn = []string{"cronjob", "cronjob-namespace", "schedule", "kubeconfig", "context", "watch", "check", "dry-run", "show-token", "o", "expiring-within"}

// list is a flag that may be given several times, or once with commas.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(s string) error {
	*l = append(*l, strings.Split(s, ",")...)
	return nil
}

var errUsage = errors.New("wrong usage")

func parse(args []string, stderr io.Writer) (*options, error) {
	var o options
	f := flag.NewFlagSet("proxy-kubeconfig", flag.ContinueOnError)
	f.SetOutput(stderr)

	f.Var(&o.accounts, "serviceaccount", "ServiceAccounts to make kubeconfigs for: `name` in each --namespace, or namespace/name")
	f.Var(&o.namespaces, "namespace", "`namespaces` of the ServiceAccounts and their kubeconfigs (default default)")
	f.StringVar(&o.server, "server", "", "`URL` that requests are sent to, such as https://capsule-proxy.capsule-system.svc:9001")
	f.StringVar(&o.caSecret, "server-tls-secret-name", "", "TLS `Secret` of the server, where its CA is")
	f.StringVar(&o.caNamespace, "server-tls-secret-namespace", "default", "`namespace` of that Secret")
	f.StringVar(&o.caKey, "server-tls-secret-ca-key", "", "`key` of the CA in that Secret (default the first of ca.crt, ca and a self-signed tls.crt)")
	f.StringVar(&o.key, "kubeconfig-secret-key", kubeconfig.DefaultKey, "`key` under which the kubeconfig is kept")

	f.BoolVar(&o.direct, "direct", false, "the server is the API server itself, not Capsule Proxy")
	f.StringVar(&o.tlsServerName, "tls-server-name", "", "`name` that the server's certificate is checked against")
	f.StringVar(&o.httpProxy, "http-proxy", "", "`URL` of an HTTP proxy on the way to the server")
	f.BoolVar(&o.tokenless, "tokenless", false, "make a ConfigMap with which Flux requests tokens itself; needs --audience")
	f.Var(&o.audiences, "audience", "`audiences` of the tokens (default the API server's own)")
	f.DurationVar(&o.expiration, "expiration", renewal.DefaultLifetime, "how long a token is good for")
	f.StringVar(&o.tokenSecret, "token-secret", "", "use the token, which never expires, of this `Secret` of type kubernetes.io/service-account-token")

	f.BoolVar(&o.dryRun, "dry-run", false, "print the YAML of what would be written, without tokens, and write nothing")
	f.BoolVar(&o.showToken, "show-token", false, "with --dry-run: request tokens and print them too")
	f.BoolVar(&o.watch, "watch", false, "keep renewing until told to stop")
	f.BoolVar(&o.check, "check", false, "report what exists, write nothing, and fail if something is wrong or about to expire")
	f.StringVar(&o.output, "o", "table", "with --check: `format`, table or json")
	f.DurationVar(&o.within, "expiring-within", 10*time.Minute, "with --check: what is about to expire")
	f.BoolVar(&o.forceConflicts, "force-conflicts", false, "take over fields that somebody else has set")
	f.IntVar(&o.concurrency, "concurrency", renewal.DefaultConcurrency, "how many kubeconfigs to work on at once")

	f.StringVar(&o.cronjob, "cronjob", "", "print a CronJob that runs this `image` with the same flags, and all that it needs")
	f.StringVar(&o.cronjobNamespace, "cronjob-namespace", "capsule-system", "`namespace` of the CronJob")
	f.StringVar(&o.schedule, "schedule", renewal.DefaultSchedule, "when it runs, in `cron` format")

	f.StringVar(&o.kubeconfig, "kubeconfig", "", "`file` to reach the cluster with (default $KUBECONFIG, ~/.kube/config or the pod's own account)")
	f.StringVar(&o.context, "context", "", "`context` of that file")

	if err := f.Parse(args); err != nil {
		if !errors.Is(err, flag.ErrHelp) { // the flag package has said it
			err = errUsage
		}
		return nil, err
	}
	f.Visit(func(set *flag.Flag) {
		if !slices.Contains(notPassedOn, set.Name) {
			o.passedOn = append(o.passedOn, "--"+set.Name+"="+set.Value.String())
		}
	})
	if problems := o.problems(f.Args()); len(problems) > 0 {
		for _, p := range problems {
			fmt.Fprintln(stderr, p)
		}
		fmt.Fprintln(stderr, "-h lists all flags")
		return nil, errUsage
	}
	return &o, nil
}

func (o *options) problems(rest []string) (problems []string) {
	say := func(wrong bool, text string) {
		if wrong {
			problems = append(problems, text)
		}
	}
	say(len(rest) > 0, "only flags are expected, not "+strings.Join(rest, " "))
	say(len(o.accounts) == 0, "--serviceaccount is missing")
	say(o.server == "", "--server is missing")
	say(o.tokenless && len(o.audiences) == 0, "--tokenless needs --audience: the API server's own audience, by default its --service-account-issuer")
	say(o.tokenless && o.tokenSecret != "", "--tokenless has no use for --token-secret")
	say(o.showToken && !o.dryRun, "--show-token goes with --dry-run")
	say(o.output != "table" && o.output != "json", "-o is table or json")
	modes := 0
	for _, set := range []bool{o.dryRun, o.watch, o.check, o.cronjob != ""} {
		if set {
			modes++
		}
	}
	say(modes > 1, "only one of --dry-run, --watch, --check and --cronjob goes")
	return problems
}

// targets are every account in every namespace, and those given as
// namespace/name.
func (o *options) targets() []renewal.Target {
	namespaces := o.namespaces
	if len(namespaces) == 0 {
		namespaces = list{"default"}
	}
	var targets []renewal.Target
	for _, account := range o.accounts {
		if namespace, name, ok := strings.Cut(account, "/"); ok {
			targets = append(targets, o.target(namespace, name))
			continue
		}
		for _, namespace := range namespaces {
			targets = append(targets, o.target(namespace, account))
		}
	}
	return targets
}

func (o *options) target(namespace, account string) renewal.Target {
	t := renewal.Target{Namespace: namespace, Account: account, TokenSecret: o.tokenSecret}
	t.Access = kubeconfig.Access{Proxy: o.server, Audiences: o.audiences, TLSServerName: o.tlsServerName, HTTPProxy: o.httpProxy}
	if o.direct {
		t.Access.Proxy, t.Access.APIServer = "", o.server
	}
	if !o.tokenless {
		t.Access.SecretRef = &meta.SecretKeyReference{Key: o.key}
	}
	if o.caSecret != "" {
		t.CASecret = &renewal.CASecret{Namespace: o.caNamespace, Name: o.caSecret, Key: o.caKey}
	}
	return t
}

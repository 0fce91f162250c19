package renew

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	"github.com/spf13/pflag"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

// options are the flags.
type options struct {
	accounts, namespaces, audiences []string

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

// notPassedOn are the flags that a CronJob does not get.
var notPassedOn = []string{"cronjob", "cronjob-namespace", "schedule", "kubeconfig", "context", "watch", "check", "dry-run", "show-token", "output", "expiring-within"}

// register adds the flags of the 2022 generator, and today's.
func (o *options) register(f *pflag.FlagSet) {
	f.StringSliceVar(&o.accounts, "serviceaccount", nil, "ServiceAccounts to make kubeconfigs for: `name` in each --namespace, or namespace/name")
	f.StringSliceVar(&o.namespaces, "namespace", []string{"default"}, "`namespaces` of the ServiceAccounts and their kubeconfigs")
	f.StringVar(&o.server, "server", "", "`URL` that requests are sent to, such as https://capsule-proxy.capsule-system.svc:9001")
	f.StringVar(&o.caSecret, "server-tls-secret-name", "", "TLS `Secret` that holds the server's CA")
	f.StringVar(&o.caNamespace, "server-tls-secret-namespace", "default", "`namespace` of that Secret")
	f.StringVar(&o.caKey, "server-tls-secret-ca-key", "", "`key` of the CA in that Secret (default the first of ca.crt, ca and a self-signed tls.crt)")
	f.StringVar(&o.key, "kubeconfig-secret-key", kubeconfig.DefaultKey, "`key` under which the kubeconfig is kept")

	f.BoolVar(&o.direct, "direct", false, "the server is the API server itself, not Capsule Proxy")
	f.StringVar(&o.tlsServerName, "tls-server-name", "", "`name` that the server's certificate is checked against")
	f.StringVar(&o.httpProxy, "http-proxy", "", "`URL` of an HTTP proxy on the way to the server")
	f.BoolVar(&o.tokenless, "tokenless", false, "make a ConfigMap with which Flux requests tokens itself; needs --audience")
	f.StringSliceVar(&o.audiences, "audience", nil, "`audiences` of the tokens (default the API server's own)")
	f.DurationVar(&o.expiration, "expiration", renewal.DefaultLifetime, "lifetime of a token")
	f.StringVar(&o.tokenSecret, "token-secret", "", "use the token, which never expires, of this `Secret` of type kubernetes.io/service-account-token")

	f.BoolVar(&o.dryRun, "dry-run", false, "print the YAML of what would be written, without tokens, and write nothing")
	f.BoolVar(&o.showToken, "show-token", false, "with --dry-run: request tokens and print them")
	f.BoolVar(&o.watch, "watch", false, "keep renewing until interrupted")
	f.BoolVar(&o.check, "check", false, "report what exists, write nothing, and exit with 1 if something is wrong or about to expire")
	f.StringVarP(&o.output, "output", "o", "table", "with --check: `format`, table or json")
	f.DurationVar(&o.within, "expiring-within", 10*time.Minute, "with --check: report what expires within this time")
	f.BoolVar(&o.forceConflicts, "force-conflicts", false, "take over fields that another manager has set")
	f.IntVar(&o.concurrency, "concurrency", renewal.DefaultConcurrency, "number of kubeconfigs to work on at once")

	f.StringVar(&o.cronjob, "cronjob", "", "print a CronJob that runs this `image` with the same flags, and all that it needs")
	f.StringVar(&o.cronjobNamespace, "cronjob-namespace", "capsule-system", "`namespace` of the CronJob")
	f.StringVar(&o.schedule, "schedule", renewal.DefaultSchedule, "when the CronJob runs, in `cron` format")

	f.StringVar(&o.kubeconfig, "kubeconfig", "", "`file` to reach the cluster with (default $KUBECONFIG, ~/.kube/config or the pod's own account)")
	f.StringVar(&o.context, "context", "", "`context` of that file")
}

// collect remembers the arguments that a CronJob passes to this command.
func (o *options) collect(f *pflag.FlagSet) {
	o.passedOn = []string{"kubeconfig"}
	f.Visit(func(set *pflag.Flag) {
		if slices.Contains(notPassedOn, set.Name) {
			return
		}
		value := set.Value.String()
		if list, ok := set.Value.(pflag.SliceValue); ok {
			value = strings.Join(list.GetSlice(), ",")
		}
		o.passedOn = append(o.passedOn, "--"+set.Name+"="+value)
	})
}

// problems lists the flags that are missing or do not go together.
func (o *options) problems() (problems []error) {
	refuse := func(wrong bool, text string) {
		if wrong {
			problems = append(problems, errors.New(text))
		}
	}
	refuse(len(o.accounts) == 0, "--serviceaccount is missing")
	refuse(o.server == "", "--server is missing")
	refuse(o.tokenless && len(o.audiences) == 0, "--tokenless needs --audience: the API server's own audience, by default its --service-account-issuer")
	refuse(o.tokenless && o.tokenSecret != "", "--tokenless excludes --token-secret")
	refuse(o.showToken && !o.dryRun, "--show-token needs --dry-run")
	refuse(o.output != "table" && o.output != "json", "--output must be table or json")
	modes := 0
	for _, set := range []bool{o.dryRun, o.watch, o.check, o.cronjob != ""} {
		if set {
			modes++
		}
	}
	refuse(modes > 1, "--dry-run, --watch, --check and --cronjob exclude each other")
	return problems
}

// targets are every account in every namespace, and those given as
// namespace/name.
func (o *options) targets() []renewal.Target {
	var targets []renewal.Target
	for _, account := range o.accounts {
		if namespace, name, ok := strings.Cut(account, "/"); ok {
			targets = append(targets, o.target(namespace, name))
			continue
		}
		for _, namespace := range o.namespaces {
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

package availability_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/controlplane"
	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// An attack is a tenant's attempt to keep Flux from others. In its texts ${me} is the
// tenant and its home namespace, ${id} a name for the attack's own objects, and
// ${attacker} a host of the attacker's that accepts connections and never answers.
type attack struct {
	name   string
	git    string // kustomization.yaml in the tenant's git
	spec   string // spec of the Kustomizations that apply it, over a harmless one
	copies int    // how many of them
	says   string // what refuses it, where it is not just without effect
}

func attacks() []attack {
	return []attack{
		{
			name: "server that never answers", copies: 1, spec: bounded,
			git:  `{resources: ["http://${attacker}/x.yaml"]}`,
			says: "connection refused",
		},
		{
			name: "profile of the controller", copies: 1, spec: bounded,
			git:  `{resources: ["http://localhost:8080/debug/pprof/profile?seconds=40"]}`,
			says: "connection refused",
		},
		{
			name: "git over ssh with a timeout of its own", copies: 1, spec: bounded,
			git:  `{resources: ["ssh://git@${attacker}:80/o/x.git?timeout=40s"]}`,
			says: "not allowed",
		},
		{
			name: "every worker waits for a day", copies: 8, spec: waiting + ", timeout: 24h",
			says: "spec.timeout: ",
		},
		{
			name: "as many workers as the bounds allow wait", copies: 40, spec: waiting + ", " + bounded,
			says: "exceeded quota",
		},
		{
			name: "flood", copies: 300, spec: "interval: 1s",
			says: "spec.interval: ",
		},
	}
}

// bounded is a timeout that the policies admit.
const bounded = "timeout: 4m"

// waiting is a health check that never comes true.
const waiting = "healthChecks: [{apiVersion: v1, kind: ConfigMap, name: never, namespace: ${me}}]"

// TestAvailability makes the attacks one after the other: they are felt by
// everybody.
func TestAvailability(t *testing.T) {
	env := harness.Start(t)
	env.DocumentTimes(t, "availability")
	listenSilently(t)
	var s *stage
	env.Run(t, "setup", func(c *harness.Case) { s = setUp(c) })
	if t.Failed() {
		return
	}
	if err := env.Protect(t.Context(), harness.Protection{}); err != nil {
		t.Fatal(err)
	}
	t.Run("without protection", func(t *testing.T) {
		// The quota protects too, and is part of every tenant.
		if err := env.Plane.Client.Delete(t.Context(), s.red.HomeQuota.DeepCopy()); err != nil {
			t.Fatal(err)
		}
		for i, a := range attacks() {
			env.Run(t, a.name, func(c *harness.Case) { s.open(c, a, fmt.Sprintf("open-%d", i)) })
		}
	})
	if err := env.Protect(t.Context(), harness.Defaults()); err != nil {
		t.Fatal(err)
	}
	t.Run("protected", func(t *testing.T) {
		if err := s.red.Apply(t.Context()); err != nil {
			t.Fatal(err)
		}
		for i, a := range attacks() {
			env.Run(t, a.name, func(c *harness.Case) { s.closed(c, a, fmt.Sprintf("closed-%d", i)) })
		}
	})
}

// open shows that the attack has its effect: the victim waits ten times as long.
func (s *stage) open(c *harness.Case, a attack, id string) {
	undisturbed := s.undisturbed(c)
	if refusals := s.make(c, a, id); len(refusals) > 0 {
		c.Fatalf("%d refused without protection, the first by %s", len(refusals), refusals[0])
	}
	got := s.disturbed(c)
	c.Detail = fmt.Sprintf("another tenant waits %s, undisturbed %s", got.Round(100*time.Millisecond), undisturbed.Round(100*time.Millisecond))
	if got < 10*undisturbed {
		c.Errorf("the attack has no effect any more: %s", c.Detail)
	}
}

// closed shows that it has none under the protection.
func (s *stage) closed(c *harness.Case, a attack, id string) {
	undisturbed := s.undisturbed(c)
	refusals := s.make(c, a, id)
	got := s.disturbed(c)
	c.Detail = fmt.Sprintf("another tenant waits %s, undisturbed %s", got.Round(100*time.Millisecond), undisturbed.Round(100*time.Millisecond))
	if got > max(3*undisturbed, 3*time.Second) {
		c.Errorf("more than three times as long: %s", c.Detail)
	}
	if len(refusals) == 0 { // by Flux, later
		refusals = append(refusals, c.WaitNotReady(harness.Object("kustomize.toolkit.fluxcd.io/v1", "Kustomization", s.red.Name, id+"-0"), ""))
	}
	c.Outcome = harness.Refused
	if !slices.ContainsFunc(refusals, func(text string) bool { return strings.Contains(text, a.says) }) {
		c.Errorf("no refusal says %q, the first says %s", a.says, refusals[0])
	}
}

// A stage is where the attacks take place.
type stage struct {
	red, blue *harness.Team
	client    client.Client // of red's reconciler
}

func setUp(c *harness.Case) *stage {
	c.Helper()
	s := &stage{
		red:  c.Team(tenant.Spec{Name: "red"}, nil),
		blue: c.Team(tenant.Spec{Name: "blue"}, nil),
	}
	s.red.WaitReady(c)
	s.blue.WaitReady(c)
	s.client = s.red.MustClient(c)
	return s
}

const harmless = `{apiVersion: v1, kind: ConfigMap, metadata: {name: "${id}", namespace: "${me}-app"}}`

// make makes an attack and returns the message if it is refused.
func (s *stage) make(c *harness.Case, a attack, id string) (refusals []string) {
	c.Helper()
	expand := func(text, id string) string {
		return harness.Expand(text, "me", s.red.Name, "id", id, "attacker", controlplane.AttackerHost)
	}
	files := map[string]string{"harmless.yaml": expand(harmless, id)}
	if a.git != "" {
		files = map[string]string{"kustomization.yaml": expand(a.git, id)}
	}
	c.Must(c.Env.Git.Push(c.Context(), id, files))
	repository := c.Objects(harness.Expand(`
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: "${id}", namespace: "${me}"}
spec: {url: "${url}", interval: 10m, ref: {branch: main}}
`, "id", id, "me", s.red.Name, "url", c.Env.Git.URL(id)))[0]
	written := []client.Object{repository}
	c.Must(s.client.Create(c.Context(), repository))
	c.WaitReady(repository)
	for i := range a.copies {
		spec := []string{"interval: 10m", "prune: true", "serviceAccountName: gitops-reconciler", "sourceRef: {kind: GitRepository, name: " + id + "}"}
		if strings.HasPrefix(a.spec, "interval:") {
			spec = spec[1:]
		}
		obj := c.Objects(fmt.Sprintf("{apiVersion: kustomize.toolkit.fluxcd.io/v1, kind: Kustomization, metadata: {name: %s-%d, namespace: %s}, spec: {%s}}",
			id, i, s.red.Name, strings.Trim(strings.Join(spec, ", ")+", "+expand(a.spec, id), ", ")))[0]
		if err := s.client.Create(c.Context(), obj); err != nil {
			refusals = append(refusals, err.Error())
			continue
		}
		written = append(written, obj)
	}
	c.Cleanup(func() { s.clean(c, written) })
	time.Sleep(3 * time.Second) // for the controllers to take it up
	return refusals
}

// clean takes the attack back. Work that is stuck in a controller ends with it.
func (s *stage) clean(c *harness.Case, written []client.Object) {
	ctx := context.Background()
	for _, obj := range slices.Backward(written) {
		if err := client.IgnoreNotFound(c.Env.Plane.Client.Delete(ctx, obj)); err != nil {
			c.Error(err)
		}
	}
	c.Env.Plane.Kustomize().Kill()
	if err := c.Env.Plane.Kustomize().Start(ctx); err != nil {
		c.Error(err)
	}
	for _, obj := range written {
		if err := harness.Eventually(ctx, time.Minute, func(ctx context.Context) error { return c.Env.IsGone(ctx, obj) }); err != nil {
			c.Error(err)
		}
	}
}

// undisturbed is how long the victim's reconciliation takes, the longest of three.
func (s *stage) undisturbed(c *harness.Case) time.Duration {
	c.Helper()
	var longest time.Duration
	for range 3 {
		longest = max(longest, s.handled(c))
	}
	return longest
}

// disturbed is the longest of three likewise, unless one takes very long.
func (s *stage) disturbed(c *harness.Case) (longest time.Duration) {
	c.Helper()
	for range 3 {
		if longest = max(longest, s.handled(c)); longest > limit/2 {
			break
		}
	}
	return longest
}

// limit is how long the victim is watched.
const limit = 30 * time.Second

// handled is how long Flux takes to handle a request to reconcile the victim.
func (s *stage) handled(c *harness.Case) time.Duration {
	c.Helper()
	begin := time.Now()
	ks := s.blue.Kustomization
	request, err := c.Env.Request(c.Context(), ks)
	c.Must(err)
	ctx, cancel := context.WithTimeout(c.Context(), limit)
	defer cancel()
	for ctx.Err() == nil {
		got := &kustomizev1.Kustomization{}
		err := c.Env.Plane.Client.Get(ctx, client.ObjectKeyFromObject(ks), got)
		if err == nil && got.Status.LastHandledReconcileAt == request {
			return time.Since(begin)
		} else if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			c.Fatal(err)
		}
		time.Sleep(50 * time.Millisecond)
	}
	return limit
}

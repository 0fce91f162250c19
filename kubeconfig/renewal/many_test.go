package renewal_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/fluxcapsule/fluxcapsule/internal/clustertest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig/renewal"
)

var codec = scheme.Codecs.UniversalDeserializer()

func TestEnsureAll(t *testing.T) {
	c, targets := clustertest.New(clustertest.CASecret()), many(50)
	targets[7].Account, targets[30].Account = "gone", "gone"
	c.SetMissing("gone", true)

	var progress int
	results, err := renewal.EnsureAll(t.Context(), c, targets, renewal.Options{Progress: func(renewal.Result) { progress++ }})
	for _, want := range []string{"Secret tenant-7/gone-kubeconfig: ", "Secret tenant-30/gone-kubeconfig: "} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q in it", err, want)
		}
	}
	for i, result := range results {
		if bad := i == 7 || i == 30; result.Target.Namespace != targets[i].Namespace || (result.Err != nil) != bad || (result.Action == renewal.Created) == bad {
			t.Errorf("result %d: %+v", i, result)
		}
	}
	if progress != 50 {
		t.Errorf("reported %d of 50", progress)
	}

	c.SetMissing("gone", false)
	if _, err := renewal.EnsureAll(t.Context(), c, targets, renewal.Options{}); err != nil {
		t.Fatal(err)
	}
	c.ClearActions()
	if _, err := renewal.EnsureAll(t.Context(), c, targets, renewal.Options{}); err != nil {
		t.Fatal(err)
	}
	if n := c.Writes(); n > 0 {
		t.Errorf("ensuring again wrote %d times", n)
	}
	for _, a := range c.Actions() {
		if a.GetVerb() == "list" || a.GetVerb() == "watch" {
			t.Errorf("%s of %s: only single objects may be read", a.GetVerb(), a.GetResource().Resource)
		}
	}
}

func TestEnsureAllConcurrency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var running, most int
		client := clientOf(t, func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			time.Sleep(time.Second)
			mu.Lock()
			running--
			mu.Unlock()
			return nil, errors.New("no")
		})
		_, err := renewal.EnsureAll(t.Context(), client, many(20), renewal.Options{Concurrency: 3})
		if err == nil || most != 3 {
			t.Errorf("%d at once, want 3 (%v)", most, err)
		}
	})
}

// TestEnsureUnreachable: an API server that is down or never answers is retried for a
// while, then it is an error.
func TestEnsureUnreachable(t *testing.T) {
	tests := map[string]struct {
		answer       roundTripper
		atMost, want time.Duration
	}{
		"down": {func(*http.Request) (*http.Response, error) { return nil, syscall.ECONNREFUSED }, 30 * time.Second, 5 * time.Second},
		"slow": {func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }, 2 * time.Minute, 90 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				_, err := renewal.Ensure(t.Context(), clientOf(t, test.answer), secretTarget("dev-team"), renewal.Options{})
				if took := time.Since(start); err == nil || took < test.want || took > test.atMost {
					t.Errorf("gave up after %s with %v, want %s to %s", took, err, test.want, test.atMost)
				}
			})
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func clientOf(t *testing.T, answer roundTripper) kubernetes.Interface {
	t.Helper()
	client, err := kubernetes.NewForConfig(&rest.Config{Host: "https://127.0.0.1", Transport: answer, QPS: -1})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// TestWatch runs three hours with tokens of ten minutes: a token is always valid, and
// the watch ends with its context.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, targets := clustertest.New(clustertest.CASecret()), many(3)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			renewal.Watch(ctx, c, targets, renewal.Options{Lifetime: renewal.MinLifetime})
		}()
		synctest.Wait()
		for minute := range 180 {
			// A failure of two minutes in every hour.
			c.SetMissing("gitops-reconciler", minute%60 >= 30 && minute%60 < 32)
			time.Sleep(time.Minute)
			synctest.Wait()
			for _, target := range targets {
				if problems := kubeconfig.ReadSecret(secretOf(t, c, target), "kubeconfig").Problems(time.Now(), 0); len(problems) > 0 {
					t.Fatalf("minute %d: %v", minute, problems)
				}
			}
		}
		// 180 minutes, renewed every 6 to 7, for 3 targets.
		if c.Issued() < 3*180/7 || c.Issued() > 3*180/6+3 {
			t.Errorf("issued %d tokens", c.Issued())
		}

		// A deleted Secret is made again at the next look.
		secrets := c.CoreV1().Secrets("tenant-0")
		if err := secrets.Delete(ctx, "gitops-reconciler-kubeconfig", metav1.DeleteOptions{}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(renewal.Recheck)
		synctest.Wait()
		secretOf(t, c, targets[0])

		cancel()
		<-done
	})
}

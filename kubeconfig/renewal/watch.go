package renewal

import (
	"context"
	"time"

	"k8s.io/client-go/kubernetes"
)

// Recheck is how often Watch checks every target even if its token is valid: the CA
// may have changed, or somebody may have deleted the Secret.
const Recheck = 5 * time.Minute

// retryFailed is how long Watch waits before it retries a failed target.
const retryFailed = 30 * time.Second

// Watch keeps every target ensured until the context is done. Errors go to
// opts.Progress, as all results do; a failed target is retried after half a minute.
func Watch(ctx context.Context, client kubernetes.Interface, targets []Target, opts Options) {
	next := make([]time.Time, len(targets))
	for ctx.Err() == nil {
		now := time.Now()
		var ready []Target
		var which []int
		for i, at := range next {
			if !at.After(now) {
				ready, which = append(ready, targets[i]), append(which, i)
			}
		}
		results, _ := EnsureAll(ctx, client, ready, opts)
		for j, result := range results {
			next[which[j]] = comeBack(result, time.Now())
		}

		wake := time.Now().Add(Recheck)
		for _, at := range next {
			if at.Before(wake) {
				wake = at
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Until(wake)):
		}
	}
}

func comeBack(result Result, now time.Time) time.Time {
	at := now.Add(Recheck)
	if result.Err != nil {
		at = now.Add(retryFailed)
	}
	if !result.Next.IsZero() && result.Next.Before(at) {
		at = result.Next
	}
	return at
}

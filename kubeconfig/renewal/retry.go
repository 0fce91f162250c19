package renewal

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/wait"
)

// requestTimeout is how long one request may take.
const requestTimeout = 15 * time.Second

// maxDelay is the longest wait that the API server may ask for.
const maxDelay = 30 * time.Second

// retry makes a request up to six times, over some seconds, while its error is
// temporary.
func retry[T any](ctx context.Context, request func(context.Context) (T, error)) (T, error) {
	backoff := wait.Backoff{Duration: 250 * time.Millisecond, Factor: 2, Jitter: 0.5, Steps: 6}
	for {
		attempt, cancel := context.WithTimeout(ctx, requestTimeout)
		result, err := request(attempt)
		timedOut := ctx.Err() == nil && attempt.Err() != nil
		cancel()
		if err == nil || backoff.Steps <= 1 || ctx.Err() != nil || !(timedOut || mayPass(err)) {
			return result, err
		}
		delay := backoff.Step()
		if seconds, ok := apierrors.SuggestsClientDelay(err); ok {
			delay = max(delay, min(time.Duration(seconds)*time.Second, maxDelay))
		}
		select {
		case <-ctx.Done():
			return result, errors.Join(err, ctx.Err())
		case <-time.After(delay):
		}
	}
}

// mayPass reports whether the error is temporary.
func mayPass(err error) bool {
	switch {
	case apierrors.HasStatusCause(err, metav1.CauseTypeFieldManagerConflict):
		return false
	case apierrors.IsConflict(err), apierrors.IsAlreadyExists(err), apierrors.IsGone(err), apierrors.IsResourceExpired(err),
		apierrors.IsTooManyRequests(err), apierrors.IsInternalError(err), apierrors.IsServerTimeout(err),
		apierrors.IsTimeout(err), apierrors.IsServiceUnavailable(err), apierrors.IsUnexpectedServerError(err):
		return true
	}
	return utilnet.IsConnectionRefused(err) || utilnet.IsConnectionReset(err) || utilnet.IsProbableEOF(err) || utilnet.IsTimeout(err)
}

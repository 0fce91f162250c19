package validate

import (
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// FuzzDuration: a duration that is accepted without the pattern matches it.
func FuzzDuration(f *testing.F) {
	for _, d := range []time.Duration{0, 1, -1, time.Microsecond, time.Millisecond, 1500 * time.Microsecond, time.Second, 59*time.Minute + 59*time.Second, time.Hour, 36 * time.Hour, 1<<63 - 1} {
		f.Add(int64(d))
	}
	path := field.NewPath("d")
	f.Fuzz(func(t *testing.T, n int64) {
		d := metav1.Duration{Duration: time.Duration(n)}
		text := d.Duration.String()
		if got, want := len(Duration(path, d)) == 0, n > 0 && duration.MatchString(text); got != want {
			t.Errorf("Duration(%s) is fine: %v, want %v", text, got, want)
		}
		if got, want := len(OptionalTimeout(path, &d)) == 0, n > 0 && durationNoHrs.MatchString(text); got != want {
			t.Errorf("OptionalTimeout(%s) is fine: %v, want %v", text, got, want)
		}
	})
}

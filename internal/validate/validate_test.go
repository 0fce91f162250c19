package validate

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// A verdict is the detail of a rule's one fault, or empty.
func verdict(t *testing.T, errs field.ErrorList) string {
	t.Helper()
	switch len(errs) {
	case 0:
		return ""
	case 1:
		return strings.TrimPrefix(errs[0].Error(), "f: ")
	}
	t.Fatalf("%d faults: %v", len(errs), errs)
	return ""
}

var path = field.NewPath("f")

func TestDurations(t *testing.T) {
	const (
		any   = `it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`
		noHrs = `it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`
	)
	for _, test := range []struct {
		duration          time.Duration
		interval, timeout string
	}{
		{time.Millisecond, "", ""},
		{1500 * time.Microsecond, "", ""}, // 1.5ms
		{59*time.Minute + 59*time.Second, "", ""},
		{time.Hour, "", `Invalid value: "1h0m0s": must be less than 1h: ` + noHrs},
		{0, `Invalid value: "0s": must be greater than 0s`, `Invalid value: "0s": must be greater than 0s`},
		{-time.Minute, `Invalid value: "-1m0s": must be greater than 0s`, `Invalid value: "-1m0s": must be greater than 0s`},
		{time.Microsecond, `Invalid value: "1µs": must be in whole milliseconds or more: ` + any, `Invalid value: "1µs": must be in whole milliseconds or more: ` + any},
		{time.Nanosecond, `Invalid value: "1ns": must be in whole milliseconds or more: ` + any, `Invalid value: "1ns": must be in whole milliseconds or more: ` + any},
		{1<<63 - 1, "", `Invalid value: "2562047h47m16.854775807s": must be less than 1h: ` + noHrs},
	} {
		d := metav1.Duration{Duration: test.duration}
		if got := verdict(t, Duration(path, d)); got != test.interval {
			t.Errorf("Duration(%v) = %s, want %s", test.duration, got, test.interval)
		}
		if got := verdict(t, OptionalTimeout(path, &d)); got != test.timeout {
			t.Errorf("OptionalTimeout(%v) = %s, want %s", test.duration, got, test.timeout)
		}
	}
	if got := OptionalDuration(path, nil); got != nil {
		t.Errorf("OptionalDuration(nil) = %v", got)
	}
	if got := OptionalTimeout(path, nil); got != nil {
		t.Errorf("OptionalTimeout(nil) = %v", got)
	}
}

func TestURL(t *testing.T) {
	const credentials = "must not carry credentials: keep them in a Secret and refer to it"
	for url, want := range map[string]string{
		"https://example.com/a":          "",
		"https://example.com:8443":       "",
		"ssh://git@example.com/a":        "",
		"":                               "Required value",
		"example.com":                    `Invalid value: "example.com": must start with https://, ssh://`,
		"HTTPS://example.com":            `Invalid value: "HTTPS://example.com": must start with https://, ssh://`,
		"http://example.com":             `Invalid value: "http://example.com": must start with https://, ssh://`,
		"https://":                       `Invalid value: "https://": must have a host`,
		"https://:8080":                  `Invalid value: "https://:8080": must have a host`,
		"https://example.com\n":          `Invalid value: "https://example.com\n": must be a URL`,
		"https://secret@example.com":     `Invalid value: "https://REDACTED@example.com": ` + credentials,
		"https://a:secret@example.com":   `Invalid value: "https://REDACTED@example.com": ` + credentials,
		"ssh://git:secret@example.com":   `Invalid value: "ssh://REDACTED@example.com": ` + credentials,
		"ftp://a:secret@example.com?a=b": `Invalid value: "ftp://REDACTED@example.com?REDACTED": must start with https://, ssh://`,
	} {
		if got := verdict(t, URL(path, url, "https", "ssh")); got != want {
			t.Errorf("URL(%q) = %s, want %s", url, got, want)
		}
	}
}

func TestVersions(t *testing.T) {
	const bad = "must be a version or a range of versions, such as >=1.0.0 <2.0.0"
	for version, want := range map[string][2]string{
		"":                 {"", ""},
		"*":                {"", ""},
		"1.2.3":            {"", ""},
		"v1.2":             {"", ""},
		">=1.0.0 <2.0.0":   {"", ""},
		"~1.2 || ^2.0.0-0": {"", ""},
		"latest":           {`Invalid value: "latest": ` + bad, `Invalid value: "latest": ` + bad},
		">=1.0.0 <":        {`Invalid value: ">=1.0.0 <": ` + bad, `Invalid value: ">=1.0.0 <": ` + bad},
	} {
		if got := verdict(t, OptionalRange(path, version)); got != want[0] {
			t.Errorf("OptionalRange(%q) = %s, want %s", version, got, want[0])
		}
		if got := verdict(t, Version(path, version)); got != want[1] {
			t.Errorf("Version(%q) = %s, want %s", version, got, want[1])
		}
	}
}

func TestWithin(t *testing.T) {
	for value, ok := range map[string]bool{
		"": true, ".": true, "./a/b": true, "a..b": true, "...": true, "/a": true,
		"..": false, "../a": false, "a/..": false, "a/../b": false, `a\..\b`: false,
	} {
		if got := len(Within(path, value)) == 0; got != ok {
			t.Errorf("Within(%q) accepts: %v, want %v", value, got, ok)
		}
	}
}

func TestNames(t *testing.T) {
	long := strings.Repeat("a", 64)
	for name, want := range map[string]struct{ label, subdomain bool }{
		"a": {true, true}, "a-1": {true, true}, "a.b": {false, true}, long: {false, true},
		"": {}, "A": {}, "-a": {}, "a_b": {}, "a b": {}, "é": {}, strings.Repeat(long, 4): {},
	} {
		if got := len(Label(path, name)) == 0; got != want.label {
			t.Errorf("Label(%q) accepts: %v, want %v", name, got, want.label)
		}
		if got := len(Subdomain(path, name)) == 0; got != want.subdomain {
			t.Errorf("Subdomain(%q) accepts: %v, want %v", name, got, want.subdomain)
		}
		if got := len(OptionalSubdomain(path, name)) == 0; got != (want.subdomain || name == "") {
			t.Errorf("OptionalSubdomain(%q) accepts: %v", name, got)
		}
		if got := len(OptionalLabel(path, name)) == 0; got != (want.label || name == "") {
			t.Errorf("OptionalLabel(%q) accepts: %v", name, got)
		}
	}
}

// FuzzRedacted: the text before an "@", where credentials are, is removed.
func FuzzRedacted(f *testing.F) {
	f.Add("https", "hunter2", "example.com")
	f.Add("", "a:hunter2", "example.com:a/b")
	f.Add("", "hunt?er2", "example.com")
	f.Fuzz(func(t *testing.T, scheme, secret, host string) {
		scheme, _, _ = strings.Cut(scheme, "://")
		without := scheme + "://REDACTED@" + host + "?REDACTED " + scheme + "://" + host + "?REDACTED"
		if len(secret) < 4 || strings.Contains(without, secret) || strings.Contains(scheme+host, "@") {
			return
		}
		for _, url := range []string{scheme + "://" + secret + "@" + host, secret + "@" + host, scheme + "://" + host + "?" + secret} {
			if got := Redacted(url); strings.Contains(got, secret) {
				t.Errorf("Redacted shows %q: %s", secret, got)
			}
		}
	})
}

package kubeconfig

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
)

// Token is a bearer token. It prints as "[redacted]" with every verb of
// package fmt, in logs and in JSON; string(token) is the token itself.
type Token string

const redacted = "[redacted]"

// Format writes "[redacted]", whatever the verb.
func (Token) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, redacted) }

// String returns "[redacted]".
func (Token) String() string { return redacted }

// LogValue returns "[redacted]".
func (Token) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]".
func (Token) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// problem says why the token cannot be sent in an HTTP header, or "".
func (t Token) problem() string {
	switch {
	case t == "":
		return "must not be empty"
	case strings.ContainsFunc(string(t), func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' || r == 0x7f }):
		return "must be printable ASCII without white space (a line end at the end of a file?)"
	}
	return ""
}

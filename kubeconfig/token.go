package kubeconfig

import (
	"fmt"
	"io"
	"log/slog"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Token is a bearer token. It prints as "[redacted]" with every verb of
// package fmt, in logs and in JSON; string(token) is the token itself.
type Token string

const redacted = "[redacted]"

// Format writes "[redacted]" for every verb.
func (Token) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, redacted) }

// String returns "[redacted]".
func (Token) String() string { return redacted }

// LogValue returns "[redacted]".
func (Token) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalText returns "[redacted]".
func (Token) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// validate requires a token that can be sent in an HTTP header and whose claims name
// the account.
func (t Token) validate(path *field.Path, namespace, account string) field.ErrorList {
	if t == "" {
		return field.ErrorList{field.Required(path, "")}
	}
	if strings.ContainsFunc(string(t), func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return field.ErrorList{field.Invalid(path, field.OmitValueType{}, "must be printable ASCII without white space (a line end, from a file?)")}
	}
	claims, err := t.Claims()
	if err != nil {
		return field.ErrorList{field.Invalid(path, field.OmitValueType{}, err.Error())}
	}
	if want := "system:serviceaccount:" + namespace + ":" + account; claims.Subject != want {
		return field.ErrorList{field.Invalid(path, claims.Subject, "must be a token of "+want)}
	}
	return nil
}

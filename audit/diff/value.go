package diff

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// field returns an event as users see it.
func (e event) field() Field {
	f := Field{Path: e.path, Action: e.action()}
	if e.path != "" && e.mayShow() {
		f.Before, f.After = shown(e.before), shown(e.after)
	}
	return f
}

// open are the API groups whose objects hold no secrets: their values may be shown.
var open = []string{rbacGroup, admission, capsule, kustomize, helm, "networking.k8s.io", "source.toolkit.fluxcd.io", "image.toolkit.fluxcd.io"}

// openCore are the kinds of the core group whose values may be shown.
var openCore = []string{"Namespace", "ServiceAccount", "ResourceQuota", "LimitRange"}

// closed are the names of fields whose values may still hold a secret.
var closed = []string{
	"annotations", "data", "values", "valuesFrom", "substitute", "patches", "postRenderers", "headers", "env",
	"generators", "templates", "rawItems", "messageTemplateValues",
}

// mayShow reports whether the values of a field may be shown: every object that it lies
// in is of a kind that holds no secret, and so is the field.
func (e event) mayShow() bool {
	for _, kind := range e.kinds {
		if !slices.Contains(open, kind.group) && (kind.group != core || !slices.Contains(openCore, kind.kind)) {
			return false
		}
	}
	for _, name := range strings.FieldsFunc(e.sub, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		if slices.Contains(closed, name) {
			return false
		}
	}
	return !holdsClosed(e.before) && !holdsClosed(e.after)
}

// holdsClosed reports whether a value has a field within it that may not be shown, or
// an object.
func holdsClosed(value any) bool {
	switch value := value.(type) {
	case map[string]any:
		for name, item := range value {
			if slices.Contains(closed, name) || name == "apiVersion" || holdsClosed(item) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, holdsClosed)
	}
	return false
}

const maxValue = 120 // characters of a value that is shown

// shown returns a value on one line; empty if it is absent, long or not plain.
func shown(value any) string {
	var text string
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		text = withoutCredentials(value)
	case map[string]any, []any:
		encoded, err := json.Marshal(scrubbed(value))
		if err != nil {
			return ""
		}
		text = string(encoded)
	default:
		text = fmt.Sprint(value)
	}
	if len(text) > maxValue || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return ""
	}
	return text
}

// scrubbed returns a copy of a value without credentials in URLs.
func scrubbed(value any) any {
	switch value := value.(type) {
	case string:
		return withoutCredentials(value)
	case map[string]any:
		copied := map[string]any{}
		for name, item := range value {
			copied[name] = scrubbed(item)
		}
		return copied
	case []any:
		copied := make([]any, len(value))
		for i, item := range value {
			copied[i] = scrubbed(item)
		}
		return copied
	}
	return value
}

// withoutCredentials returns a URL without user, password and query; other text as it
// is.
func withoutCredentials(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	if u.User != nil && u.User.Username() != "git" {
		u.User = url.User("...")
	} else if u.User != nil {
		u.User = url.User("git")
	}
	if u.RawQuery != "" {
		u.RawQuery = "..."
	}
	return u.String()
}

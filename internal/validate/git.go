package validate

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// scpAddress is git's short form of an ssh address: git@host:org/repo.git.
var scpAddress = regexp.MustCompile(`^([\w.-]+)@([\w.-]+):/?([^/\s]\S*)$`)

// GitURL checks the required URL of a git repository: http, https or ssh. Flux
// does not accept git's short form of ssh.
func GitURL(path *field.Path, value string) field.ErrorList {
	parts := scpAddress.FindStringSubmatch(value)
	if parts == nil || strings.Contains(value, "://") {
		return URL(path, value, "http", "https", "ssh")
	}
	user, shown := parts[1], value
	if user != "git" { // which could be a token
		user, shown = "<user>", Redacted(value)
	}
	return field.ErrorList{field.Invalid(path, shown, "must be a URL: write ssh://"+user+"@"+parts[2]+"/"+parts[3])}
}

// SSHSecret requires a Secret, at the path of its reference, for a git repository at
// an ssh URL. It is called if there is none.
//
// Upstream: git.AuthOptions.Validate of fluxcd/pkg/git, "'identity' is required".
func SSHSecret(path *field.Path, url string) field.ErrorList {
	if !strings.HasPrefix(url, "ssh://") {
		return nil
	}
	return field.ErrorList{field.Required(path, "an ssh:// URL needs a Secret with identity and known_hosts")}
}

var commitSHA = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// OptionalCommit checks the full SHA of a git commit. It may be empty.
func OptionalCommit(path *field.Path, value string) field.ErrorList {
	if value == "" || commitSHA.MatchString(value) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, "must match "+commitSHA.String())}
}

// OptionalBranch checks the name of a git branch or tag. It may be empty.
//
// Upstream: ReferenceName.Validate of go-git, and git check-ref-format.
func OptionalBranch(path *field.Path, value string) field.ErrorList {
	if value == "" || refFormat(value) && !strings.HasPrefix(value, "-") {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, "must be a name that git accepts, without spaces, .. and any of ~^:?*[\\")}
}

// OptionalRefName checks the full name of a git reference, such as
// refs/pull/420/head or HEAD. It may be empty.
//
// Upstream: gogit.Client.getRemoteHEAD of fluxcd/pkg/git compares it with the full
// names that the server lists.
func OptionalRefName(path *field.Path, value string) field.ErrorList {
	if value == "" || value == "HEAD" {
		return nil
	}
	if !strings.HasPrefix(value, "refs/") {
		return field.ErrorList{field.Invalid(path, value, "must be a full name that starts with refs/, such as refs/heads/main")}
	}
	return OptionalBranch(path, strings.TrimSuffix(value, "^{}"))
}

// refFormat reports whether git accepts the name of a reference, by the rules of
// git-check-ref-format, or go-git's, which are stricter for @. No server has a reference
// of another name.
func refFormat(name string) bool {
	if strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune(`~^:?*[\`, r) }) {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if part == "" || part == "@" || strings.HasPrefix(part, ".") || strings.HasSuffix(part, ".lock") {
			return false
		}
	}
	return !strings.Contains(name, "..") && !strings.Contains(name, "@{") && !strings.HasSuffix(name, ".")
}

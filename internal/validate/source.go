package validate

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// scpAddress is git's short form of an ssh address: git@host:org/repo.git.
var scpAddress = regexp.MustCompile(`^([\w.-]+)@([\w.-]+):([^/\s][^\s]*)$`)

// GitURL checks the URL of a git repository: http, https or ssh. Flux does not
// take git's short form of ssh.
func GitURL(path *field.Path, value string) field.ErrorList {
	if parts := scpAddress.FindStringSubmatch(value); parts != nil && !strings.Contains(value, "://") {
		return field.ErrorList{field.Invalid(path, value, "must be a URL: write ssh://"+parts[1]+"@"+parts[2]+"/"+parts[3])}
	}
	return URL(path, value, "http", "https", "ssh")
}

var commitSHA = regexp.MustCompile(`^[0-9a-f]{40}([0-9a-f]{24})?$`)

// OptionalCommit checks the full SHA of a git commit. It may be empty.
func OptionalCommit(path *field.Path, value string) field.ErrorList {
	if value == "" || commitSHA.MatchString(value) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, "must match "+commitSHA.String())}
}

// OptionalRefName checks the full name of a git reference, such as
// refs/pull/420/head. It may be empty.
func OptionalRefName(path *field.Path, value string) field.ErrorList {
	if value == "" || strings.HasPrefix(value, "refs/") {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, "must start with refs/, such as refs/heads/main")}
}

// OCIURL checks the URL of a repository in a registry: oci://host/path, without
// tag and digest.
func OCIURL(path *field.Path, value string) field.ErrorList {
	return URL(path, value, "oci")
}

var digestForm = regexp.MustCompile(`^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$`)

// OptionalDigest checks the digest of an image. It may be empty.
func OptionalDigest(path *field.Path, digest string) field.ErrorList {
	if digest == "" || digestForm.MatchString(digest) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, digest, "must have the form sha256:<hex>")}
}

// SourcePath checks a directory inside a source. It may be empty, which is the
// root of the source.
func SourcePath(path *field.Path, value string) field.ErrorList {
	return Within(path, value)
}

package validate

import (
	"regexp"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// OCIURL checks the required URL of a repository in a registry, such as
// oci://ghcr.io/org/app.
//
// Upstream: OCIRepositoryReconciler.parseRepository of source-controller.
func OCIURL(path *field.Path, value string) field.ErrorList {
	if errs := OCIRegistryURL(path, value); len(errs) > 0 {
		return errs
	}
	reference := strings.TrimPrefix(value, "oci://")
	switch {
	case isHost(reference):
		return field.ErrorList{field.Invalid(path, value, "must have a repository after the host, such as oci://ghcr.io/org/app")}
	case !isRepository(reference):
		return field.ErrorList{field.Invalid(path, value, "must be "+repositoryForm)}
	}
	return nil
}

// OCIRegistryURL is OCIURL for the prefix of an address: a host alone is valid, and
// so is a slash at the end.
func OCIRegistryURL(path *field.Path, value string) field.ErrorList {
	if errs := URL(path, value, "oci"); len(errs) > 0 {
		return errs
	}
	reference := strings.TrimPrefix(value, "oci://")
	_, repository, hasPath := strings.Cut(strings.TrimRight(reference, "/"), "/")
	switch {
	case strings.ContainsAny(reference, "?#"):
		return field.ErrorList{field.Invalid(path, Redacted(value), "must not have a query or a fragment")}
	case strings.ContainsAny(repository, ":@"):
		return field.ErrorList{field.Invalid(path, value, "must not have a tag or digest")}
	case hasPath && !isRepository(strings.TrimRight(reference, "/")):
		return field.ErrorList{field.Invalid(path, value, "must be "+repositoryForm)}
	}
	return nil
}

// Image checks the required name of an image, such as ghcr.io/org/app, without
// scheme, tag and digest.
//
// Upstream: registry.ParseImageReference of image-reflector-controller.
func Image(path *field.Path, value string) field.ErrorList {
	switch {
	case value == "":
		return field.ErrorList{field.Required(path, "")}
	case strings.Contains(value, "://"):
		return field.ErrorList{field.Invalid(path, Redacted(value), "must not have a scheme")}
	case strings.ContainsAny(value[strings.LastIndex(value, "/")+1:], ":@"):
		return field.ErrorList{field.Invalid(path, Redacted(value), "must not have a tag or digest")}
	case isHost(value):
		return field.ErrorList{field.Invalid(path, value, "must have a repository after the host, such as ghcr.io/org/app")}
	case !isRepository(value):
		return field.ErrorList{field.Invalid(path, Redacted(value), "must be "+repositoryForm)}
	}
	return nil
}

const repositoryForm = "the name of a repository: host/path, the path of 2 to 255 characters, in lower case"

// repositoryPath is the grammar of the OCI distribution specification, which is
// stricter than upstream's parser, but not than registries.
var repositoryPath = regexp.MustCompile(`^[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`)

// isHost reports whether a reference is a host alone. The controller would look
// for a repository of this name at Docker Hub.
func isHost(reference string) bool {
	return !strings.Contains(reference, "/") && strings.ContainsAny(reference, ".:")
}

// isRepository reports whether a reference is the name of a repository. As in
// upstream, the first part is a host only if it has a dot or a port.
func isRepository(reference string) bool {
	if _, err := name.NewRepository(reference); err != nil {
		return false
	}
	host, path, ok := strings.Cut(reference, "/")
	if !ok || !strings.ContainsAny(host, ".:") {
		path = reference
	}
	return repositoryPath.MatchString(path)
}

var digest = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// OptionalDigest checks the digest of an image. It may be empty.
//
// Upstream: OCIRepositoryReconciler.getRevision of source-controller, by NewHash
// of go-containerregistry, which knows no other algorithm.
func OptionalDigest(path *field.Path, value string) field.ErrorList {
	if value == "" || digest.MatchString(value) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, "must be sha256: and 64 hexadecimal digits")}
}

var ociTag = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)

// OptionalOCITag checks the tag of an image, by the grammar of the OCI
// distribution specification. It may be empty.
func OptionalOCITag(path *field.Path, value string) field.ErrorList {
	if value == "" || ociTag.MatchString(value) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, value, "must match "+ociTag.String())}
}

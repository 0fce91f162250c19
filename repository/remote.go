package repository

import (
	"regexp"
	"slices"
	"strings"
)

var remoteHost = regexp.MustCompile(`^([a-z0-9._-]+@)?([a-z0-9-]+\.)+[a-z]{2,}[:/]`)

// IsRemote reports whether kustomize takes a path in a kustomization.yaml for an
// address to fetch from: by its scheme, or by a host name at its start as in
// github.com/org/repo.
func IsRemote(path string) bool {
	if slices.ContainsFunc([]string{"http://", "https://", "ssh://", "git://", "git::", "file://"}, func(scheme string) bool { return strings.HasPrefix(path, scheme) }) {
		return true
	}
	return remoteHost.MatchString(path) && !strings.HasSuffix(path, ".yaml") && !strings.HasSuffix(path, ".yml")
}

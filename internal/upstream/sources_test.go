package upstream

import (
	"slices"
	"strings"
	"testing"
	"time"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	reflectorv1 "github.com/fluxcd/image-reflector-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	pkgkustomize "github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/apis/meta"
	"github.com/fluxcd/pkg/kustomize"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/transport"
	"github.com/google/go-containerregistry/pkg/name"
	"helm.sh/helm/v4/pkg/strvals"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

// FuzzComponents: a component that kustomize-controller rejects is rejected. Beyond
// that we reject what is empty or has a backslash, which no artifact has, and each
// other address.
func FuzzComponents(f *testing.F) {
	for _, seed := range []string{"../a", "a", "/a", "./a", "git::a", "gh:a/b", "ssh://a", "HTTPS://a", "git@a", "github.com/a/b", "github.com:a/b", "file:///a", "FILE:///a", "file://a", `a\b`, "", "git::", "gh:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, component string) {
		_, err := flux.Kustomization(at, kustomizev1.KustomizationSpec{
			SourceRef: kustomizev1.CrossNamespaceSourceReference{Kind: sourcev1.GitRepositoryKind, Name: "apps"}, Components: []string{component},
		})
		theirs := kustomize.IsLocalRelativePath(component)
		ours := err == nil
		reason := component == "" || strings.ContainsAny(component, `\`) || strings.Contains(component, "://") ||
			slices.Contains([]string{"git::", "gh:", "git@", "github.com:", "github.com/"}, strings.ToLower(component)) // with nothing left
		if ours != theirs && (ours || !reason) {
			t.Errorf("%q\nours:     %v\nupstream: local %t", component, err, theirs)
		}
	})
}

// FuzzReferences: a name of a branch or tag that go-git rejects is rejected, and
// beyond that only what git itself rejects.
func FuzzReferences(f *testing.F) {
	for _, seed := range []string{"main", "release/v1", "a b", "a..b", "/a", "a/", "a//b", "a.lock", "a.lock/b", ".a", "a.", "@", "a@{1}", `a\b`, "a:b", "-a", "a\x7f", "refs/heads/main", "HEAD", "ä"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, branch string) {
		if branch == "" {
			return // the default branch
		}
		_, ours := flux.GitRepository(at, sourcev1.GitRepositorySpec{URL: "https://git.example.com/x", Reference: &sourcev1.GitRepositoryRef{Branch: branch}})
		if theirs := plumbing.NewBranchReferenceName(branch).Validate(); theirs != nil && ours == nil {
			t.Errorf("%q is accepted, but upstream: %v", branch, theirs)
		}
	})
}

// FuzzGitEndpoint: what is accepted as the URL of a repository is an address with a
// host to go-git, and no path on the controller's disk.
func FuzzGitEndpoint(f *testing.F) {
	for _, seed := range []string{"https://host/x", "ssh://git@host:22/x", "git@host:x", "http://[::1]:80/x", "https://host:99999/x", "https:///x", "C:\\x", "https://host/ä%20b?c#d", "https://ho st/x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		_, err := flux.GitRepository(at, sourcev1.GitRepositorySpec{URL: address, SecretRef: &meta.LocalObjectReference{Name: "git"}})
		if err != nil {
			return
		}
		endpoint, theirs := transport.NewEndpoint(address)
		if theirs != nil || endpoint.Protocol == "file" || endpoint.Host == "" {
			t.Errorf("%q is accepted, but upstream: %v, %v", address, endpoint, theirs)
		}
	})
}

// FuzzImage: what is accepted as the image of an ImageRepository is the name of a
// repository to the parser of image-reflector-controller.
func FuzzImage(f *testing.F) {
	for _, seed := range []string{"ghcr.io/org/app", "app", "localhost:5000/app", "ghcr.io", "ghcr.io/org/app:v1", "a@sha256:b", "[::1]:5000/app", "https://a/b", "A/b", "a//b", "ä/b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, image string) {
		_, err := flux.ImageRepository(at, reflectorv1.ImageRepositorySpec{Image: image, Interval: metav1.Duration{Duration: time.Minute}})
		if err != nil {
			return
		}
		reference, theirs := name.ParseReference(image)
		if theirs != nil {
			t.Fatalf("%q is accepted, but upstream: %v", image, theirs)
		}
		if tag, ok := reference.(name.Tag); !ok || tag.TagStr() != name.DefaultTag || strings.HasSuffix(image, ":"+name.DefaultTag) {
			t.Errorf("%q is accepted, but upstream sees a tag or digest: %v", image, reference)
		}
	})
}

// FuzzOCIReference: a tag or digest is accepted only if the parser of
// source-controller accepts it. We reject a tag that begins with a dash or a dot,
// which no registry has, and digests other than those of SHA-256, which the parser
// rejects too.
func FuzzOCIReference(f *testing.F) {
	for _, seed := range []string{"", "v1", "v1+b", "-a", ".a", "_a", strings.Repeat("a", 128), strings.Repeat("a", 129), "sha256:" + strings.Repeat("0f", 32), "sha256:abc", "sha512:" + strings.Repeat("0f", 64), "sha256:" + strings.Repeat("0F", 32)} {
		f.Add(seed)
	}
	const repository = "ghcr.io/org/app"
	f.Fuzz(func(t *testing.T, value string) {
		if value == "" {
			return // the default
		}
		accepts := func(ref sourcev1.OCIRepositoryRef) bool {
			_, err := flux.OCIRepository(at, sourcev1.OCIRepositorySpec{URL: "oci://" + repository, Reference: &ref})
			return err == nil
		}
		_, tag := name.NewTag(repository + ":" + value)
		if ours := accepts(sourcev1.OCIRepositoryRef{Tag: value}); ours != (tag == nil) && (ours || !strings.ContainsAny(value[:1], "-.:/@") && !strings.ContainsAny(value, "/:")) {
			t.Errorf("tag %q: accepted %t, upstream: %v", value, ours, tag)
		}
		_, digest := name.NewDigest(repository + "@" + value)
		if ours := accepts(sourcev1.OCIRepositoryRef{Digest: value}); ours != (digest == nil) && (ours || strings.HasPrefix(value, "sha256:") && !strings.Contains(value, "@")) {
			t.Errorf("digest %q: accepted %t, upstream: %v", value, ours, digest)
		}
	})
}

// FuzzTargetPath: where a value is set, Helm's parser sets it.
func FuzzTargetPath(f *testing.F) {
	for _, seed := range []string{"a", "a.b", "a[0]", "a[0].b[1]", "a..b", "[0]", "a[0]b", "a[65537]", `a\.b`, `a\`, ".a", "a.", "a[", "a]", "a/b", "a[00001]", "null", "a=b", "a,b", "{a}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if path == "" {
			return // the values are those of the whole document
		}
		_, err := flux.HelmRelease(at, helmv2.HelmReleaseSpec{
			ChartRef:   &helmv2.CrossNamespaceSourceReference{Kind: sourcev1.HelmChartKind, Name: "app"},
			ValuesFrom: []meta.ValuesReference{{Kind: "Secret", Name: "values", TargetPath: path}},
		})
		if err != nil {
			return
		}
		values := map[string]any{}
		if theirs := strvals.ParseInto(path+"=x", values); theirs != nil || !sets(values, "x") {
			t.Errorf("%q is accepted, but Helm sets %v: %v", path, values, theirs)
		}
	})
}

// sets reports whether a value is anywhere in others.
func sets(in any, value string) bool {
	switch in := in.(type) {
	case string:
		return in == value
	case []any:
		return slices.ContainsFunc(in, func(item any) bool { return sets(item, value) })
	case map[string]any:
		for _, item := range in {
			if sets(item, value) {
				return true
			}
		}
	}
	return false
}

// driftIgnored is a release that ignores drift of what a target selects.
func driftIgnored(name, labels string) helmv2.HelmReleaseSpec {
	return helmv2.HelmReleaseSpec{
		ChartRef: &helmv2.CrossNamespaceSourceReference{Kind: sourcev1.HelmChartKind, Name: "app"},
		DriftDetection: &helmv2.DriftDetection{Ignore: []helmv2.IgnoreRule{
			{Paths: []string{"/spec"}, Target: &pkgkustomize.Selector{Name: name, LabelSelector: labels}},
		}},
	}
}

package upstream

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/Masterminds/sprig/v3"
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	"github.com/fluxcd/pkg/git"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"github.com/minio/minio-go/v7/pkg/s3utils"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

var at = metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"}

// FuzzBucketName: a name is accepted if the client of S3 accepts it, and only then.
func FuzzBucketName(f *testing.F) {
	for _, seed := range []string{"", "a", "abc", "A_b", "a..b", "a.-b", "a-.b", "10.0.0.1", "1.2.3.4.5", "a:b", "-ab", "ab.", "a b", strings.Repeat("a", 63), strings.Repeat("a", 64), "äbc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		theirs := s3utils.CheckValidBucketName(name)
		_, ours := flux.Bucket(at, sourcev1.BucketSpec{BucketName: name, Endpoint: "s3.example.com"})
		if (theirs == nil) != (ours == nil) {
			t.Errorf("%q\nours:     %v\nupstream: %v", name, ours, theirs)
		}
	})
}

// FuzzGitSecret: we require a Secret if upstream does. All other rejections are for
// the URL.
func FuzzGitSecret(f *testing.F) {
	for _, seed := range []string{"https://host/x", "http://host/x", "ssh://git@host/x", "ssh://host:22/x", "ssh:///x", "git@host:x", "file:///x", "https://a:b@host/x", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		_, ours := flux.GitRepository(at, sourcev1.GitRepositorySpec{URL: address})
		parsed, err := url.Parse(address)
		if err != nil {
			if ours == nil {
				t.Errorf("%q is accepted, but is no URL: %v", address, err)
			}
			return
		}
		_, theirs := git.NewAuthOptions(*parsed, nil)
		byURL := ours != nil && strings.Contains(ours.Error(), "spec.url: ")
		if (theirs == nil) != (ours == nil) && !byURL {
			t.Errorf("%q\nours:     %v\nupstream: %v", address, ours, theirs)
		}
	})
}

// TestTemplateFunctions: the functions of a commit message are the functions of
// upstream's map.
func TestTemplateFunctions(t *testing.T) {
	accepts := func(function string) bool {
		spec := automationv1.ImageUpdateAutomationSpec{
			SourceRef: automationv1.CrossNamespaceSourceReference{Kind: sourcev1.GitRepositoryKind, Name: "apps"},
			Interval:  metav1.Duration{Duration: time.Minute},
			GitSpec:   &automationv1.GitSpec{},
		}
		spec.GitSpec.Commit.Author.Email = "flux@example.com"
		spec.GitSpec.Commit.MessageTemplate = "{{ " + function + " 1 }}"
		_, err := flux.ImageUpdateAutomation(at, spec)
		return err == nil
	}
	hermetic := sprig.HermeticTxtFuncMap()
	for name := range hermetic {
		if !accepts(name) {
			t.Errorf("%s is rejected, but upstream has it", name)
		}
	}
	for name := range sprig.TxtFuncMap() {
		if hermetic[name] == nil && accepts(name) {
			t.Errorf("%s is accepted, but upstream lacks it", name)
		}
	}
}

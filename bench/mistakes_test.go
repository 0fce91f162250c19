package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/fluxcd/flux2/v2/pkg/manifestgen/sync"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	kureio "github.com/go-kure/kure/pkg/io"
	kureflux "github.com/go-kure/kure/pkg/kubernetes/fluxcd"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func git(namespace string, spec sourcev1.GitRepositorySpec) error {
	_, err := flux.GitRepository(metav1.ObjectMeta{Namespace: namespace, Name: "team"}, spec)
	return err
}

func kustomization(spec kustomizev1.KustomizationSpec) error {
	_, err := flux.Kustomization(metav1.ObjectMeta{Namespace: "team", Name: "team"}, spec)
	return err
}

// TestMistakes is the table of docs/comparison.md: the mistakes in each tool's
// output.
func TestMistakes(t *testing.T) {
	for _, mistake := range []struct {
		name                  string
		here, kure, cli       func() error // cli is flux's manifestgen; nil where it has nothing for it
		kurePasses, cliPasses bool
	}{
		{
			name: "a source without a URL",
			here: func() error { return git("team", sourcev1.GitRepositorySpec{}) },
			kure: func() error { return byKure(kureflux.CreateGitRepository("team", "team")) },
			cli: func() error {
				return byManifestgen(sync.Options{Name: "team", Namespace: "team", Interval: time.Minute})
			},
			kurePasses: true, cliPasses: true,
		},
		{
			name: "a namespace that is no DNS label, Foo_Bar",
			here: func() error { return git("Foo_Bar", sourcev1.GitRepositorySpec{URL: "https://git.example.com/x"}) },
			kure: func() error { return byKure(kureflux.CreateGitRepository("team", "Foo_Bar")) },
			cli: func() error {
				return byManifestgen(sync.Options{URL: "https://git.example.com/x", Name: "team", Namespace: "Foo_Bar", Interval: time.Minute})
			},
			kurePasses: true, cliPasses: true,
		},
		{
			name:       "a Kustomization without a source",
			here:       func() error { return kustomization(kustomizev1.KustomizationSpec{}) },
			kure:       func() error { return byKure(kureflux.CreateKustomization("team", "team")) },
			kurePasses: true,
		},
		{
			name: "a timeout of an hour on a source, which Go prints as 1h0m0s",
			here: func() error {
				return git("team", sourcev1.GitRepositorySpec{URL: "https://git.example.com/x", Timeout: &metav1.Duration{Duration: time.Hour}})
			},
			kure: func() error {
				repo := kureflux.CreateGitRepository("team", "team")
				repo.Spec.URL, repo.Spec.Timeout = "https://git.example.com/x", &metav1.Duration{Duration: time.Hour}
				return byKure(repo)
			},
			kurePasses: true,
		},
		{
			name: "a kubeConfig with an empty Secret name",
			here: func() error {
				return kustomization(kustomizev1.KustomizationSpec{
					SourceRef:  kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "team"},
					KubeConfig: &meta.KubeConfigReference{SecretRef: &meta.SecretKeyReference{}},
				})
			},
			kure: func() error {
				ks := kureflux.CreateKustomization("team", "team")
				ks.Spec.SourceRef = kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "team"}
				ks.Spec.KubeConfig = &meta.KubeConfigReference{SecretRef: &meta.SecretKeyReference{}}
				return byKure(ks)
			},
			kurePasses: true,
		},
		{
			name: "a tenant's Kustomization without an account",
			here: func() error {
				team, err := tenant.Build(tenant.Spec{Name: "team", Git: tenant.Git{URL: "https://git.example.com/x"}})
				if err != nil {
					return nil //nolint:nilerr // a fault of the test is no error of the mistake
				}
				team.Kustomization.Spec.ServiceAccountName = ""
				return team.Validate()
			},
			kure: func() error {
				ks := kureflux.CreateKustomization("team", "apps")
				ks.Spec.SourceRef = kustomizev1.CrossNamespaceSourceReference{Kind: "GitRepository", Name: "team"}
				return byKure(ks)
			},
			cli: func() error {
				return byManifestgen(sync.Options{URL: "https://git.example.com/x", Name: "team", Namespace: "team", Interval: time.Minute})
			},
			kurePasses: true, cliPasses: true,
		},
		{
			name: "a token in the URL",
			here: func() error {
				return git("team", sourcev1.GitRepositorySpec{URL: "https://t0ken@git.example.com/x"})
			},
			kure: func() error {
				repo := kureflux.CreateGitRepository("team", "team")
				repo.Spec.URL = "https://t0ken@git.example.com/x"
				return byKure(repo)
			},
			cli: func() error {
				return byManifestgen(sync.Options{URL: "https://t0ken@git.example.com/x", Name: "team", Namespace: "team", Interval: time.Minute})
			},
			kurePasses: true, cliPasses: true,
		},
	} {
		t.Run(mistake.name, func(t *testing.T) {
			if mistake.here() == nil {
				t.Error("this library lets it through")
			}
			if passes := mistake.kure() == nil; passes != mistake.kurePasses {
				t.Errorf("kure lets it through: %v", passes)
			}
			if mistake.cli == nil {
				return
			}
			if passes := mistake.cli() == nil; passes != mistake.cliPasses {
				t.Errorf("manifestgen lets it through: %v", passes)
			}
		})
	}
}

// TestHelmValues: kure changes an integer that a float64 cannot hold.
func TestHelmValues(t *testing.T) {
	const values = `{"id":12345678901234567}`
	release := kureflux.CreateHelmRelease("app", "team")
	release.Spec.Values = &apiextensionsv1.JSON{Raw: []byte(values)}
	var object client.Object = release
	theirs, err := kureio.EncodeObjectsToYAML([]*client.Object{&object})
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(theirs, []byte("12345678901234567")) {
		t.Error("kure keeps the integer: correct docs/comparison.md")
	}
	var ours bytes.Buffer
	if err := manifest.Write(&ours, release); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(ours.Bytes(), []byte("id: 12345678901234567")) {
		t.Errorf("the integer is not kept:\n%s", ours.Bytes())
	}
}

func byKure(object client.Object) error {
	_, err := kureio.EncodeObjectsToYAML([]*client.Object{&object})
	return err
}

func byManifestgen(options sync.Options) error {
	options.ManifestFile = sync.MakeDefaultOptions().ManifestFile
	_, err := sync.Generate(options)
	return err
}

package flux

import (
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/kustomize"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// Decryption decrypts the SOPS files in the source with the keys in the Secret.
// The provider is sops when left empty.
type Decryption kustomizev1.Decryption

// ApplyToKustomization sets spec.decryption.
func (d Decryption) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Decryption = (*kustomizev1.Decryption)(&d).DeepCopy()
	if d.Provider == "" {
		ks.Spec.Decryption.Provider = "sops"
	}
	return nil
}

// Substitute adds variables that replace ${name} in the built manifests.
type Substitute map[string]string

// ApplyToKustomization adds to spec.postBuild.substitute.
func (s Substitute) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	post := postBuild(ks)
	post.Substitute = build.Merge(post.Substitute, s)
	return nil
}

// SubstituteFrom adds ConfigMaps and Secrets of the Kustomization's namespace
// whose keys are variables, like those of [Substitute].
type SubstituteFrom []kustomizev1.SubstituteReference

// ApplyToKustomization appends to spec.postBuild.substituteFrom.
func (s SubstituteFrom) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	post := postBuild(ks)
	post.SubstituteFrom = append(post.SubstituteFrom, s...)
	return nil
}

// SubstituteStrategy tells when variables are replaced: WithVariables (the
// default), if at least one is defined; Always, so that ${name:=default} works
// alone.
type SubstituteStrategy string

// ApplyToKustomization sets spec.postBuild.substituteStrategy.
func (s SubstituteStrategy) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	postBuild(ks).SubstituteStrategy = kustomizev1.SubstituteStrategy(s)
	return nil
}

// NamePrefix is put before the name of everything that is applied, up to 200
// characters.
type NamePrefix string

// ApplyToKustomization sets spec.namePrefix.
func (n NamePrefix) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.NamePrefix = string(n)
	return nil
}

// NameSuffix is put after the name of everything that is applied, up to 200
// characters.
type NameSuffix string

// ApplyToKustomization sets spec.nameSuffix.
func (n NameSuffix) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.NameSuffix = string(n)
	return nil
}

// Patches adds strategic merge or JSON patches to what is built.
type Patches []kustomize.Patch

// ApplyToKustomization appends to spec.patches.
func (p Patches) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	for _, patch := range p {
		ks.Spec.Patches = append(ks.Spec.Patches, *patch.DeepCopy())
	}
	return nil
}

// Images adds replacements of image names, tags and digests.
type Images []kustomize.Image

// ApplyToKustomization appends to spec.images.
func (i Images) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Images = append(ks.Spec.Images, i...)
	return nil
}

// Components adds kustomize Components, by paths relative to [Path].
type Components []string

// ApplyToKustomization appends to spec.components.
func (c Components) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.Components = append(ks.Spec.Components, c...)
	return nil
}

// IgnoreMissingComponents skips [Components] that the source does not have.
type IgnoreMissingComponents bool

// ApplyToKustomization sets spec.ignoreMissingComponents.
func (i IgnoreMissingComponents) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.IgnoreMissingComponents = bool(i)
	return nil
}

// BuildMetadata adds kustomize's annotations about where an object comes from:
// originAnnotations, transformerAnnotations.
type BuildMetadata []kustomizev1.BuildMetadataOption

// ApplyToKustomization appends to spec.buildMetadata.
func (b BuildMetadata) ApplyToKustomization(ks *kustomizev1.Kustomization) error {
	ks.Spec.BuildMetadata = append(ks.Spec.BuildMetadata, b...)
	return nil
}

func postBuild(ks *kustomizev1.Kustomization) *kustomizev1.PostBuild {
	if ks.Spec.PostBuild == nil {
		ks.Spec.PostBuild = &kustomizev1.PostBuild{}
	}
	return ks.Spec.PostBuild
}

func commonMetadata(ks *kustomizev1.Kustomization) *kustomizev1.CommonMetadata {
	if ks.Spec.CommonMetadata == nil {
		ks.Spec.CommonMetadata = &kustomizev1.CommonMetadata{}
	}
	return ks.Spec.CommonMetadata
}

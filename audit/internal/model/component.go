package model

import (
	"encoding/json"
	"path"
	"strings"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	appsv1 "k8s.io/api/apps/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/version"

	"github.com/fluxcapsule/fluxcapsule/internal/advisories"
)

// A Component is a program that the set installs, and where its version is
// written.
type Component struct {
	Object  *Object
	Name    string
	Version *version.Version
	Field   string
}

// readComponents reads the images of Deployments, the charts of HelmReleases and
// the image tags in their values, and the version of the Flux distribution that a
// FluxInstance names or a label of Flux's manifests. What has no version is left
// out.
func readComponents(set *Set) []Component {
	var found []Component
	add := func(o *Object, name, text, field string) {
		if v, err := version.ParseGeneric(strings.TrimPrefix(text, "v")); err == nil {
			found = append(found, Component{o, name, v, field})
		}
	}
	for o, d := range All[*appsv1.Deployment](set) {
		for i, c := range d.Spec.Template.Spec.Containers {
			image, tag := splitImage(c.Image)
			add(o, path.Base(image), tag, Index("spec.template.spec.containers", i)+".image")
		}
	}
	for o, release := range All[*helmv2.HelmRelease](set) {
		if release.Spec.Chart == nil {
			continue
		}
		name := path.Base(release.Spec.Chart.Spec.Chart)
		if tag := imageTag(release.Spec.Values); tag != "" {
			add(o, name, tag, "spec.values.image.tag")
		} else {
			add(o, name, release.Spec.Chart.Spec.Version, "spec.chart.spec.version")
		}
	}
	for _, o := range set.Objects {
		const label = "app.kubernetes.io/version"
		labels := o.Meta.GetLabels()
		switch {
		case o.GroupKind == FluxInstanceKind && o.Raw != nil:
			text, _, _ := unstructured.NestedString(o.Raw, "spec", "distribution", "version")
			add(o, advisories.Flux, text, "spec.distribution.version")
		case o.GroupKind == NamespaceKind && labels["app.kubernetes.io/part-of"] == "flux":
			add(o, advisories.Flux, labels[label], "metadata.labels["+label+"]")
		}
	}
	return found
}

func imageTag(v *apiextensionsv1.JSON) string {
	if v == nil {
		return ""
	}
	var parsed struct {
		Image struct{ Tag string }
	}
	if json.Unmarshal(v.Raw, &parsed) != nil {
		return ""
	}
	return parsed.Image.Tag
}

// splitImage returns the name and the tag of an image, without its digest.
func splitImage(image string) (name, tag string) {
	image, _, _ = strings.Cut(image, "@")
	if i := strings.LastIndexByte(image, ':'); i > strings.LastIndexByte(image, '/') {
		return image[:i], image[i+1:]
	}
	return image, ""
}

package model

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"strings"

	"github.com/Masterminds/semver/v3"
	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
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
	Version *version.Version // of a range the newest that it has, as far as its numbers say
	Text    string           // as it is written
	Field   string
}

// readComponents reads the images of Deployments, the charts of HelmReleases and the
// image tags in their values, and the version of the Flux distribution that a
// FluxInstance names or a label of Flux's manifests. Components without a version are
// left out.
func readComponents(set *Set) []Component {
	var found []Component
	add := func(o *Object, name, text, field string) {
		if v := newest(text); v != nil {
			found = append(found, Component{o, name, v, strings.TrimPrefix(text, "v"), field})
		}
	}
	for o, d := range All[*appsv1.Deployment](set) {
		for i, c := range d.Spec.Template.Spec.Containers {
			image, tag := splitImage(c.Image)
			add(o, path.Base(image), tag, Index("spec.template.spec.containers", i)+".image")
		}
	}
	for o, release := range All[*helmv2.HelmRelease](set) {
		chart, at := chartOf(set, o, release)
		if tag := imageTag(release.Spec.Values); tag != "" {
			add(o, chart.name, tag, "spec.values.image.tag")
		} else {
			add(at, chart.name, chart.version, chart.field)
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

// A chart is one that a HelmRelease installs.
type chart struct{ name, version, field string }

// chartOf returns the chart of a HelmRelease, and the object that says its version.
func chartOf(set *Set, o *Object, release *helmv2.HelmRelease) (chart, *Object) {
	spec := release.Spec
	if spec.Chart != nil {
		return chart{path.Base(spec.Chart.Spec.Chart), spec.Chart.Spec.Version, "spec.chart.spec.version"}, o
	}
	if spec.ChartRef == nil || spec.ChartRef.Kind != sourcev1.OCIRepositoryKind {
		return chart{}, o
	}
	source, at := Get[*sourcev1.OCIRepository](set, OCIRepositoryKind, cmp.Or(spec.ChartRef.Namespace, o.Ref.Namespace), spec.ChartRef.Name)
	if source == nil || source.Spec.Reference == nil {
		return chart{}, o
	}
	ref := source.Spec.Reference
	if ref.SemVer != "" {
		return chart{path.Base(source.Spec.URL), ref.SemVer, "spec.ref.semver"}, at
	}
	return chart{path.Base(source.Spec.URL), ref.Tag, "spec.ref.tag"}, at
}

// newest returns the version that a text names or, if it names a range, one as new as
// the newest in it; nil if it names none.
func newest(text string) *version.Version {
	if exact, err := semver.StrictNewVersion(strings.TrimPrefix(text, "v")); err == nil {
		return version.MustParseGeneric(exact.String())
	}
	constraint, err := semver.NewConstraint(text)
	if text == "" || err != nil {
		return nil
	}
	const most = 9999
	for _, major := range []uint64{most, 3, 2, 1, 0} {
		for _, minor := range minors {
			for _, patch := range []uint64{most, 0} {
				if constraint.Check(semver.New(major, minor, patch, "", "")) {
					return version.MustParseGeneric(fmt.Sprintf("%d.%d.%d", major, minor, patch))
				}
			}
		}
	}
	return nil
}

// minors are those that a range is tried with, the newest first.
var minors = func() []uint64 {
	list := []uint64{9999}
	for minor := range uint64(64) {
		list = append(list, 63-minor)
	}
	return list
}()

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

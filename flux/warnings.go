package flux

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	notificationv1beta3 "github.com/fluxcd/notification-controller/api/v1beta3"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// Warnings reports what is legal in the objects and almost surely a mistake: in each
// by itself, and in one against another that it refers to. Each warning names the
// object, the field and what to write instead. Objects of other kinds than Flux's,
// and faults, which [Validate] reports, are passed over.
func Warnings(objects ...Object) []string {
	var all []string
	for _, obj := range objects {
		if build.IsNil(obj) {
			continue
		}
		for _, warning := range warnings(obj, objects) {
			all = append(all, fmt.Sprintf("%s %s/%s: %s", kindOf(obj), obj.GetNamespace(), obj.GetName(), warning))
		}
	}
	return all
}

func warnings(obj Object, others []Object) []string {
	spec := field.NewPath("spec")
	var found []string
	// What Flux comes back to after spec.interval has this method.
	if timed, ok := obj.(interface{ GetRequeueAfter() time.Duration }); ok {
		found = warnInterval(spec.Child("interval"), timed.GetRequeueAfter())
	}
	switch obj := obj.(type) {
	case *sourcev1.GitRepository:
		found = append(found, warnGit(spec, &obj.Spec)...)
	case *kustomizev1.Kustomization:
		found = slices.Concat(found, warnBuild(spec, &obj.Spec), warnSparse(spec, obj, others))
	case *notificationv1beta3.Alert:
		found = warnAlert(spec, obj, others)
	}
	return found
}

// shortest is the shortest interval without a warning.
const shortest = 30 * time.Second

func warnInterval(at *field.Path, interval time.Duration) []string {
	if interval <= 0 || interval >= shortest {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s is short: write at least %s, and a Receiver for what has to be quick", at, interval, shortest)}
}

func warnGit(spec *field.Path, git *sourcev1.GitRepositorySpec) []string {
	var found []string
	if ref := git.Reference; ref == nil || *ref == (sourcev1.GitRepositoryRef{}) {
		found = append(found, fmt.Sprintf("%s: without one the branch master is fetched: name the branch", spec.Child("ref")))
	}
	cloud := git.Provider != "" && git.Provider != sourcev1.GitProviderGeneric
	if cloud && strings.HasPrefix(git.URL, "ssh://") {
		found = append(found, fmt.Sprintf("%s: %s signs in over https: at an ssh:// URL only the key of the Secret counts", spec.Child("provider"), git.Provider))
	}
	return found
}

var (
	imageDigest = regexp.MustCompile(`^[a-z0-9]+:[0-9a-f]{32,}$`)
	imageTag    = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`)
	nameAffix   = regexp.MustCompile(`^[a-z0-9.-]*$`)
)

// warnBuild reports what makes objects that the API server or the kubelet rejects.
func warnBuild(spec *field.Path, ks *kustomizev1.KustomizationSpec) []string {
	var found []string
	for i, image := range ks.Images {
		at := spec.Child("images").Index(i)
		if image.NewTag != "" && !imageTag.MatchString(image.NewTag) {
			found = append(found, fmt.Sprintf("%s: no image has the tag %q", at.Child("newTag"), image.NewTag))
		}
		if image.Digest != "" && !imageDigest.MatchString(image.Digest) {
			found = append(found, fmt.Sprintf("%s: no image has the digest %q: write sha256: and 64 hexadecimal digits", at.Child("digest"), image.Digest))
		}
	}
	for _, affix := range [][2]string{{"namePrefix", ks.NamePrefix}, {"nameSuffix", ks.NameSuffix}} {
		if !nameAffix.MatchString(affix[1]) {
			found = append(found, fmt.Sprintf("%s: hardly an object can have %q in its name: write lower case letters, digits, - and .", spec.Child(affix[0]), affix[1]))
		}
	}
	return found
}

// warnSparse reports a path that the source of a Kustomization leaves out.
func warnSparse(spec *field.Path, ks *kustomizev1.Kustomization, others []Object) []string {
	dir := path.Clean("/" + ks.Spec.Path)
	for _, other := range others {
		repo, ok := other.(*sourcev1.GitRepository)
		if !ok || len(repo.Spec.SparseCheckout) == 0 || dir == "/" || !refersTo(ks, ks.Spec.SourceRef, repo) {
			continue
		}
		if !slices.ContainsFunc(repo.Spec.SparseCheckout, func(checkedOut string) bool { return within(dir, path.Clean("/"+checkedOut)) }) {
			return []string{fmt.Sprintf("%s: is not in spec.sparseCheckout of GitRepository %s: add %s there", spec.Child("path"), repo.Name, dir[1:])}
		}
	}
	return nil
}

// within reports whether one of two directories contains the other.
func within(a, b string) bool {
	return strings.HasPrefix(a+"/", strings.TrimSuffix(b, "/")+"/") || strings.HasPrefix(b+"/", a+"/")
}

func refersTo(from metav1.Object, ref kustomizev1.CrossNamespaceSourceReference, to Object) bool {
	namespace := ref.Namespace
	if namespace == "" {
		namespace = from.GetNamespace()
	}
	return ref.Kind == kindOf(to) && ref.Name == to.GetName() && namespace == to.GetNamespace()
}

// warnAlert reports an Alert that never sends anything.
func warnAlert(spec *field.Path, alert *notificationv1beta3.Alert, others []Object) []string {
	var found []string
	for i, pattern := range alert.Spec.ExclusionList {
		if form, err := regexp.Compile(pattern); err == nil && form.MatchString("") && form.MatchString("any message") {
			found = append(found, fmt.Sprintf("%s: %q excludes every event", spec.Child("exclusionList").Index(i), pattern))
		}
	}
	for i, source := range alert.Spec.EventSources {
		ref := kustomizev1.CrossNamespaceSourceReference{Kind: source.Kind, Name: source.Name, Namespace: source.Namespace}
		at := spec.Child("eventSources").Index(i)
		if source.Kind == sourcev1.ExternalArtifactKind {
			found = append(found, fmt.Sprintf("%s: no controller of Flux sends events about an ExternalArtifact", at))
		}
		for _, other := range others {
			if repo, ok := other.(*sourcev1.HelmRepository); ok && repo.Spec.Type == sourcev1.HelmRepositoryTypeOCI && refersTo(alert, ref, repo) {
				found = append(found, fmt.Sprintf("%s: a HelmRepository of type oci has no events: name the HelmRelease or HelmChart", at))
			}
		}
	}
	return found
}

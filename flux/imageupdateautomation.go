package flux

import (
	"regexp"
	"strings"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// ImageUpdateAutomation writes the images that the ImagePolicies of its namespace
// elect into the manifests of a GitRepository, where they carry a marker, commits
// and pushes. It pushes to the branch it checked out unless spec.git.push says
// otherwise. The default of spec.interval is [DefaultReconcileInterval].
//
// See https://fluxcd.io/flux/components/image/imageupdateautomations/
func ImageUpdateAutomation(metadata metav1.ObjectMeta, spec automationv1.ImageUpdateAutomationSpec, allow ...Allowance) (*automationv1.ImageUpdateAutomation, error) {
	defaultInterval(&spec.Interval, DefaultReconcileInterval)
	return finish(&automationv1.ImageUpdateAutomation{TypeMeta: typeMeta(automationv1.ImageUpdateAutomationKind), ObjectMeta: metadata, Spec: spec}, allow)
}

func validateImageUpdateAutomation(path *field.Path, spec *automationv1.ImageUpdateAutomationSpec) field.ErrorList {
	source := kustomizev1.CrossNamespaceSourceReference(spec.SourceRef)
	errs := validateSourceRef(path.Child("sourceRef"), source, automationSources)
	errs = append(errs, validate.Duration(path.Child("interval"), spec.Interval)...)
	if spec.GitSpec == nil {
		errs = append(errs, field.Required(path.Child("git"), "a GitRepository cannot be written to without it"))
	} else {
		errs = append(errs, validateGitSpec(path.Child("git"), spec.GitSpec)...)
	}
	if update := spec.Update; update != nil {
		errs = append(errs, validate.Enum(path.Child("update", "strategy"), update.Strategy, automationv1.UpdateStrategySetters)...)
		errs = append(errs, validate.SourcePath(path.Child("update", "path"), update.Path)...)
	}
	return append(errs, metav1validation.ValidateLabelSelector(spec.PolicySelector,
		metav1validation.LabelSelectorValidationOptions{}, path.Child("policySelector"))...)
}

func validateGitSpec(path *field.Path, git *automationv1.GitSpec) field.ErrorList {
	commit := path.Child("commit")
	errs := validate.Required(commit.Child("author", "email"), git.Commit.Author.Email)
	errs = append(errs, validateMessageTemplate(commit.Child("messageTemplate"), git.Commit.MessageTemplate)...)
	if key := git.Commit.SigningKey; key != nil {
		errs = append(errs, validate.Enum(commit.Child("signingKey", "type"), key.Type,
			automationv1.SigningKeyTypeGPG, automationv1.SigningKeyTypeSSH)...)
		errs = append(errs, validate.Subdomain(commit.Child("signingKey", "secretRef", "name"), key.SecretRef.Name)...)
	}
	if checkout := git.Checkout; checkout != nil {
		errs = append(errs, validateGitRef(path.Child("checkout", "ref"), &checkout.Reference)...)
	}
	push := path.Child("push")
	// Without a branch to push to, the controller pushes to the one it has checked
	// out, which a tag and a commit are not.
	if git.Checkout != nil && git.Checkout.Reference.Branch == "" && (git.Push == nil || git.Push.Branch == "") {
		errs = append(errs, field.Required(push.Child("branch"), "what is checked out is not a branch"))
	}
	if git.Push != nil {
		errs = append(errs, validate.OptionalBranch(push.Child("branch"), git.Push.Branch)...)
		errs = append(errs, validateRefspec(push.Child("refspec"), git.Push.Refspec)...)
	}
	return errs
}

// pushRefspec is the pattern of the CRD.
var pushRefspec = regexp.MustCompile(`^$|^[^+:]`)

// validateRefspec checks the refspec, which is pushed besides the branch. It may be
// empty.
//
// Upstream: configurePush in internal/source of image-automation-controller, and
// RefSpec.Validate of go-git.
func validateRefspec(path *field.Path, refspec string) field.ErrorList {
	if errs := matches(path, refspec, pushRefspec); refspec == "" || len(errs) > 0 {
		return errs
	}
	from, to, _ := strings.Cut(refspec, ":")
	stars := strings.Count(from, "*")
	if from == "" || to == "" || strings.Contains(to, ":") || stars > 1 || stars != strings.Count(to, "*") {
		return field.ErrorList{field.Invalid(path, refspec, "must be source:destination, such as refs/heads/main:refs/for/main")}
	}
	return nil
}

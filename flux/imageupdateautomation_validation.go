package flux

import (
	"regexp"

	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1validation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

func validateImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) field.ErrorList {
	spec := field.NewPath("spec")
	errs := validate.NamespacedMeta(automation)
	source := spec.Child("sourceRef")
	if ref := automation.Spec.SourceRef; ref.Kind == "" && ref.Name == "" {
		errs = append(errs, field.Required(source, ""))
	} else {
		errs = append(errs, validate.RequiredEnum(source.Child("kind"), ref.Kind, sourcev1.GitRepositoryKind)...)
		errs = append(errs, validate.Subdomain(source.Child("name"), ref.Name)...)
		errs = append(errs, validate.OptionalLabel(source.Child("namespace"), ref.Namespace)...)
	}
	errs = append(errs, validate.Duration(spec.Child("interval"), automation.Spec.Interval)...)
	if automation.Spec.GitSpec == nil {
		errs = append(errs, field.Required(spec.Child("git"), "a GitRepository cannot be written to without it"))
	} else {
		errs = append(errs, validateGitSpec(spec.Child("git"), automation.Spec.GitSpec)...)
	}
	if update := automation.Spec.Update; update != nil {
		errs = append(errs, validate.Enum(spec.Child("update", "strategy"), update.Strategy, automationv1.UpdateStrategySetters)...)
		errs = append(errs, validate.Within(spec.Child("update", "path"), update.Path)...)
	}
	return append(errs, metav1validation.ValidateLabelSelector(automation.Spec.PolicySelector,
		metav1validation.LabelSelectorValidationOptions{}, spec.Child("policySelector"))...)
}

var pushRefspec = regexp.MustCompile(`^$|^[^+:]`)

func validateGitSpec(path *field.Path, git *automationv1.GitSpec) field.ErrorList {
	commit := path.Child("commit")
	errs := validate.Required(commit.Child("author", "email"), git.Commit.Author.Email)
	if key := git.Commit.SigningKey; key != nil {
		errs = append(errs, validate.Enum(commit.Child("signingKey", "type"), key.Type,
			automationv1.SigningKeyTypeGPG, automationv1.SigningKeyTypeSSH)...)
		errs = append(errs, validate.Subdomain(commit.Child("signingKey", "secretRef", "name"), key.SecretRef.Name)...)
	}
	if checkout := git.Checkout; checkout != nil {
		errs = append(errs, validateGitRef(path.Child("checkout", "ref"), &checkout.Reference)...)
	}
	// Without a branch to push to, the controller pushes to the one it has
	// checked out, and a tag or a commit is none.
	if git.Checkout != nil && git.Checkout.Reference.Branch == "" && (git.Push == nil || git.Push.Branch == "") {
		errs = append(errs, field.Required(path.Child("push", "branch"), "what is checked out is no branch"))
	}
	if git.Push != nil {
		errs = append(errs, matches(path.Child("push", "refspec"), git.Push.Refspec, pushRefspec)...)
	}
	return errs
}

package flux

import (
	automationv1 "github.com/fluxcd/image-automation-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// An ImageUpdateAutomationOption sets something on an [ImageUpdateAutomation].
type ImageUpdateAutomationOption interface {
	ApplyToImageUpdateAutomation(*automationv1.ImageUpdateAutomation) error
}

// ImageUpdateAutomationFunc is an option of one's own, for whatever has none
// here. What it sets is validated like the rest.
type ImageUpdateAutomationFunc func(*automationv1.ImageUpdateAutomation) error

// ApplyToImageUpdateAutomation calls f.
func (f ImageUpdateAutomationFunc) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	if f == nil {
		return nil
	}
	return f(automation)
}

// ImageUpdateAutomation writes the images that the ImagePolicies of its
// namespace elect into the manifests of a GitRepository, given by [From], where
// they carry a marker, commits as the author and pushes. It does so every
// [DefaultReconcileInterval], and to the branch that it checked out unless
// [PushBranch] says otherwise.
//
// See https://fluxcd.io/flux/components/image/imageupdateautomations/
func ImageUpdateAutomation(namespace, name string, source FromSource, author Author, opts ...ImageUpdateAutomationOption) (*automationv1.ImageUpdateAutomation, error) {
	automation := &automationv1.ImageUpdateAutomation{
		TypeMeta:   typeMeta(automationv1.GroupVersion, automationv1.ImageUpdateAutomationKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: automationv1.ImageUpdateAutomationSpec{
			Interval: metav1.Duration{Duration: DefaultReconcileInterval},
		},
	}
	return build.WithOptions(automation, append([]ImageUpdateAutomationOption{source, author}, opts...),
		ImageUpdateAutomationOption.ApplyToImageUpdateAutomation, validateImageUpdateAutomation)
}

// Author is who the commits of an ImageUpdateAutomation are by: an email
// address, and if need be a name.
type Author automationv1.CommitUser

// ApplyToImageUpdateAutomation sets spec.git.commit.author.
func (a Author) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	gitSpec(automation).Commit.Author = automationv1.CommitUser(a)
	return nil
}

// Checkout is the reference that the commits are based on. Without it, that is
// what the GitRepository says.
type Checkout sourcev1.GitRepositoryRef

// ApplyToImageUpdateAutomation sets spec.git.checkout.
func (c Checkout) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	gitSpec(automation).Checkout = &automationv1.GitCheckoutSpec{Reference: sourcev1.GitRepositoryRef(c)}
	return nil
}

// SigningKey names the Secret with the key that signs the commits: an OpenPGP
// key unless the type is ssh.
type SigningKey automationv1.SigningKey

// ApplyToImageUpdateAutomation sets spec.git.commit.signingKey.
func (s SigningKey) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	gitSpec(automation).Commit.SigningKey = new(automationv1.SigningKey(s))
	return nil
}

// CommitMessage is a template, in the language of text/template, of the commit
// message.
type CommitMessage string

// ApplyToImageUpdateAutomation sets spec.git.commit.messageTemplate.
func (c CommitMessage) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	gitSpec(automation).Commit.MessageTemplate = string(c)
	return nil
}

// CommitMessageValues adds values that [CommitMessage] reads as .Values.
type CommitMessageValues map[string]string

// ApplyToImageUpdateAutomation adds to spec.git.commit.messageTemplateValues.
func (c CommitMessageValues) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	commit := &gitSpec(automation).Commit
	commit.MessageTemplateValues = build.Merge(commit.MessageTemplateValues, c)
	return nil
}

// PushBranch is the branch that is pushed to. It is made when it does not exist.
type PushBranch string

// ApplyToImageUpdateAutomation sets spec.git.push.branch.
func (p PushBranch) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	push(automation).Branch = string(p)
	return nil
}

// PushRefspec is what is pushed beside the branch, in git's own notation, such
// as "refs/heads/main:refs/for/main". It can neither force nor delete.
type PushRefspec string

// ApplyToImageUpdateAutomation sets spec.git.push.refspec.
func (p PushRefspec) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	push(automation).Refspec = string(p)
	return nil
}

// PushOptions adds options for the git server.
type PushOptions map[string]string

// ApplyToImageUpdateAutomation adds to spec.git.push.options.
func (p PushOptions) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	push := push(automation)
	push.Options = build.Merge(push.Options, p)
	return nil
}

// ApplyToImageUpdateAutomation sets spec.update.path: the directory whose
// manifests are updated.
func (p Path) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	automation.Spec.Update = &automationv1.UpdateStrategy{Strategy: automationv1.UpdateStrategySetters, Path: string(p)}
	return nil
}

// PolicySelector limits an ImageUpdateAutomation to the ImagePolicies with the
// labels.
type PolicySelector metav1.LabelSelector

// ApplyToImageUpdateAutomation sets spec.policySelector.
func (p PolicySelector) ApplyToImageUpdateAutomation(automation *automationv1.ImageUpdateAutomation) error {
	automation.Spec.PolicySelector = (*metav1.LabelSelector)(&p).DeepCopy()
	return nil
}

func gitSpec(automation *automationv1.ImageUpdateAutomation) *automationv1.GitSpec {
	if automation.Spec.GitSpec == nil {
		automation.Spec.GitSpec = &automationv1.GitSpec{}
	}
	return automation.Spec.GitSpec
}

func push(automation *automationv1.ImageUpdateAutomation) *automationv1.PushSpec {
	git := gitSpec(automation)
	if git.Push == nil {
		git.Push = &automationv1.PushSpec{}
	}
	return git.Push
}

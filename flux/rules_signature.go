package flux

import (
	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/validate"
)

// A signature has the kinds' fields for verifying the signature of an OCI artifact.
type signature struct {
	provider    string
	key         *meta.LocalObjectReference
	identities  []sourcev1.OIDCIdentityMatch
	trustedRoot *meta.LocalObjectReference
}

// validateSignature rejects a verification that verifies nobody, or less than it
// says.
//
// Upstream: OCIRepositoryReconciler.verifySignature and
// HelmChartReconciler.makeVerifiers of source-controller.
func validateSignature(path *field.Path, s signature, allow allowances) field.ErrorList {
	identities := path.Child("matchOIDCIdentity")
	errs := validate.RequiredEnum(path.Child("provider"), s.provider, "cosign", "notation")
	errs = append(errs, validate.OptionalRef(path.Child("secretRef"), s.key)...)
	errs = append(errs, validate.OptionalRef(path.Child("trustedRootSecretRef"), s.trustedRoot)...)
	for i, identity := range s.identities {
		errs = append(errs, validate.Regexp(identities.Index(i).Child("issuer"), identity.Issuer)...)
		errs = append(errs, validate.Regexp(identities.Index(i).Child("subject"), identity.Subject)...)
	}
	switch {
	case s.provider == "notation" && s.key == nil:
		// It is never keyless: trust policy and certificates are in the Secret.
		errs = append(errs, field.Required(path.Child("secretRef"), "when provider is notation"))
	case s.provider == "cosign" && s.key == nil && len(s.identities) == 0 && !allow.has(AllowAnySigner):
		errs = append(errs, field.Required(path.Child("secretRef"), "without a key and an identity anybody may have signed"))
	}
	if len(s.identities) > 1 {
		// CheckOpts.verificationOptions of cosign: "multiple identities are not supported".
		errs = append(errs, field.Invalid(identities, len(s.identities), "must be one: join its regular expressions with |"))
	}
	return append(errs, validateIgnored(path, s)...)
}

// validateIgnored rejects fields that are ignored if the Secret has the keys.
func validateIgnored(path *field.Path, s signature) field.ErrorList {
	if s.key == nil && s.provider != "notation" {
		return nil
	}
	var errs field.ErrorList
	if len(s.identities) > 0 {
		errs = append(errs, field.Forbidden(path.Child("matchOIDCIdentity"), "is ignored where secretRef has the keys"))
	}
	if s.trustedRoot != nil {
		errs = append(errs, field.Forbidden(path.Child("trustedRootSecretRef"), "is ignored where secretRef has the keys"))
	}
	return errs
}

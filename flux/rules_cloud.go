package flux

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// A cloud's registries are those to which its workload identity gives access.
//
// Upstream: Provider.ParseArtifactRepository of fluxcd/pkg/auth/aws and gcp. Azure's
// also depends on a file in the controller, so it is not checked.
var (
	cloudRegistries = map[string]*regexp.Regexp{
		"aws": regexp.MustCompile(`^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-zA-Z0-9][a-zA-Z0-9_-]{0,99})\.(amazonaws\.(?:com(?:\.cn)?|eu)|on\.(?:aws|amazonwebservices\.com\.cn)|sc2s\.sgov\.gov|c2s\.ic\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$`),
		"gcp": regexp.MustCompile(`^(((.+\.)?gcr\.io)|(.+-docker\.pkg\.dev)|(docker\.s3nsregistry\.fr))$`),
	}
	publicRegistries = []string{"public.ecr.aws", "ecr-public.aws.com"}
)

// validateCloudRegistry checks that a registry is one of the cloud that provider
// names. The reference has no scheme. It is called where only the workload identity
// can give access, without a Secret and the pull secrets of an account.
func validateCloudRegistry(path *field.Path, provider, reference string) field.ErrorList {
	host, _, _ := strings.Cut(reference, "/")
	registries := cloudRegistries[provider]
	if registries == nil || registries.MatchString(host) || provider == "aws" && slices.Contains(publicRegistries, host) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, provider, "gives no access to "+host)}
}

// validateCodeCommit checks the URL of a GitRepository with provider aws.
//
// Upstream: getRegionFromCodeCommitURL of fluxcd/pkg/auth/aws.
func validateCodeCommit(path *field.Path, value string) field.ErrorList {
	parsed, err := url.Parse(value)
	if err != nil || parsed.Host == "" {
		return nil // the URL is reported
	}
	service, _, _ := strings.Cut(parsed.Hostname(), ".")
	domain := strings.TrimSuffix(parsed.Hostname(), ".cn")
	if parsed.Scheme == "https" && (service == "git-codecommit" || service == "git-codecommit-fips") &&
		strings.HasSuffix(domain, ".amazonaws.com") && strings.Count(domain, ".") >= 3 {
		return nil
	}
	return field.ErrorList{field.Invalid(path, "aws", "works only for https://git-codecommit.<region>.amazonaws.com")}
}

package capsule_test

// The API server's words for names that are none.
const (
	notSubdomain     = `a lowercase RFC 1123 subdomain must consist of...`
	notLabel         = `a lowercase RFC 1123 label must consist of...`
	notLabelValue    = `a valid label must be an empty string or consist of...`
	notNamePart      = `name part must consist of...`
	notQualifiedName = `a valid label key must consist of...`
)

// Reasons to be stricter than the CRD that many rows share.
const (
	webhookRefuses = "Capsule's webhook refuses it"
	failsLater     = "it fails when Capsule makes something of it"
	widens         = "it gives more than it seems to"
)

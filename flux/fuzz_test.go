package flux_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

// texts are values that some field of Flux's kinds accepts, or nearly.
var texts = []string{
	"", "a", "A", "a b", "a.b", "a/b", "../a", "*", "é", "\x00", "\xff", "a\nb",
	"generic", "aws", "azure", "gcp", "github", "ldap", "oci", "default", "sops", "cosign", "notation",
	"GitRepository", "OCIRepository", "Bucket", "HelmRepository", "HelmChart", "ExternalArtifact",
	"Kustomization", "Secret", "ConfigMap", "generic-oidc", "slack",
	"https://example.com", "https://example.com\n", "oci://ghcr.io/a", "ssh://git@example.com/a", "http://", "https://[", "HTTPS://a",
	">=1.0.0", "v1", "asc", "error", "Always", "Never", "IfNotPresent", "head", "TagAndHEAD", "extract",
	"RetryOnFailure", "RemediateOnFailure", "Create", "enabled", "auto", "orphan", "rollback", "poller", "combined",
	"MirrorPrune", "WithVariables", "originAnnotations", "Setters", "Revision", "InPlaceUpdate",
	"gpg", "refs/heads/a", "+a", ":a", "/a", "a[0]", "a[000000]", string(make([]rune, 254)), "(",
}

// FuzzNothingInvalidGetsOut builds objects of every kind from the tables, and from
// the input in any field of the spec. The API server accepts every object that is
// built without an error.
func FuzzNothingInvalidGetsOut(f *testing.F) {
	names := slices.Sorted(maps.Keys(tables))
	for i := range names {
		f.Add([]byte{byte(i)}, "")
		f.Add([]byte{byte(i), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, "x")
	}
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		nothingInvalid(t, names, buildtest.NewChoices(data, append(texts, text, text+"\n")))
	})
}

// TestNothingInvalidGetsOut does the same with choices that are random, but the
// same in every run, since the seeds of the fuzz target make few objects.
func TestNothingInvalidGetsOut(t *testing.T) {
	names := slices.Sorted(maps.Keys(tables))
	random := rand.NewChaCha8([32]byte{})
	accepted := 0
	for range 3000 {
		data := make([]byte, 40)
		random.Read(data)
		accepted += nothingInvalid(t, names, buildtest.NewChoices(data, texts))
	}
	if accepted < 500 {
		t.Errorf("only %d of the objects were valid: the choices are too wild to show anything", accepted)
	}
}

// nothingInvalid returns how many objects were accepted.
func nothingInvalid(t *testing.T, names []string, choices *buildtest.Choices) (accepted int) {
	t.Helper()
	for _, table := range tables[names[choices.Of(len(names))]] {
		if table.Random(t, choices) {
			accepted++
		}
	}
	return accepted
}

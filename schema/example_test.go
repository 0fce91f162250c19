package schema_test

import (
	"fmt"
	"time"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/schema"
)

func ExampleValidate() {
	repo := &sourcev1.GitRepository{
		TypeMeta:   metav1.TypeMeta{APIVersion: "source.toolkit.fluxcd.io/v1", Kind: "GitRepository"},
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "dev-team"},
		Spec: sourcev1.GitRepositorySpec{
			URL:                "https://github.com/org/dev-team.git",
			Interval:           metav1.Duration{Duration: 5 * time.Minute},
			Timeout:            &metav1.Duration{Duration: time.Hour},
			ServiceAccountName: "puller",
		},
	}
	for _, err := range schema.Validate(repo) {
		fmt.Println(err)
	}
	// Output:
	// spec: Invalid value: serviceAccountName can only be set when provider is 'azure' or 'aws'
	// spec.timeout: Invalid value: "1h0m0s": spec.timeout in body should match '^([0-9]+(\.[0-9]+)?(ms|s|m))+$'
}

package flux_test

import (
	"testing"

	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

var bucket = buildtest.Kind[*sourcev1.Bucket]{
	Build:    func(obj *sourcev1.Bucket) (*sourcev1.Bucket, error) { return flux.Bucket(obj.ObjectMeta, obj.Spec) },
	Validate: func(obj *sourcev1.Bucket) error { return flux.Validate(obj) },
	Scheme:   flux.AddToScheme,
	Valid: &sourcev1.Bucket{
		ObjectMeta: metav1.ObjectMeta{Namespace: "dev-team", Name: "apps"},
		Spec:       sourcev1.BucketSpec{BucketName: "apps", Endpoint: "minio.example.com:9000"},
	},
	Default: func(obj *sourcev1.Bucket) {
		if obj.Spec.Interval.Duration == 0 {
			obj.Spec.Interval.Duration = flux.DefaultSourceInterval
		}
	},
	Accepts: []string{
		`spec: {interval: 5m}`,
		`spec: {timeout: 30s}`,
		`spec: {suspend: true}`,
		`spec: {secretRef: {name: s3}}`,
		`spec: {certSecretRef: {name: tls}}`,
		`spec: {proxySecretRef: {name: proxy}}`,
		`spec: {provider: aws}`,
		`spec: {insecure: true}`,
		`spec: {ignore: "/docs\n"}`,
		`spec: {region: eu-west-1}`,
		`spec: {prefix: apps/}`,
		`spec: {sts: {certSecretRef: {name: tls}, endpoint: https://minio.example.com, provider: ldap, secretRef: {name: ldap}}}`,
		`spec: {provider: gcp, serviceAccountName: reader}`,
		`spec: {endpoint: minio.example.com/}`,
		`spec: {provider: gcp, bucketName: a}`,
	},
	Refuses: []buildtest.Refuses{
		{
			Name:   "nothing given",
			Change: `spec: {bucketName: "", endpoint: "", interval: "-1m", timeout: 1h}`,
			Faults: []string{
				`spec.bucketName: Required value`,
				`spec.endpoint: Required value`,
				`spec.interval: Invalid value: "-1m0s": must be greater than 0s`,
				`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
			},
		},
		{
			Name:     "endpoint with a scheme",
			Change:   `spec: {endpoint: "https://key:hunter2@minio.example.com"}`,
			Faults:   []string{`spec.endpoint: Invalid value: "https://REDACTED@minio.example.com": must be a host, without scheme and path`},
			Stricter: "the controller's client refuses it",
		},
		{
			Name:     "endpoint without a scheme, for Azure",
			Change:   `spec: {endpoint: account.blob.core.windows.net, provider: azure}`,
			Faults:   []string{`spec.endpoint: Invalid value: "account.blob.core.windows.net": must start with https://, http://`},
			Stricter: "the controller's client refuses it",
		},
		{
			Name:   "provider",
			Change: `spec: {provider: alibaba}`,
			Faults: []string{`spec.provider: Unsupported value: "alibaba": supported values: "generic", "aws", "gcp", "azure"`},
		},
		{
			Name:   "empty references",
			Change: `spec: {certSecretRef: {name: ""}, proxySecretRef: {name: ""}, secretRef: {name: ""}}`,
			Faults: []string{
				`spec.secretRef.name: Required value`,
				`spec.certSecretRef.name: Required value`,
				`spec.proxySecretRef.name: Required value`,
			},
			Stricter: "the controller would look for a Secret without a name",
		},
		{
			Name:   "account without a cloud",
			Change: `spec: {serviceAccountName: reader}`,
			Faults: []string{`spec.serviceAccountName: Invalid value: "reader": is not supported when provider is "generic"`},
		},
		{
			Name:   "account and secret",
			Change: `spec: {provider: aws, secretRef: {name: s3}, serviceAccountName: reader}`,
			Faults: []string{`spec.serviceAccountName: Invalid value: "reader": must not be set together with secretRef`},
		},
		{
			Name:     "a bucket that is an IP address",
			Change:   `spec: {bucketName: 10.0.0.1}`,
			Faults:   []string{`spec.bucketName: Invalid value: "10.0.0.1": must not be an IP address`},
			Stricter: "the controller's client rejects it",
		},
		{
			Name:     "a bucket with two dots",
			Change:   `spec: {bucketName: a..b}`,
			Faults:   []string{`spec.bucketName: Invalid value: "a..b": must not have a dot beside a dot or a dash`},
			Stricter: "the controller's client rejects it",
		},
		{
			Name:   "STS of the other provider",
			Change: `spec: {sts: {endpoint: https://sts.example.com, provider: aws}}`,
			Faults: []string{`spec.sts.provider: Invalid value: "aws": must be "ldap" when the bucket's provider is "generic"`},
		},
		{
			Name:   "LDAP for AWS",
			Change: `spec: {provider: aws, sts: {endpoint: https://sts.example.com, provider: ldap}}`,
			Faults: []string{`spec.sts.provider: Invalid value: "ldap": must be "aws" when the bucket's provider is "aws"`},
		},
		{
			Name:   "STS where there is none",
			Change: `spec: {provider: gcp, sts: {endpoint: https://sts.example.com, provider: aws}}`,
			Faults: []string{`spec.sts: Forbidden: is supported only when the bucket's provider is "aws" or "generic"`},
		},
		{
			Name:   "secrets for AWS's STS",
			Change: `spec: {provider: aws, sts: {certSecretRef: {name: tls}, endpoint: sts.example.com, provider: aws, secretRef: {name: ldap}}}`,
			Faults: []string{
				`spec.sts.endpoint: Invalid value: "sts.example.com": must start with http://, https://`,
				`spec.sts.secretRef: Forbidden: is not used by the provider "aws"`,
				`spec.sts.certSecretRef: Forbidden: is not used by the provider "aws"`,
			},
		},
		{
			Name:   "empty STS",
			Change: `spec: {sts: {endpoint: "", provider: ""}}`,
			Faults: []string{
				`spec.sts.provider: Required value`,
				`spec.sts.endpoint: Required value`,
				`spec.sts.provider: Invalid value: "": must be "ldap" when the bucket's provider is "generic"`,
			},
		},
		{
			Name:   "names and hosts",
			Change: `spec: {bucketName: a, endpoint: "host:port"}`,
			Faults: []string{
				`spec.bucketName: Invalid value: "a": must match ^[A-Za-z0-9][A-Za-z0-9._:-]{1,61}[A-Za-z0-9]$`,
				`spec.endpoint: Invalid value: "host:port": must be a host, without scheme and path`,
			},
			Stricter: "the controller's client rejects them",
		},
	},
}

func TestBucket(t *testing.T) { bucket.Test(t) }

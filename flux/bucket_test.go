package flux_test

import (
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
)

type bucketOption = flux.BucketOption

var bucket = kind[*sourcev1.Bucket, bucketOption]{
	build: func(opts ...bucketOption) (*sourcev1.Bucket, error) {
		return flux.Bucket("dev-team", "apps", "apps", "minio.example.com:9000", opts...)
	},
	fn:      func(f func(*sourcev1.Bucket) error) bucketOption { return flux.BucketFunc(f) },
	nilFunc: flux.BucketFunc(nil),
	options: []sets[bucketOption]{
		{flux.Labels{"team": "dev"}, `metadata: {labels: {team: dev}}`},
		{flux.Annotations{"team": "dev"}, `metadata: {annotations: {team: dev}}`},
		{flux.Interval(5 * time.Minute), `spec: {interval: 5m}`},
		{flux.Timeout(30 * time.Second), `spec: {timeout: 30s}`},
		{flux.Suspend(true), `spec: {suspend: true}`},
		{flux.SecretRef("s3"), `spec: {secretRef: {name: s3}}`},
		{flux.CertSecretRef("tls"), `spec: {certSecretRef: {name: tls}}`},
		{flux.ProxySecretRef("proxy"), `spec: {proxySecretRef: {name: proxy}}`},
		{flux.AuthProvider("aws"), `spec: {provider: aws}`},
		{flux.Insecure(true), `spec: {insecure: true}`},
		{flux.Ignore("/docs\n"), `spec: {ignore: "/docs\n"}`},
		{flux.Region("eu-west-1"), `spec: {region: eu-west-1}`},
		{flux.Prefix("apps/"), `spec: {prefix: apps/}`},
		{
			flux.STS{
				Provider: "ldap", Endpoint: "https://minio.example.com",
				SecretRef: &meta.LocalObjectReference{Name: "ldap"}, CertSecretRef: &meta.LocalObjectReference{Name: "tls"},
			},
			`spec: {sts: {provider: ldap, endpoint: "https://minio.example.com", secretRef: {name: ldap}, certSecretRef: {name: tls}}}`,
		},
	},
	together: [][]bucketOption{{flux.AuthProvider("gcp"), flux.ServiceAccount("reader")}},
	invalid: []refuses[bucketOption]{
		{
			name: "nothing given",
			options: with[bucketOption](flux.BucketFunc(func(bucket *sourcev1.Bucket) error {
				bucket.Spec = sourcev1.BucketSpec{Timeout: bucket.Spec.Timeout}
				return nil
			}), flux.Timeout(time.Hour)),
			faults: []string{
				`spec.bucketName: Required value`,
				`spec.endpoint: Required value`,
				`spec.interval: Invalid value: "0s": must be greater than 0s`,
				`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
			},
		},
		{
			name:     "endpoint with a scheme",
			options:  with(bucketEndpoint("https://key:hunter2@minio.example.com")),
			faults:   []string{`spec.endpoint: Invalid value: "https://REDACTED@minio.example.com": must be a host, without scheme and path`},
			stricter: "the controller's client refuses it",
		},
		{
			name:     "endpoint without a scheme, for Azure",
			options:  with[bucketOption](bucketEndpoint("account.blob.core.windows.net"), flux.AuthProvider("azure")),
			faults:   []string{`spec.endpoint: Invalid value: "account.blob.core.windows.net": must start with https://, http://`},
			stricter: "the controller's client refuses it",
		},
		{
			name:    "provider",
			options: with[bucketOption](flux.AuthProvider("alibaba")),
			faults:  []string{`spec.provider: Unsupported value: "alibaba": supported values: "generic", "aws", "gcp", "azure"`},
		},
		{
			name:    "empty references",
			options: with[bucketOption](flux.SecretRef(""), flux.CertSecretRef(""), flux.ProxySecretRef("")),
			faults: []string{
				`spec.secretRef.name: Required value`,
				`spec.certSecretRef.name: Required value`,
				`spec.proxySecretRef.name: Required value`,
			},
			stricter: "the controller would look for a Secret without a name",
		},
		{
			name:    "account without a cloud",
			options: with[bucketOption](flux.ServiceAccount("reader")),
			faults:  []string{`spec.serviceAccountName: Invalid value: "reader": is not supported when provider is "generic"`},
		},
		{
			name:    "account and secret",
			options: with[bucketOption](flux.ServiceAccount("reader"), flux.AuthProvider("aws"), flux.SecretRef("s3")),
			faults:  []string{`spec.serviceAccountName: Invalid value: "reader": must not be set together with secretRef`},
		},
		{
			name:    "STS of the other provider",
			options: with[bucketOption](flux.STS{Provider: "aws", Endpoint: "https://sts.example.com"}),
			faults:  []string{`spec.sts.provider: Invalid value: "aws": must be "ldap" when the bucket's provider is "generic"`},
		},
		{
			name:    "LDAP for AWS",
			options: with[bucketOption](flux.AuthProvider("aws"), flux.STS{Provider: "ldap", Endpoint: "https://sts.example.com"}),
			faults:  []string{`spec.sts.provider: Invalid value: "ldap": must be "aws" when the bucket's provider is "aws"`},
		},
		{
			name:    "STS where there is none",
			options: with[bucketOption](flux.AuthProvider("gcp"), flux.STS{Provider: "aws", Endpoint: "https://sts.example.com"}),
			faults:  []string{`spec.sts: Forbidden: is supported only when the bucket's provider is "aws" or "generic"`},
		},
		{
			name: "secrets for AWS's STS",
			options: with[bucketOption](flux.AuthProvider("aws"), flux.STS{
				Provider: "aws", Endpoint: "sts.example.com",
				SecretRef: &meta.LocalObjectReference{Name: "ldap"}, CertSecretRef: &meta.LocalObjectReference{Name: "tls"},
			}),
			faults: []string{
				`spec.sts.endpoint: Invalid value: "sts.example.com": must start with http://, https://`,
				`spec.sts.secretRef: Forbidden: is not used by the provider "aws"`,
				`spec.sts.certSecretRef: Forbidden: is not used by the provider "aws"`,
			},
		},
		{
			name:    "empty STS",
			options: with[bucketOption](flux.STS{}),
			faults: []string{
				`spec.sts.provider: Required value`,
				`spec.sts.endpoint: Required value`,
				`spec.sts.provider: Invalid value: "": must be "ldap" when the bucket's provider is "generic"`,
			},
		},
	},
}

func TestBucket(t *testing.T) { bucket.test(t) }

func bucketEndpoint(endpoint string) bucketOption {
	return flux.BucketFunc(func(bucket *sourcev1.Bucket) error { bucket.Spec.Endpoint = endpoint; return nil })
}

package flux_test

import (
	"testing"
	"time"

	"github.com/fluxcd/pkg/apis/meta"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"

	"github.com/fluxcapsule/fluxcapsule/flux"
	"github.com/fluxcapsule/fluxcapsule/internal/buildtest"
)

type bucketOption = flux.BucketOption

var bucket = kind[*sourcev1.Bucket, bucketOption]{
	Kind: buildtest.Kind[*sourcev1.Bucket, bucketOption]{
		Scheme: flux.AddToScheme,
		Build: func(opts ...bucketOption) (*sourcev1.Bucket, error) {
			return flux.Bucket("dev-team", "apps", "apps", "minio.example.com:9000", opts...)
		},
		Func:    func(f func(*sourcev1.Bucket) error) bucketOption { return flux.BucketFunc(f) },
		NilFunc: flux.BucketFunc(nil),
		Options: []buildtest.Sets[bucketOption]{
			{Option: flux.Labels{"team": "dev"}, YAML: `metadata: {labels: {team: dev}}`},
			{Option: flux.Annotations{"team": "dev"}, YAML: `metadata: {annotations: {team: dev}}`},
			{Option: flux.Interval(5 * time.Minute), YAML: `spec: {interval: 5m}`},
			{Option: flux.Timeout(30 * time.Second), YAML: `spec: {timeout: 30s}`},
			{Option: flux.Suspend(true), YAML: `spec: {suspend: true}`},
			{Option: flux.SecretRef("s3"), YAML: `spec: {secretRef: {name: s3}}`},
			{Option: flux.CertSecretRef("tls"), YAML: `spec: {certSecretRef: {name: tls}}`},
			{Option: flux.ProxySecretRef("proxy"), YAML: `spec: {proxySecretRef: {name: proxy}}`},
			{Option: flux.AuthProvider("aws"), YAML: `spec: {provider: aws}`},
			{Option: flux.Insecure(true), YAML: `spec: {insecure: true}`},
			{Option: flux.Ignore("/docs\n"), YAML: `spec: {ignore: "/docs\n"}`},
			{Option: flux.Region("eu-west-1"), YAML: `spec: {region: eu-west-1}`},
			{Option: flux.Prefix("apps/"), YAML: `spec: {prefix: apps/}`},
			{
				Option: flux.STS{
					Provider: "ldap", Endpoint: "https://minio.example.com",
					SecretRef: &meta.LocalObjectReference{Name: "ldap"}, CertSecretRef: &meta.LocalObjectReference{Name: "tls"},
				},
				YAML: `spec: {sts: {provider: ldap, endpoint: "https://minio.example.com", secretRef: {name: ldap}, certSecretRef: {name: tls}}}`,
			},
		},
		Invalid: []buildtest.Refuses[bucketOption]{
			{
				Name: "nothing given",
				Options: buildtest.With[bucketOption](flux.BucketFunc(func(bucket *sourcev1.Bucket) error {
					bucket.Spec = sourcev1.BucketSpec{Timeout: bucket.Spec.Timeout}
					return nil
				}), flux.Timeout(time.Hour)),
				Faults: []string{
					`spec.bucketName: Required value`,
					`spec.endpoint: Required value`,
					`spec.interval: Invalid value: "0s": must be greater than 0s`,
					`spec.timeout: Invalid value: "1h0m0s": must be less than 1h: it is matched against ^([0-9]+(\.[0-9]+)?(ms|s|m))+$`,
				},
			},
			{
				Name:     "endpoint with a scheme",
				Options:  buildtest.With(bucketEndpoint("https://key:hunter2@minio.example.com")),
				Faults:   []string{`spec.endpoint: Invalid value: "https://REDACTED@minio.example.com": must be a host, without scheme and path`},
				Stricter: "the controller's client refuses it",
			},
			{
				Name:     "endpoint without a scheme, for Azure",
				Options:  buildtest.With[bucketOption](bucketEndpoint("account.blob.core.windows.net"), flux.AuthProvider("azure")),
				Faults:   []string{`spec.endpoint: Invalid value: "account.blob.core.windows.net": must start with https://, http://`},
				Stricter: "the controller's client refuses it",
			},
			{
				Name:    "provider",
				Options: buildtest.With[bucketOption](flux.AuthProvider("alibaba")),
				Faults:  []string{`spec.provider: Unsupported value: "alibaba": supported values: "generic", "aws", "gcp", "azure"`},
			},
			{
				Name:    "empty references",
				Options: buildtest.With[bucketOption](flux.SecretRef(""), flux.CertSecretRef(""), flux.ProxySecretRef("")),
				Faults: []string{
					`spec.secretRef.name: Required value`,
					`spec.certSecretRef.name: Required value`,
					`spec.proxySecretRef.name: Required value`,
				},
				Stricter: "the controller would look for a Secret without a name",
			},
			{
				Name:    "account without a cloud",
				Options: buildtest.With[bucketOption](flux.ServiceAccount("reader")),
				Faults:  []string{`spec.serviceAccountName: Invalid value: "reader": is not supported when provider is "generic"`},
			},
			{
				Name:    "account and secret",
				Options: buildtest.With[bucketOption](flux.ServiceAccount("reader"), flux.AuthProvider("aws"), flux.SecretRef("s3")),
				Faults:  []string{`spec.serviceAccountName: Invalid value: "reader": must not be set together with secretRef`},
			},
			{
				Name:    "STS of the other provider",
				Options: buildtest.With[bucketOption](flux.STS{Provider: "aws", Endpoint: "https://sts.example.com"}),
				Faults:  []string{`spec.sts.provider: Invalid value: "aws": must be "ldap" when the bucket's provider is "generic"`},
			},
			{
				Name:    "LDAP for AWS",
				Options: buildtest.With[bucketOption](flux.AuthProvider("aws"), flux.STS{Provider: "ldap", Endpoint: "https://sts.example.com"}),
				Faults:  []string{`spec.sts.provider: Invalid value: "ldap": must be "aws" when the bucket's provider is "aws"`},
			},
			{
				Name:    "STS where there is none",
				Options: buildtest.With[bucketOption](flux.AuthProvider("gcp"), flux.STS{Provider: "aws", Endpoint: "https://sts.example.com"}),
				Faults:  []string{`spec.sts: Forbidden: is supported only when the bucket's provider is "aws" or "generic"`},
			},
			{
				Name: "secrets for AWS's STS",
				Options: buildtest.With[bucketOption](flux.AuthProvider("aws"), flux.STS{
					Provider: "aws", Endpoint: "sts.example.com",
					SecretRef: &meta.LocalObjectReference{Name: "ldap"}, CertSecretRef: &meta.LocalObjectReference{Name: "tls"},
				}),
				Faults: []string{
					`spec.sts.endpoint: Invalid value: "sts.example.com": must start with http://, https://`,
					`spec.sts.secretRef: Forbidden: is not used by the provider "aws"`,
					`spec.sts.certSecretRef: Forbidden: is not used by the provider "aws"`,
				},
			},
			{
				Name:    "empty STS",
				Options: buildtest.With[bucketOption](flux.STS{}),
				Faults: []string{
					`spec.sts.provider: Required value`,
					`spec.sts.endpoint: Required value`,
					`spec.sts.provider: Invalid value: "": must be "ldap" when the bucket's provider is "generic"`,
				},
			},
		},
	},
	together: [][]bucketOption{{flux.AuthProvider("gcp"), flux.ServiceAccount("reader")}},
}

func TestBucket(t *testing.T) { bucket.Test(t) }

func bucketEndpoint(endpoint string) bucketOption {
	return flux.BucketFunc(func(bucket *sourcev1.Bucket) error { bucket.Spec.Endpoint = endpoint; return nil })
}

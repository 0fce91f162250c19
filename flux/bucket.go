package flux

import (
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// A BucketOption sets something on a [Bucket].
type BucketOption interface {
	ApplyToBucket(*sourcev1.Bucket) error
}

// BucketFunc is an option of one's own, for whatever has none here. What it sets
// is validated like the rest.
type BucketFunc func(*sourcev1.Bucket) error

// ApplyToBucket calls f.
func (f BucketFunc) ApplyToBucket(bucket *sourcev1.Bucket) error {
	if f == nil {
		return nil
	}
	return f(bucket)
}

// Bucket makes an artifact of the files in a bucket of an object storage. The
// endpoint is a host, such as s3.amazonaws.com or minio.example.com:9000, and
// for [AuthProvider] azure a URL, such as https://account.blob.core.windows.net.
// It is checked every [DefaultSourceInterval]. The storage is S3 or compatible
// unless [AuthProvider] says otherwise.
//
// See https://fluxcd.io/flux/components/source/buckets/
func Bucket(namespace, name, bucketName, endpoint string, opts ...BucketOption) (*sourcev1.Bucket, error) {
	bucket := &sourcev1.Bucket{
		TypeMeta:   typeMeta(sourcev1.GroupVersion, sourcev1.BucketKind),
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec: sourcev1.BucketSpec{
			BucketName: bucketName,
			Endpoint:   endpoint,
			Interval:   metav1.Duration{Duration: DefaultSourceInterval},
		},
	}
	return build.WithOptions(bucket, opts, BucketOption.ApplyToBucket, validateBucket)
}

// Region is the region of the storage, where it has several.
type Region string

// ApplyToBucket sets spec.region.
func (r Region) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.Region = string(r)
	return nil
}

// Prefix limits the artifact to the files whose names begin with it.
type Prefix string

// ApplyToBucket sets spec.prefix.
func (p Prefix) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.Prefix = string(p)
	return nil
}

// STS gets temporary credentials from a Security Token Service: with provider
// aws for [AuthProvider] aws, with provider ldap for the generic one.
type STS sourcev1.BucketSTSSpec

// ApplyToBucket sets spec.sts.
func (s STS) ApplyToBucket(bucket *sourcev1.Bucket) error {
	bucket.Spec.STS = (*sourcev1.BucketSTSSpec)(&s).DeepCopy()
	return nil
}

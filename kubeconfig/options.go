package kubeconfig

import (
	"errors"

	corev1 "k8s.io/api/core/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
)

// ConfigMapOption changes a ConfigMap while it is built.
type ConfigMapOption interface {
	ApplyToConfigMap(*corev1.ConfigMap) error
}

// SecretOption changes a Secret while it is built.
type SecretOption interface {
	ApplyToSecret(*corev1.Secret) error
}

// Labels adds labels. An empty value is a label too; a key given twice takes
// the later value.
//
// The label reconcile.fluxcd.io/watch: Enabled makes Flux reconcile whatever
// refers to the object as soon as it changes, and not only at the next interval.
type Labels map[string]string

// ApplyToConfigMap adds to metadata.labels.
func (l Labels) ApplyToConfigMap(c *corev1.ConfigMap) error {
	c.Labels = build.Merge(c.Labels, l)
	return nil
}

// ApplyToSecret adds to metadata.labels.
func (l Labels) ApplyToSecret(s *corev1.Secret) error {
	s.Labels = build.Merge(s.Labels, l)
	return nil
}

// Annotations adds annotations.
type Annotations map[string]string

// ApplyToConfigMap adds to metadata.annotations.
func (a Annotations) ApplyToConfigMap(c *corev1.ConfigMap) error {
	c.Annotations = build.Merge(c.Annotations, a)
	return nil
}

// ApplyToSecret adds to metadata.annotations.
func (a Annotations) ApplyToSecret(s *corev1.Secret) error {
	s.Annotations = build.Merge(s.Annotations, a)
	return nil
}

// Key keeps the kubeconfig of a Secret under another key than DefaultKey. The
// empty Key changes nothing.
type Key string

// ApplyToSecret moves the kubeconfig to the key.
func (k Key) ApplyToSecret(s *corev1.Secret) error {
	if k == "" {
		return nil
	}
	data, ok := s.Data[DefaultKey]
	if !ok {
		return errors.New("kubeconfig.Key: the Secret has no kubeconfig that could be moved")
	}
	delete(s.Data, DefaultKey)
	s.Data[string(k)] = data
	return nil
}

// ConfigMapFunc is an option of one's own, for whatever has none here. What it
// sets is validated like the rest.
type ConfigMapFunc func(*corev1.ConfigMap) error

// ApplyToConfigMap calls f.
func (f ConfigMapFunc) ApplyToConfigMap(c *corev1.ConfigMap) error {
	if f == nil {
		return nil
	}
	return f(c)
}

// SecretFunc is an option of one's own, for whatever has none here. What it
// sets is validated like the rest.
type SecretFunc func(*corev1.Secret) error

// ApplyToSecret calls f.
func (f SecretFunc) ApplyToSecret(s *corev1.Secret) error {
	if f == nil {
		return nil
	}
	return f(s)
}

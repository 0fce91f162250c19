package controlplane

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	sourcev1 "github.com/fluxcd/source-controller/api/v1"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Scheme knows the kinds of Kubernetes, Flux and Capsule.
var Scheme = runtime.NewScheme()

func init() {
	for _, add := range []func(*runtime.Scheme) error{
		clientgoscheme.AddToScheme, apiextensionsv1.AddToScheme, capsulev1beta2.AddToScheme,
		sourcev1.AddToScheme, kustomizev1.AddToScheme, helmv2.AddToScheme,
	} {
		if err := add(Scheme); err != nil {
			panic(err) // two kinds of one name: no control plane to test on
		}
	}
}

// apply installs objects by server-side apply.
func (cp *ControlPlane) apply(ctx context.Context, objects ...*unstructured.Unstructured) error {
	for _, obj := range objects {
		err := cp.Client.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner(FieldOwner), client.ForceOwnership)
		if err != nil {
			return fmt.Errorf("apply %s %s: %w", obj.GetKind(), client.ObjectKeyFromObject(obj), err)
		}
	}
	return nil
}

// applyFiles installs what the YAML files of a component's directory hold.
func (cp *ControlPlane) applyFiles(ctx context.Context, c component, files ...string) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	for _, pattern := range files {
		paths, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			objects, err := decode(data)
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if err := cp.apply(ctx, objects...); err != nil {
				return err
			}
		}
	}
	return nil
}

// decode reads a YAML stream.
func decode(data []byte) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(data), 4096)
	for {
		obj := &unstructured.Unstructured{}
		if err := decoder.Decode(obj); errors.Is(err, io.EOF) {
			return objects, nil
		} else if err != nil {
			return nil, err
		}
		if len(obj.Object) > 0 {
			objects = append(objects, obj)
		}
	}
}

func namespace(name string) *unstructured.Unstructured {
	return object("v1", "Namespace", "", name)
}

func object(apiVersion, kind, namespace, name string) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{}
	obj.SetAPIVersion(apiVersion)
	obj.SetKind(kind)
	obj.SetNamespace(namespace)
	obj.SetName(name)
	return obj
}

// serviceAccount makes a ServiceAccount and a kubeconfig with a token of it.
func (cp *ControlPlane) serviceAccount(ctx context.Context, namespace, name string) (kubeconfig string, err error) {
	if err := cp.apply(ctx, object("v1", "ServiceAccount", namespace, name)); err != nil {
		return "", err
	}
	token, err := cp.Token(ctx, namespace, name)
	if err != nil {
		return "", err
	}
	return cp.kubeconfig(name, &clientcmdapi.AuthInfo{Token: token})
}

// Token requests a token for a ServiceAccount, good for a day.
func (cp *ControlPlane) Token(ctx context.Context, namespace, name string) (string, error) {
	day := int64(24 * 60 * 60)
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &day}}
	if err := cp.Client.SubResource("token").Create(ctx, account, request); err != nil {
		return "", fmt.Errorf("token for %s/%s: %w", namespace, name, err)
	}
	return request.Status.Token, nil
}

package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	helmv2 "github.com/fluxcd/helm-controller/api/v2"

	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

//go:embed ca.crt
var ca string

// spec is that of one tenant, with what a tenant of a real platform has: access
// without a token through Capsule Proxy, owners, a quota, variables.
func spec(i int) tenant.Spec {
	name := fmt.Sprintf("team-%06d", i)
	return tenant.Spec{
		Name: name,
		Git:  tenant.Git{URL: "https://github.com/org/" + name + ".git", Branch: "main"},
		Path: "./staging",
		Access: kubeconfig.Access{
			Proxy:     "https://capsule-proxy.capsule-system.svc:9001",
			CA:        ca,
			Audiences: []string{"https://kubernetes.default.svc.cluster.local"},
		},
		Owners:     []tenant.Owner{{Kind: "Group", Name: name + "-admins"}},
		Quota:      tenant.Quota{Namespaces: 5},
		Substitute: map[string]string{"region": "eu-west-1", "debug": "off", "release": "1.10", "tier": "0123"},
	}
}

func specs(n int) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		for i := range n {
			if !yield(spec(i), nil) {
				return
			}
		}
	}
}

// objects are those of one tenant.
func objects(i int) ([]client.Object, error) {
	bundle, err := tenant.Build(spec(i))
	if err != nil {
		return nil, err
	}
	return bundle.Objects(), nil
}

// hard is an object whose values show errors in writing YAML: a number too large for
// a float64, and strings that are something else to a YAML 1.1 reader when they are
// not quoted.
func hard() (client.Object, error) {
	values, err := json.Marshal(map[string]any{
		"id":     json.Number("12345678901234567"),
		"ratio":  json.Number("1.0"),
		"status": map[string]any{},
		"null":   nil,
		"on":     "on", "off": "off", "yes": "yes", "y": "y", "n": "n",
		"version": "1.10", "octal": "0123", "exponent": "1e3", "tilde": "~", "empty": "", "nil": "null",
		"sexagesimal": "12:30:45", "date": "2024-01-01", "text": "one\ntwo\n", "blank": " a ", "hash": "a #b",
	})
	return &helmv2.HelmRelease{
		TypeMeta:   metav1.TypeMeta{APIVersion: helmv2.GroupVersion.String(), Kind: helmv2.HelmReleaseKind},
		ObjectMeta: metav1.ObjectMeta{Namespace: "team-000000", Name: "app"},
		Spec: helmv2.HelmReleaseSpec{
			Chart: &helmv2.HelmChartTemplate{Spec: helmv2.HelmChartTemplateSpec{
				Chart: "app", SourceRef: helmv2.CrossNamespaceObjectReference{Kind: "HelmRepository", Name: "charts"},
			}},
			Values: &apiextensionsv1.JSON{Raw: values},
		},
	}, err
}

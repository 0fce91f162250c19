package attack_test

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// markAttacks are on what the platform has put into a tenant's home namespace, on
// the status of Flux's objects, and on objects that are being deleted. Where a
// request would change what the next attack starts from it is a dry run: the API
// server asks RBAC and its admission policies all the same.
func markAttacks() []attack {
	platforms := refusal{byPolicy, "objects with the label toolkit.fluxcd.io/tenant are the platform's"}
	return []attack{
		{
			name: "the platform's Kustomization: never reconciled again",
			call: func(ctx context.Context, a *attempt) error {
				return a.tryPatch(ctx, a.attacker.Kustomization, `{"metadata":{"annotations":{"kustomize.toolkit.fluxcd.io/reconcile":"disabled"}}}`)
			},
			policy: platforms,
		},
		{
			name: "the platform's Kustomization: another repository",
			call: func(ctx context.Context, a *attempt) error {
				return a.tryPatch(ctx, a.attacker.GitRepository, `{"spec":{"url":"https://attacker.example.net/x.git"}}`)
			},
			policy: platforms,
		},
		{
			name: "the platform's Kustomization: no longer suspended",
			call: func(ctx context.Context, a *attempt) error {
				return a.tryPatch(ctx, a.attacker.Kustomization, `{"spec":{"suspend":false,"interval":"1h"}}`)
			},
			policy: platforms,
		},
		{
			name: "the platform's Kustomization: deleted",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.Delete(ctx, a.attacker.Kustomization.DeepCopy(), client.DryRunAll)
			},
			policy: platforms,
		},
		{
			name:   "the platform's GitRepository: a second owner of its fields",
			call:   func(ctx context.Context, a *attempt) error { return a.coOwn(ctx) },
			policy: platforms,
		},
		{
			name: "the platform's GitRepository: no owner of its fields",
			call: func(ctx context.Context, a *attempt) error {
				return a.tryPatch(ctx, a.attacker.GitRepository, `{"metadata":{"managedFields":[{}]}}`)
			},
			policy: platforms,
		},
		{
			name: "a token of its account that never expires",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.Create(ctx, &corev1.Secret{
					ObjectMeta: metav1.ObjectMeta{Namespace: a.attacker.Name, Name: a.id, Annotations: map[string]string{
						corev1.ServiceAccountNameKey: a.attacker.ServiceAccount.Name,
					}},
					Type: corev1.SecretTypeServiceAccountToken,
				}, client.DryRunAll)
			},
			policy: refusal{byPolicy, "type: a token of an account in a home namespace never expires"},
		},
		{
			name: "an object of its own with the platform's mark",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
					Namespace: a.attacker.Name, Name: a.id, Labels: map[string]string{"toolkit.fluxcd.io/tenant": a.attacker.Name},
				}}, client.DryRunAll)
			},
			policy: platforms,
		},
		{
			name: "an object of its own that Flux is never to change",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{
					Namespace: a.attacker.Name, Name: a.id, Annotations: map[string]string{"kustomize.toolkit.fluxcd.io/ssa": "Ignore"},
				}}, client.DryRunAll)
			},
			policy: refusal{byPolicy, "no kustomize.toolkit.fluxcd.io/{reconcile,prune,ssa,force} in a home namespace"},
		},
		{
			name: "status of a source in its home: another tenant's artifact",
			call: func(ctx context.Context, a *attempt) error {
				source := harness.Object("source.toolkit.fluxcd.io/v1", "GitRepository", a.attacker.Name, "attacks")
				return a.client.Status().Patch(ctx, source, harness.MergePatch(a.expand(borrowedArtifact)), client.DryRunAll)
			},
			always: refusal{byRBAC, `resource "gitrepositories/status"`},
		},
		{
			name: "status of a source in its own namespace: another tenant's artifact",
			call: func(ctx context.Context, a *attempt) error {
				source := harness.Object("source.toolkit.fluxcd.io/v1", "GitRepository", a.attacker.App().Name, a.id)
				source.Object["spec"] = map[string]any{"url": a.env.Git.URL("remote"), "interval": "10m", "timeout": "60s"}
				return a.borrowStatus(ctx, source, a.expand(borrowedArtifact))
			},
			always:  refusal{byQuota, "exceeded quota: isolation"},
			profile: true,
		},
		{
			name: "a source of its own: gone at once, by no finalizer",
			call: func(ctx context.Context, a *attempt) error {
				source := harness.Object("source.toolkit.fluxcd.io/v1", "GitRepository", a.attacker.Name, "attacks")
				return a.tryPatch(ctx, source, `{"metadata":{"finalizers":null}}`)
			},
			policy: refusal{byPolicy, "finalizers.fluxcd.io stays until Flux's controller removes it"},
		},
		{
			name:   "ConfigMaps without number in its home",
			call:   func(ctx context.Context, a *attempt) error { return a.fillHome(ctx) },
			always: refusal{byQuota, "exceeded quota: home"},
		},
		{
			name:   "an object that is being deleted, changed to name no account",
			call:   func(ctx context.Context, a *attempt) error { return a.changeWhileDeleted(ctx) },
			policy: refusal{byPolicy, "data.serviceAccountName: name the account"},
		},
	}
}

// borrowedArtifact is a status that has a source be another tenant's.
const borrowedArtifact = `{"status":{"artifact":{"path":"gitrepository/${victim}/attacks/latest.tar.gz","url":"http://source-controller.flux-system.svc.cluster.local./gitrepository/${victim}/attacks/latest.tar.gz","revision":"main@sha1:0000000000000000000000000000000000000000","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","lastUpdateTime":"2026-01-01T00:00:00Z"}}}`

// tryPatch patches an object by a dry run.
func (a *attempt) tryPatch(ctx context.Context, obj client.Object, patch string) error {
	return a.client.Patch(ctx, obj.DeepCopyObject().(client.Object), harness.MergePatch(patch), client.DryRunAll)
}

// coOwn applies the platform's GitRepository as it stands, so that what the platform
// takes out of it later would stay.
func (a *attempt) coOwn(ctx context.Context) error {
	name := a.attacker.GitRepository.Name
	read := harness.Object("source.toolkit.fluxcd.io/v1", "GitRepository", a.attacker.Name, name)
	if err := a.client.Get(ctx, client.ObjectKeyFromObject(read), read); err != nil {
		return err
	}
	owned := harness.Object("source.toolkit.fluxcd.io/v1", "GitRepository", a.attacker.Name, name)
	owned.Object["spec"] = read.Object["spec"]
	return a.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(owned), client.FieldOwner("attacker"), client.DryRunAll)
}

// fillHome makes ConfigMaps in the home until one is refused, and deletes them.
func (a *attempt) fillHome(ctx context.Context) error {
	for i := range 100 {
		config := harness.Object("v1", "ConfigMap", a.attacker.Name, fmt.Sprintf("%s-%d", a.id, i))
		if err := a.write(ctx, config); err != nil {
			return err
		}
		defer a.client.Delete(ctx, config)
	}
	return nil
}

// changeWhileDeleted makes a kubeConfig ConfigMap that a finalizer keeps, deletes
// it, and takes the account out of it.
func (a *attempt) changeWhileDeleted(ctx context.Context) error {
	config := &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Namespace: a.attacker.Name, Name: a.id, Finalizers: []string{"example.com/keep"}},
		Data: map[string]string{
			"provider": "generic", "address": a.env.Plane.Server, "audiences": a.env.Plane.Server, "serviceAccountName": a.attacker.ServiceAccount.Name,
		},
	}
	if err := a.client.Create(ctx, config); err != nil {
		return err
	}
	defer a.client.Patch(ctx, config.DeepCopy(), harness.MergePatch(`{"metadata":{"finalizers":null}}`))
	if err := a.client.Delete(ctx, config.DeepCopy()); err != nil {
		return err
	}
	return a.client.Patch(ctx, config.DeepCopy(), harness.MergePatch(`{"data":{"serviceAccountName":null}}`))
}

package attack_test

import (
	"context"
	"net/http"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// pathAttacks are requests for what no object of the tenant's stands for: of the API
// server itself, and of Capsule Proxy.
func pathAttacks() []attack {
	var list []attack
	for _, row := range []struct{ name, path, says string }{
		{"metrics of the API server", "/metrics", "cannot get path"},
		{"profile of the API server", "/debug/pprof/goroutine", "cannot get path"},
		{"logs of the API server's node", "/logs/", "cannot get path"},
		{"source-controller's files, by the API server's proxy", "/api/v1/namespaces/flux-system/services/http:source-controller:80/proxy/", "services/proxy"},
		{"a node's files, by the API server's proxy", "/api/v1/nodes/node/proxy/logs/", "nodes/proxy"},
		{"a shell in another tenant's pod", "/api/v1/namespaces/${theirs}/pods/x/exec?command=sh", "pods/exec"},
		{"all namespaces", "/api/v1/namespaces", "at the cluster scope"},
		{"all Secrets", "/api/v1/secrets", "at the cluster scope"},
		{"all Kustomizations", "/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations", "at the cluster scope"},
		{"all Tenants", "/apis/capsule.clastix.io/v1beta2/tenants", "at the cluster scope"},
	} {
		list = append(list, attack{
			name: "read at the API server: " + row.name,
			call: func(ctx context.Context, a *attempt) error {
				_, err := a.get(ctx, a.env.Plane.Server, a.env.Plane.CA(), a.expand(row.path), nil)
				return err
			},
			always: refusal{byRBAC, row.says},
		})
	}
	for _, row := range []struct{ name, path, says string }{
		{"another tenant's namespaces, by their label", "/api/v1/namespaces?labelSelector=capsule.clastix.io/tenant%3D${victim}", "listed: nothing of another tenant"},
		{"another tenant's home, by its name", "/api/v1/namespaces?fieldSelector=metadata.name%3D${victim}", "listed: nothing of another tenant"},
		{"all namespaces, watched", "/api/v1/namespaces?watch=true&timeoutSeconds=3", "listed: nothing of another tenant"},
		{"another tenant's namespace", "/api/v1/namespaces/${theirs}", "cannot get resource"},
		{"all Tenants", "/apis/capsule.clastix.io/v1beta2/tenants", "listed: nothing of another tenant"},
		{"all Secrets", "/api/v1/secrets", "listed: nothing of another tenant"},
		{"all nodes", "/api/v1/nodes", "listed: nothing of another tenant"},
		{"another tenant's Secrets, by a path through its own", "/api/v1/namespaces/${mine}/../${theirs}/secrets", "cannot list resource"},
		{"another tenant's Secrets, by an escaped path", "/api/v1/namespaces/${mine}%2f..%2f${theirs}/secrets", "cannot list resource"},
		{"another tenant's Secrets, by a doubled slash", "//api/v1/namespaces/${theirs}/secrets", "cannot list resource"},
	} {
		list = append(list, attack{
			name:  "read at Capsule Proxy: " + row.name,
			proxy: true,
			call: func(ctx context.Context, a *attempt) error {
				return a.sees(ctx, a.env.Plane.Proxy.URL, a.env.Plane.Proxy.CA(), a.expand(row.path))
			},
			always: refusal{byProxy, row.says},
		})
	}
	for _, row := range []struct {
		name   string
		header http.Header
		says   string
	}{
		{"a group without a user", http.Header{"Impersonate-Group": {"system:masters"}}, "without impersonating a user name"},
		{"a user in lower case", http.Header{"impersonate-user": {"system:admin"}, "impersonate-group": {"system:masters"}}, "cannot impersonate"},
		{"the front proxy's headers", http.Header{"X-Remote-User": {"system:admin"}, "X-Remote-Group": {"system:masters"}}, "cannot list resource"},
		{"a header that drops its token on the way", http.Header{"Connection": {"Authorization"}}, "system:anonymous"},
		{"a header that drops whom the proxy acts for", http.Header{"Connection": {"close, Impersonate-User, Impersonate-Group"}}, "cannot list resource"},
		{"a header that drops it from an upgrade", http.Header{"Connection": {"Upgrade, Impersonate-User, Impersonate-Group"}, "Upgrade": {"websocket"}}, "cannot list resource"},
		{"a uid of its own", http.Header{"Impersonate-Uid": {"0"}}, "cannot impersonate resource"},
	} {
		list = append(list, attack{
			name:  "another tenant's Secrets at Capsule Proxy with " + row.name,
			proxy: true,
			call: func(ctx context.Context, a *attempt) error {
				_, err := a.get(ctx, a.env.Plane.Proxy.URL, a.env.Plane.Proxy.CA(), a.expand("/api/v1/namespaces/${theirs}/secrets"), row.header)
				return err
			},
			always: refusal{byProxy, row.says},
		})
	}
	return append(list, namespaceAttacks()...)
}

// namespaceAttacks use that Capsule lets owners patch every Namespace, as far as
// RBAC is concerned: its webhooks decide.
func namespaceAttacks() []attack {
	var list []attack
	for _, row := range []struct{ name, namespace, patch, says string }{
		{"flux-system made its own", "flux-system", `{"metadata":{"labels":{"capsule.clastix.io/tenant":"${me}"}}}`, "namespace can not be patched into a tenant"},
		{"kube-system annotated", "kube-system", `{"metadata":{"annotations":{"x":"y"}}}`, "namespace is not owned by any tenant"},
		{"another tenant's namespace made its own", "${theirs}", `{"metadata":{"labels":{"capsule.clastix.io/tenant":"${me}"}}}`, "denied patch request for this namespace"},
		{"another tenant's namespace with a finalizer", "${theirs}", `{"metadata":{"finalizers":["example.com/never"]}}`, "denied patch request for this namespace"},
		{"another tenant's home annotated", "${victim}", `{"metadata":{"annotations":{"kustomize.toolkit.fluxcd.io/reconcile":"disabled"}}}`, "namespace is not owned by any tenant"},
		{"another tenant's namespace without owners of its fields", "${theirs}", `{"metadata":{"managedFields":[{}]}}`, "denied patch request for this namespace"},
		{"its home without owners of its fields", "${me}", `{"metadata":{"managedFields":[{}]}}`, "namespace is not owned by any tenant"},
		{"its home made one of its namespaces", "${me}", `{"metadata":{"labels":{"capsule.clastix.io/tenant":"${me}"}}}`, "namespace can not be patched into a tenant"},
		{"its home with a finalizer", "${me}", `{"metadata":{"finalizers":["example.com/never"]}}`, "namespace is not owned by any tenant"},
	} {
		list = append(list, attack{
			name: "a namespace patched: " + row.name,
			call: func(ctx context.Context, a *attempt) error {
				return a.patch(ctx, harness.Object("v1", "Namespace", "", a.expand(row.namespace)), a.expand(row.patch))
			},
			always: refusal{byCapsule, row.says},
		})
	}
	return append(list, []attack{
		{
			name: "asks what another tenant may do",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.Create(ctx, &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
					User: a.victim.User(), ResourceAttributes: &authorizationv1.ResourceAttributes{Verb: "get", Resource: "secrets"},
				}})
			},
			always: refusal{byRBAC, "subjectaccessreviews"},
		},
		{
			name: "asks whose token it is",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.Create(ctx, &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: "x"}})
			},
			always: refusal{byRBAC, "tokenreviews"},
		},
	}...)
}

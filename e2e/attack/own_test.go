package attack_test

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// ownAttacks are made in the tenant's own namespaces, where it may do nearly all: on
// what Capsule and the platform have put there, and by objects that reach out of them.
func ownAttacks() []attack {
	list := ownNamespaceAttacks()
	for _, row := range []struct {
		name, object string
		refusal
		profile bool
	}{
		{"Endpoints that lead to source-controller", `{apiVersion: v1, kind: Endpoints, metadata: {name: "${id}", namespace: "${mine}"}, subsets: [{addresses: [{ip: 10.0.1.10}], ports: [{port: 80}]}]}`,
			refusal{byRBAC, `resource "endpoints"`}, false},
		{"Role that lets it impersonate another tenant's reconciler", `{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: "${id}", namespace: "${mine}"}, rules: [{apiGroups: [""], resources: [users], resourceNames: ["system:serviceaccount:${victim}:gitops-reconciler"], verbs: [impersonate]}]}`,
			refusal{byRBAC, "is attempting to grant RBAC permissions not currently held"}, false},
		{"volume claim of a volume by its name", `{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: "${id}", namespace: "${mine}"}, spec: {volumeName: others, storageClassName: "", accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}`,
			refusal{byCapsule, "cannot create a PVC referring to a not yet existing PV"}, false},
		{"Service that is another name of source-controller", `{apiVersion: v1, kind: Service, metadata: {name: "${id}", namespace: "${mine}"}, spec: {type: ExternalName, externalName: source-controller.flux-system.svc.cluster.local}}`,
			refusal{byCapsule, `service type "ExternalName" at spec.type is not allowed by namespace rule`}, true},
		{"Service at source-controller's address", `{apiVersion: v1, kind: Service, metadata: {name: "${id}", namespace: "${mine}"}, spec: {externalIPs: [10.0.1.10], ports: [{port: 80}]}}`,
			refusal{byCapsule, "does not allow the use of Service with external IPs"}, true},
	} {
		list = append(list, attack{name: "in its own namespace: " + row.name, object: row.object, always: row.refusal, profile: row.profile})
	}
	return append(list, attack{
		name:     "in its own namespace: ServiceAccount with the platform's mark",
		object:   `{apiVersion: v1, kind: ServiceAccount, metadata: {name: gitops-reconciler, namespace: "${mine}", labels: {toolkit.fluxcd.io/tenant: "${victim}"}}}`,
		admitted: true,
		policy:   refusal{byPolicy, "objects of a bundle (toolkit.fluxcd.io/tenant) have no place there"},
	})
}

// ownNamespaceAttacks are dry runs: RBAC and admission answer all the same.
func ownNamespaceAttacks() []attack {
	return []attack{
		{
			name: "its own namespace: no label and no owner at once",
			call: func(ctx context.Context, a *attempt) error {
				return a.leave(ctx, `{"metadata":{"labels":null,"ownerReferences":null}}`)
			},
			always:     refusal{byCapsule, "namespace can not remove tenant ownership"},
			capsule013: refusal{byCapsule, "put back"},
		},
		{
			name: "its own namespace: privileged pods",
			call: func(ctx context.Context, a *attempt) error {
				return a.tryPatch(ctx, a.attacker.App(), `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce":"privileged"}}}`)
			},
			always:  refusal{byCapsule, `metadata label "privileged" at metadata.labels["pod-security.kubernetes.io/enforce"] is not allowed by namespace rule`},
			profile: true,
		},
		{
			name: "its own namespace: pod security of an old version",
			call: func(ctx context.Context, a *attempt) error {
				return a.tryPatch(ctx, a.attacker.App(), `{"metadata":{"labels":{"pod-security.kubernetes.io/enforce-version":"v1.0"}}}`)
			},
			always:  refusal{byCapsule, `metadata label "v1.0" at metadata.labels["pod-security.kubernetes.io/enforce-version"] is not allowed by namespace rule`},
			profile: true,
		},
		{
			name: "its own namespace: NetworkPolicy of the profile deleted",
			call: deletes(func(a *attempt) client.Object {
				return &networkingv1.NetworkPolicy{ObjectMeta: a.own("capsule-" + a.attacker.Name + "-0")}
			}),
			always:  refusal{byCapsule, "Labeling resources as controller managed can only be done by the controller or administrators"},
			profile: true,
		},
		{
			name:   "its own namespace: LimitRange of the profile deleted",
			call:   deletes(func(a *attempt) client.Object { return &corev1.LimitRange{ObjectMeta: a.own("isolation")} }),
			always: refusal{byRBAC, `cannot delete resource "limitranges"`},
		},
		{
			name:   "its own namespace: ResourceQuota of the profile deleted",
			call:   deletes(func(a *attempt) client.Object { return &corev1.ResourceQuota{ObjectMeta: a.own("isolation")} }),
			always: refusal{byRBAC, `cannot delete resource "resourcequotas"`},
		},
		{
			name: "its own namespace: pod that pushes all others aside",
			call: func(ctx context.Context, a *attempt) error {
				return a.pod(ctx, corev1.PodSpec{PriorityClassName: "system-node-critical"})
			},
			policy: refusal{byPolicy, "spec.priorityClassName: system-node-critical and system-cluster-critical are the cluster's own"},
		},
		{
			name: "its own namespace: pod on a node of its choice",
			call: func(ctx context.Context, a *attempt) error {
				return a.pod(ctx, corev1.PodSpec{NodeName: "control-plane", Tolerations: []corev1.Toleration{{Operator: corev1.TolerationOpExists}}})
			},
			policy: refusal{byPolicy, "spec.nodeName: leave it out: the scheduler chooses the node"},
		},
		{
			name: "its own namespace: ephemeral container in a pod",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.SubResource("ephemeralcontainers").Patch(ctx, &corev1.Pod{ObjectMeta: a.own("any")}, harness.MergePatch(`{}`), client.DryRunAll)
			},
			always: refusal{byRBAC, `cannot patch resource "pods/ephemeralcontainers"`},
		},
		{
			name: "namespace whose name the API server makes up, as kube-",
			call: func(ctx context.Context, a *attempt) error {
				return a.client.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "kube-"}}, client.DryRunAll)
			},
			always: refusal{byCapsule, "The Namespace name must start with '${me}-' when ForceTenantPrefix is enabled"},
		},
		{
			name:   "another tenant's namespace: applied by another manager of fields",
			call:   func(ctx context.Context, a *attempt) error { return a.claim(ctx, a.victim.App().Name) },
			always: refusal{byCapsule, "denied patch request for this namespace"},
		},
		{
			name:   "another tenant's home: applied by another manager of fields",
			call:   func(ctx context.Context, a *attempt) error { return a.claim(ctx, a.victim.Name) },
			always: refusal{byCapsule, "namespace is not owned by any tenant"},
		},
	}
}

// own is the metadata of an object in the namespace that the attacker has made.
func (a *attempt) own(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Namespace: a.attacker.App().Name, Name: name}
}

// pod makes a pod, as a dry run.
func (a *attempt) pod(ctx context.Context, spec corev1.PodSpec) error {
	spec.Containers = []corev1.Container{{Name: "x", Image: "x"}}
	return a.client.Create(ctx, &corev1.Pod{ObjectMeta: a.own(a.id), Spec: spec}, client.DryRunAll)
}

// claim applies a Namespace that says nothing, as a manager of fields that forces
// conflicts.
func (a *attempt) claim(ctx context.Context, name string) error {
	obj := harness.Object("v1", "Namespace", "", name)
	return a.client.Apply(ctx, client.ApplyConfigurationFromUnstructured(obj), client.FieldOwner("attacker"), client.ForceOwnership, client.DryRunAll)
}

// deletes is a request that deletes an object, as a dry run.
func deletes(obj func(a *attempt) client.Object) func(ctx context.Context, a *attempt) error {
	return func(ctx context.Context, a *attempt) error { return a.client.Delete(ctx, obj(a), client.DryRunAll) }
}

package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
	"github.com/fluxcapsule/fluxcapsule/internal/policytest"
)

const (
	platformUser = "system:serviceaccount:flux-system:kustomize-controller"
	fluxGroup    = "system:serviceaccounts system:serviceaccounts:flux-system"
	sound        = `{kind: Kustomization, spec: {interval: 10m, timeout: 5m, serviceAccountName: a, sourceRef: {name: x}}}`
	generator    = `{kind: ArtifactGenerator, spec: {sources: [{alias: a, name: x}]}, status: {inventory: [{name: x, namespace: blue}]}}`
	theirs       = `{kind: Kustomization, metadata: {labels: {toolkit.fluxcd.io/tenant: red}}, spec: {interval: 10m, retryInterval: 5s, serviceAccountName: a}}`
)

const (
	capsuleUser  = "system:serviceaccount:capsule-system:capsule"
	capsuleGroup = "system:serviceaccounts system:serviceaccounts:capsule-system"
)

// tenantObject is a Tenant with a finalizer, the mark of a tenant, and an owner.
func tenantObject(finalizer, of, owner string) string {
	return `{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, metadata: {labels: {toolkit.fluxcd.io/tenant: ` + of + `}, finalizers: [` + finalizer + `]}, spec: {owners: [{kind: User, name: ` + owner + `}]}}`
}

func isThePlatformsTenant(user string) string {
	return "fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: " + user + " may not update tenants x"
}

// keepsFinalizer is what a tenant reads that removes Flux's finalizer.
const keepsFinalizer = "fluxcapsule-flux-finalizers: metadata.finalizers: finalizers.fluxcd.io stays until Flux's controller removes it: delete the object and wait"

// finalized is a HelmRelease of a tenant with the finalizers.
func finalized(finalizers string) string {
	return `{kind: HelmRelease, metadata: {finalizers: [` + finalizers + `]}, spec: {interval: 1m, timeout: 1m, serviceAccountName: a, chartRef: {kind: OCIRepository, name: x}}}`
}

// isThePlatforms is what a tenant reads that changes a Kustomization of the platform.
const isThePlatforms = "fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: system:serviceaccount:red:gitops-reconciler may not update kustomizations x"

// marked is a Kustomization of the platform, with the owners of its fields.
func marked(managedFields, annotations string) string {
	return `{kind: Kustomization, metadata: {labels: {toolkit.fluxcd.io/tenant: red}, annotations: {` + annotations + `}, managedFields: ` + managedFields + `}, spec: {interval: 10m, retryInterval: 5s, serviceAccountName: a}}`
}

var (
	home   = map[string]string{names.TenantLabel: "red"}
	member = map[string]string{names.MemberLabel: "red"}
)

// A request is one of policytest, as YAML.
type request struct {
	user, groups          string
	old, new, subresource string
	namespace             map[string]string
}

func (r request) refused(t *testing.T, plane *policytest.Plane) []string {
	t.Helper()
	return plane.Refused(t, policytest.Request{
		User: r.user, Groups: r.groups, Subresource: r.subresource, Namespace: r.namespace,
		Old: policytest.Object(t, r.old), New: policytest.Object(t, r.new),
	})
}

func objects(spec Spec) []client.Object {
	var objs []client.Object
	for _, policy := range Build(spec) {
		objs = append(objs, policy.Objects...)
	}
	return objs
}

func TestRefusals(t *testing.T) {
	plane := policytest.New(t, objects(Spec{}))
	deleted := func(spec string) string {
		return `{kind: Kustomization, metadata: {deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: [x]}, spec: ` + spec + `}`
	}
	for name, test := range map[string]struct {
		request
		want []string
	}{
		"sound":     {request{new: sound, namespace: home}, nil},
		"elsewhere": {request{new: `{kind: Kustomization, spec: {}}`}, nil},
		"no account": {request{new: `{kind: Kustomization, spec: {interval: 1m}}`, namespace: home},
			[]string{"fluxcapsule-tenant-identities: spec.serviceAccountName: name the account to act as"}},
		"no account, by an administrator": {request{user: "admin", groups: "system:masters", new: `{kind: Kustomization, spec: {interval: 1m}}`, namespace: member},
			[]string{"fluxcapsule-tenant-identities: spec.serviceAccountName: name the account to act as"}},
		"changed while it is deleted": {request{old: deleted(`{interval: 1m, serviceAccountName: a}`), new: deleted(`{interval: 1m, dependsOn: [{name: x, namespace: blue}], serviceAccountName: a}`), namespace: home},
			[]string{"fluxcapsule-tenant-references: spec.dependsOn[].namespace: refer to objects of your own namespace only: leave the namespace out"}},
		"kubeconfig changed while it is deleted": {request{
			old:       `{kind: ConfigMap, metadata: {deletionTimestamp: "2026-01-01T00:00:00Z"}, data: {provider: generic, address: "https://x", serviceAccountName: a}}`,
			new:       `{kind: ConfigMap, metadata: {deletionTimestamp: "2026-01-01T00:00:00Z"}, data: {provider: generic, address: "https://x"}}`,
			namespace: home,
		}, []string{"fluxcapsule-tenant-identities: data.serviceAccountName: name the account whose token Flux is to use"}},
		"older than the policies, loses its finalizer": {request{old: deleted(`{interval: 1s}`), new: `{kind: Kustomization, metadata: {deletionTimestamp: "2026-01-01T00:00:00Z"}, spec: {interval: 1s}}`, namespace: home}, nil},

		"suspended by the platform": {request{user: "admin", groups: "system:masters", old: `{kind: Kustomization, spec: {interval: 24h, serviceAccountName: a}}`, new: `{kind: Kustomization, spec: {interval: 24h, serviceAccountName: a, suspend: true}}`, namespace: home}, nil},
		"resumed": {request{old: `{kind: Kustomization, spec: {interval: 24h, serviceAccountName: a, suspend: true}}`, new: `{kind: Kustomization, spec: {interval: 24h, serviceAccountName: a}}`, namespace: home},
			[]string{"fluxcapsule-tenant-times: spec.timeout: set it (at most 5m): it defaults to the interval less 30s, which is too long"}},

		"the platform's own":           {request{user: platformUser, groups: fluxGroup, new: theirs, namespace: home}, nil},
		"marked by the tenant":         {request{new: theirs, namespace: home}, []string{"fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: system:serviceaccount:red:gitops-reconciler may not create kustomizations x"}},
		"deleted by the tenant":        {request{old: theirs, namespace: home}, []string{"fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: system:serviceaccount:red:gitops-reconciler may not delete kustomizations x"}},
		"mark taken off by the tenant": {request{old: `{kind: ServiceAccount, metadata: {labels: {toolkit.fluxcd.io/tenant: red}}}`, new: `{kind: ServiceAccount}`, namespace: home}, []string{"fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: system:serviceaccount:red:gitops-reconciler may not update serviceaccounts x"}},
		"reconciliation asked for":     {request{old: theirs, new: `{kind: Kustomization, metadata: {labels: {toolkit.fluxcd.io/tenant: red}, annotations: {reconcile.fluxcd.io/requestedAt: x}}, spec: {interval: 10m, retryInterval: 5s, serviceAccountName: a}}`, namespace: home}, nil},
		"another annotation": {request{old: theirs, new: `{kind: Kustomization, metadata: {labels: {toolkit.fluxcd.io/tenant: red}, annotations: {reconcile.fluxcd.io/requestedAt: x, a: b}}, spec: {interval: 10m, retryInterval: 5s, serviceAccountName: a}}`, namespace: home},
			[]string{"fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: system:serviceaccount:red:gitops-reconciler may not update kustomizations x"}},
		"a finalizer": {request{old: theirs, new: `{kind: Kustomization, metadata: {labels: {toolkit.fluxcd.io/tenant: red}, finalizers: [a/b]}, spec: {interval: 10m, retryInterval: 5s, serviceAccountName: a}}`, namespace: home},
			[]string{"fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: system:serviceaccount:red:gitops-reconciler may not update kustomizations x"}},
		"reconciliation asked for, by a manager of its own": {request{
			old:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}]`, ""),
			new:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}, {manager: flux, operation: Update, fieldsV1: {f:metadata: {f:annotations: {.: {}, f:reconcile.fluxcd.io/requestedAt: {}}}}}]`, "reconcile.fluxcd.io/requestedAt: x"),
			namespace: home,
		}, nil},
		"a second owner of the platform's fields": {request{
			old:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}]`, ""),
			new:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}, {manager: evil, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}]`, ""),
			namespace: home,
		}, []string{isThePlatforms}},
		"no owner of the platform's fields": {request{
			old:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}]`, ""),
			new:       marked(`[]`, ""),
			namespace: home,
		}, []string{isThePlatforms}},
		"a second owner of an empty spec": {request{
			old:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}]`, ""),
			new:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}, {manager: evil, operation: Apply, fieldsV1: {f:spec: {}}}]`, ""),
			namespace: home,
		}, []string{isThePlatforms}},
		"an owner of the finalizers": {request{
			old:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}]`, ""),
			new:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}, {manager: evil, operation: Apply, fieldsV1: {f:metadata: {f:finalizers: {.: {}}}}}]`, ""),
			namespace: home,
		}, []string{isThePlatforms}},
		"a second owner of an annotation of the platform": {request{
			old:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:metadata: {f:annotations: {f:a: {}}}}}]`, "a: b"),
			new:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:metadata: {f:annotations: {f:a: {}}}}}, {manager: evil, operation: Apply, fieldsV1: {f:metadata: {f:annotations: {f:a: {}}}}}]`, "a: b"),
			namespace: home,
		}, []string{isThePlatforms}},
		"another owner's annotation": {request{
			old:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}]`, ""),
			new:       marked(`[{manager: fluxcapsule, operation: Apply, fieldsV1: {f:spec: {f:interval: {}}}}, {manager: evil, operation: Apply, fieldsV1: {f:metadata: {f:annotations: {f:reconcile.fluxcd.io/requestedAt: {}}, f:labels: {f:toolkit.fluxcd.io/tenant: {}}}}}]`, "reconcile.fluxcd.io/requestedAt: x"),
			namespace: home,
		}, []string{isThePlatforms}},
		"own object":                         {request{old: `{kind: ConfigMap}`, namespace: home}, nil},
		"own object opts out":                {request{new: `{kind: ConfigMap, metadata: {annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}}`, namespace: home}, []string{"fluxcapsule-platform-objects: metadata.annotations: no kustomize.toolkit.fluxcd.io/{reconcile,prune,ssa,force} in a home namespace, where the platform's Flux must be able to put objects right"}},
		"opts out in a namespace of its own": {request{new: `{kind: ConfigMap, metadata: {annotations: {kustomize.toolkit.fluxcd.io/prune: disabled}}}`, namespace: member}, nil},
		"an event":                           {request{new: `{kind: Event, metadata: {labels: {toolkit.fluxcd.io/tenant: red}}}`, namespace: home}, nil},

		"status by the tenant":     {request{old: sound, new: sound, subresource: "status", namespace: member}, []string{"fluxcapsule-flux-status: status: only Flux's controllers write it"}},
		"status of a generator":    {request{old: generator, new: generator, subresource: "status", namespace: member}, []string{"fluxcapsule-flux-status: status: only Flux's controllers write it"}},
		"status by the controller": {request{user: platformUser, groups: fluxGroup, old: sound, new: sound, subresource: "status", namespace: home}, nil},

		"Flux's finalizer removed":            {request{old: finalized("finalizers.fluxcd.io"), new: finalized(""), namespace: home}, []string{keepsFinalizer}},
		"... in a namespace of its own":       {request{old: finalized("finalizers.fluxcd.io"), new: finalized("a/b"), namespace: member}, []string{keepsFinalizer}},
		"... by its controller":               {request{user: platformUser, groups: fluxGroup, old: finalized("finalizers.fluxcd.io"), new: finalized(""), namespace: home}, nil},
		"a finalizer of the tenant's removed": {request{old: finalized("finalizers.fluxcd.io, a/b"), new: finalized("finalizers.fluxcd.io"), namespace: home}, nil},
		"Flux's finalizer kept":               {request{old: finalized("finalizers.fluxcd.io"), new: finalized("finalizers.fluxcd.io"), namespace: home}, nil},

		"finalizer of a Tenant, by Capsule":         {request{user: capsuleUser, groups: capsuleGroup, old: tenantObject("", "red", "a"), new: tenantObject("capsule.clastix.io/tenant", "red", "a")}, nil},
		"finalizer of a Tenant, by a tenant":        {request{old: tenantObject("", "red", "a"), new: tenantObject("x/y", "red", "a")}, []string{isThePlatformsTenant("system:serviceaccount:red:gitops-reconciler")}},
		"spec of a Tenant, by Capsule":              {request{user: capsuleUser, groups: capsuleGroup, old: tenantObject("", "red", "a"), new: tenantObject("", "red", "b")}, []string{isThePlatformsTenant(capsuleUser)}},
		"mark of a Tenant, by Capsule":              {request{user: capsuleUser, groups: capsuleGroup, old: tenantObject("", "red", "a"), new: tenantObject("", "blue", "a")}, []string{isThePlatformsTenant(capsuleUser)}},
		"finalizer of a replication, by Capsule":    {request{user: capsuleUser, groups: capsuleGroup, old: `{kind: GlobalTenantResource, metadata: {labels: {toolkit.fluxcd.io/tenant: red}}, spec: {}}`, new: `{kind: GlobalTenantResource, metadata: {labels: {toolkit.fluxcd.io/tenant: red}, finalizers: [x/y]}, spec: {}}`}, nil},
		"finalizer of a replication in a home":      {request{user: capsuleUser, groups: capsuleGroup, old: `{kind: TenantResource, metadata: {labels: {toolkit.fluxcd.io/tenant: red}}, spec: {}}`, new: `{kind: TenantResource, metadata: {labels: {toolkit.fluxcd.io/tenant: red}, finalizers: [x/y]}, spec: {}}`, namespace: home}, []string{"fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: " + capsuleUser + " may not update tenantresources x"}},
		"label of a home, by Capsule":               {request{user: capsuleUser, groups: capsuleGroup, old: `{kind: Namespace, metadata: {name: red, labels: {toolkit.fluxcd.io/tenant: red}}, spec: {}}`, new: `{kind: Namespace, metadata: {name: red, labels: {toolkit.fluxcd.io/tenant: red, a: b}}, spec: {}}`}, []string{"fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: " + capsuleUser + " may not update namespaces red"}},
		"finalizer of a Kustomization, by Capsule":  {request{user: capsuleUser, groups: capsuleGroup, old: theirs, new: `{kind: Kustomization, metadata: {labels: {toolkit.fluxcd.io/tenant: red}, finalizers: [a/b]}, spec: {interval: 10m, retryInterval: 5s, serviceAccountName: a}}`, namespace: home}, []string{"fluxcapsule-platform-objects: objects with the label toolkit.fluxcd.io/tenant are the platform's: " + capsuleUser + " may not update kustomizations x"}},
		"token that never expires":                  {request{new: `{kind: Secret, type: kubernetes.io/service-account-token}`, namespace: home}, []string{"fluxcapsule-home-tokens: type: a token of an account in a home namespace never expires: ask for one that does (kubectl create token)"}},
		"such a token, by the platform":             {request{user: platformUser, groups: fluxGroup, new: `{kind: Secret, type: kubernetes.io/service-account-token}`, namespace: home}, nil},
		"such a token in a namespace of its own":    {request{new: `{kind: Secret, type: kubernetes.io/service-account-token}`, namespace: member}, nil},
		"another Secret":                            {request{new: `{kind: Secret, type: Opaque}`, namespace: home}, nil},
		"pod":                                       {request{new: `{kind: Pod, spec: {priorityClassName: high}}`, namespace: member}, nil},
		"pod of system priority":                    {request{new: `{kind: Pod, spec: {priorityClassName: system-node-critical}}`, namespace: member}, []string{"fluxcapsule-tenant-pods: spec.priorityClassName: system-node-critical and system-cluster-critical are the cluster's own"}},
		"pod of system priority, by its ReplicaSet": {request{user: "system:serviceaccount:kube-system:replicaset-controller", groups: "system:serviceaccounts:kube-system", new: `{kind: Pod, spec: {priorityClassName: system-cluster-critical}}`, namespace: member}, []string{"fluxcapsule-tenant-pods: spec.priorityClassName: system-node-critical and system-cluster-critical are the cluster's own"}},
		"pod on a node of its choice":               {request{new: `{kind: Pod, spec: {nodeName: control-plane}}`, namespace: member}, []string{"fluxcapsule-tenant-pods: spec.nodeName: leave it out: the scheduler chooses the node"}},
		"pod bound by the scheduler":                {request{user: "system:kube-scheduler", old: `{kind: Pod, spec: {}}`, new: `{kind: Pod, spec: {nodeName: worker}}`, namespace: member}, nil},
		"static pod of a node":                      {request{user: "system:node:worker", groups: "system:nodes", new: `{kind: Pod, spec: {nodeName: worker, priorityClassName: system-node-critical}}`, namespace: member}, nil},

		"home that is a member": {request{user: "admin", groups: "system:masters", new: `{kind: Namespace, metadata: {name: green, labels: {toolkit.fluxcd.io/tenant: green, capsule.clastix.io/tenant: red}}}`},
			[]string{"fluxcapsule-home-not-capsules: namespace green belongs to Capsule's tenant red and cannot be a home namespace"}},
		"home that is owned": {request{user: "admin", groups: "system:masters", new: `{kind: Namespace, metadata: {name: green, labels: {toolkit.fluxcd.io/tenant: green}, ownerReferences: [{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, name: red}]}}`},
			[]string{"fluxcapsule-home-not-capsules: namespace green belongs to Capsule's tenant ? and cannot be a home namespace"}},
		"home":               {request{user: "admin", groups: "system:masters", new: `{kind: Namespace, metadata: {name: green, labels: {toolkit.fluxcd.io/tenant: green}}}`}, nil},
		"bundle in a member": {request{user: "admin", groups: "system:masters", new: `{kind: ServiceAccount, metadata: {labels: {toolkit.fluxcd.io/tenant: green}}}`, namespace: member}, []string{"fluxcapsule-bundle-not-in-capsules: namespace red belongs to Capsule's tenant red: objects of a bundle (toolkit.fluxcd.io/tenant) have no place there"}},
		"mark removed there": {request{user: "admin", groups: "system:masters", old: `{kind: ServiceAccount, metadata: {labels: {toolkit.fluxcd.io/tenant: green}}}`, new: `{kind: ServiceAccount}`, namespace: member}, nil},

		"another's shard":          {request{new: `{kind: Kustomization, metadata: {labels: {sharding.fluxcd.io/key: gold}}, spec: {interval: 1m, serviceAccountName: a}}`, namespace: home}, []string{"fluxcapsule-tenant-shards: metadata.labels[sharding.fluxcd.io/key]: must be that of the home namespace, and none elsewhere"}},
		"own shard":                {request{new: `{kind: Kustomization, metadata: {labels: {sharding.fluxcd.io/key: gold}}, spec: {interval: 1m, serviceAccountName: a}}`, namespace: map[string]string{names.TenantLabel: "red", shardLabel: "gold"}}, nil},
		"no shard":                 {request{new: sound, namespace: map[string]string{names.TenantLabel: "red", shardLabel: "gold"}}, []string{"fluxcapsule-tenant-shards: metadata.labels[sharding.fluxcd.io/key]: must be that of the home namespace, and none elsewhere"}},
		"shard of its own":         {request{new: `{kind: Kustomization, metadata: {labels: {sharding.fluxcd.io/key: gold}}, spec: {interval: 1m, serviceAccountName: a}}`, namespace: map[string]string{names.MemberLabel: "red", shardLabel: "gold"}}, []string{"fluxcapsule-tenant-shards: metadata.labels[sharding.fluxcd.io/key]: must be that of the home namespace, and none elsewhere"}},
		"chart in another's shard": {request{new: `{kind: HelmRelease, spec: {interval: 1m, serviceAccountName: a, chart: {metadata: {labels: {sharding.fluxcd.io/key: gold}}, spec: {chart: x}}}}`, namespace: home}, []string{"fluxcapsule-tenant-shards: spec.chart.metadata.labels[sharding.fluxcd.io/key]: must be that of the home namespace, and none elsewhere"}},
		"shard by the platform":    {request{user: platformUser, groups: fluxGroup, new: `{kind: Kustomization, metadata: {labels: {sharding.fluxcd.io/key: quarantine}}, spec: {interval: 1m, serviceAccountName: a}}`, namespace: home}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.refused(t, plane)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPlatform: only the users and groups of the Spec are the platform.
func TestPlatform(t *testing.T) {
	spec := Spec{Users: []string{`o"neil`}, Groups: []string{"ops"}, FluxNamespace: "gitops"}
	plane := policytest.New(t, objects(spec))
	for name, test := range map[string]struct {
		request
		platform bool
	}{
		"user":            {request{user: `o"neil`}, true},
		"group":           {request{user: "jane", groups: "dev ops"}, true},
		"controller":      {request{user: "system:serviceaccount:gitops:kustomize-controller", groups: "system:serviceaccounts:gitops"}, true},
		"collector":       {request{user: "system:serviceaccount:kube-system:generic-garbage-collector", groups: "system:serviceaccounts:kube-system"}, true},
		"controllers":     {request{user: "system:kube-controller-manager"}, true},
		"administrator":   {request{user: "jane", groups: "system:masters"}, true},
		"another's group": {request{user: "jane", groups: "dev"}, false},
		"another's Flux":  {request{user: platformUser, groups: fluxGroup}, false},
		"tenant":          {request{}, false},
		"name of a group": {request{user: "ops"}, false},
		"Capsule":         {request{user: "system:serviceaccount:capsule-system:capsule", groups: "system:serviceaccounts:capsule-system"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			test.new, test.namespace = theirs, home
			if got := len(test.refused(t, plane)) == 0; got != test.platform {
				t.Errorf("it is the platform: %t, want %t", got, test.platform)
			}
		})
	}
}

// TestKubeconfigs: with a Flux that reads the files of a kubeconfig, a tenant has
// only the kubeconfig that the platform makes.
func TestKubeconfigs(t *testing.T) {
	const (
		refersHome = "fluxcapsule-tenant-kubeconfigs: spec.kubeConfig.secretRef: must be the Secret that the platform makes for the account, <account>-kubeconfig: this version of Flux reads the files that a kubeconfig names"
		isPlatform = "fluxcapsule-tenant-kubeconfigs: metadata.name: Secrets that end in -kubeconfig are the platform's"
		renewal    = "system:serviceaccount:capsule-system:kubeconfigs"
	)
	through := func(secret, labels string) string {
		return `{kind: Kustomization, metadata: {labels: {` + labels + `}}, spec: {interval: 10m, timeout: 5m, serviceAccountName: a, sourceRef: {name: x}, kubeConfig: {secretRef: {name: ` + secret + `}}}}`
	}
	secret := func(name string) string { return `{kind: Secret, metadata: {name: ` + name + `}, data: {value: eA==}}` }
	plane := policytest.New(t, objects(Spec{FluxVersion: "2.7"}))
	for name, test := range map[string]struct {
		request
		want []string
	}{
		"the platform's":                    {request{new: through("gitops-reconciler-kubeconfig", ""), namespace: home}, nil},
		"its own":                           {request{new: through("mine", ""), namespace: home}, []string{refersHome}},
		"in a namespace of its own":         {request{new: through("gitops-reconciler-kubeconfig", ""), namespace: member}, []string{refersHome}},
		"in the platform's object":          {request{user: platformUser, groups: fluxGroup, new: through("other", "toolkit.fluxcd.io/tenant: red"), namespace: home}, nil},
		"no kubeconfig":                     {request{new: sound, namespace: home}, nil},
		"unchanged":                         {request{old: through("mine", ""), new: through("mine", "a: b"), namespace: home}, nil},
		"its own Secret":                    {request{new: secret("mine"), namespace: home}, nil},
		"Secret of the platform's name":     {request{new: secret("gitops-reconciler-kubeconfig"), namespace: home}, []string{isPlatform}},
		"Secret of such a name, by renewal": {request{user: renewal, groups: "system:serviceaccounts", new: secret("gitops-reconciler-kubeconfig"), namespace: home}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.refused(t, plane)); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, policy := range Build(Spec{}) {
		if policy.Name == "fluxcapsule-tenant-kubeconfigs" {
			t.Error("tenants have no kubeconfigs of their own where Flux reads no files")
		}
	}
}

package attack_test

// clusterAttacks write objects that belong to the cluster, or to others.
func clusterAttacks() []attack {
	var list []attack
	for _, row := range []struct{ name, object, says string }{
		{"MutatingAdmissionPolicy", `{apiVersion: admissionregistration.k8s.io/v1, kind: MutatingAdmissionPolicy, metadata: {name: "${id}"}, spec: {}}`, `"mutatingadmissionpolicies"`},
		{"APIService that takes over a group", `{apiVersion: apiregistration.k8s.io/v1, kind: APIService, metadata: {name: v9.x.example.com}, spec: {group: x.example.com, version: v9, groupPriorityMinimum: 1, versionPriority: 1, service: {namespace: "${mine}", name: x}}}`, `"apiservices"`},
		{"CertificateSigningRequest of system:masters", `{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest, metadata: {name: "${id}"}, spec: {request: eA==, signerName: kubernetes.io/kube-apiserver-client, usages: [client auth]}}`, `"certificatesigningrequests"`},
		{"FlowSchema that comes before all others", `{apiVersion: flowcontrol.apiserver.k8s.io/v1, kind: FlowSchema, metadata: {name: "${id}"}, spec: {matchingPrecedence: 1, priorityLevelConfiguration: {name: exempt}}}`, `"flowschemas"`},
		{"PriorityClass above all others", `{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: "${id}"}, value: 1000000}`, `"priorityclasses"`},
		{"lease of kustomize-controller", `{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: kustomize-controller-leader-election, namespace: flux-system}, spec: {holderIdentity: mallory}}`, `"leases"`},
		{"event in flux-system", `{apiVersion: v1, kind: Event, metadata: {name: "${id}", namespace: flux-system}, involvedObject: {namespace: flux-system, kind: Kustomization, name: flux-system}, reason: x, message: x}`, `"events"`},
		{"endpoints that lead to another tenant's pods", `{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, addressType: IPv4, metadata: {name: "${id}", namespace: "${mine}"}, endpoints: [{addresses: [10.0.1.10]}], ports: [{port: 80}]}`, `"endpointslices"`},
		{"token Secret of another tenant's reconciler", `{apiVersion: v1, kind: Secret, type: kubernetes.io/service-account-token, metadata: {name: "${id}", namespace: "${victim}", annotations: {kubernetes.io/service-account.name: gitops-reconciler}}}`, `"secrets"`},
		{"ResourceQuota of its home", `{apiVersion: v1, kind: ResourceQuota, metadata: {name: home, namespace: "${me}"}, spec: {hard: {pods: "100"}}}`, `"resourcequotas"`},
	} {
		list = append(list, attack{name: row.name, object: row.object, always: refusal{byRBAC, `resource ` + row.says}})
	}
	return append(list, []attack{
		{
			name:    "PersistentVolume on the node's file system",
			object:  `{apiVersion: v1, kind: PersistentVolume, metadata: {name: "${id}"}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /}}}`,
			always:  refusal{byRBAC, `resource "persistentvolumes"`},
			proxied: refusal{byProxy, "could not find the requested resource"},
		},
		{
			name:   "ServiceAccount promoted to an owner",
			object: `{apiVersion: v1, kind: ServiceAccount, metadata: {name: "${id}", namespace: "${mine}", labels: {owner.projectcapsule.dev/promote: "true"}}}`,
			always: refusal{byCapsule, "service account owner promotion is disabled"},
		},
		{
			name:     "namespace that looks like another tenant's home",
			object:   `{apiVersion: v1, kind: Namespace, metadata: {name: "${me}-${id}", labels: {toolkit.fluxcd.io/tenant: "${victim}"}}}`,
			admitted: true,
			policy:   refusal{byPolicy, "ValidatingAdmissionPolicy 'fluxcapsule-"}, // of two, the first to answer,
		},
		{
			name:   "namespace of two tenants",
			object: `{apiVersion: v1, kind: Namespace, metadata: {name: "${me}-${id}", ownerReferences: [{apiVersion: capsule.clastix.io/v1beta2, kind: Tenant, name: "${victim}", uid: "${victimUID}"}]}}`,
			always: refusal{byCapsule, "namespace can not have multiple Tenant ownerReferences"},
		},
	}...)
}

package policy

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

// pods keeps a tenant's pods behind the cluster's own and on the nodes that the
// scheduler chooses. It holds for everyone but nodes, since Kubernetes' controllers
// create most of a tenant's pods.
func pods() Policy {
	p := newPolicy("fluxcapsule-tenant-pods", on([]admissionv1.OperationType{admissionv1.Create}, "", "pods"))
	p.condition("not-a-node", "!('system:nodes' in request.userInfo.?groups.orValue([]))")
	p.refuse("!object.spec.?priorityClassName.orValue('').startsWith('system-')",
		"spec.priorityClassName: system-node-critical and system-cluster-critical are the cluster's own")
	p.refuse("object.spec.?nodeName.orValue('') == ''", "spec.nodeName: leave it out: the scheduler chooses the node")
	return p.bind(names.TenantLabel, names.MemberLabel)
}

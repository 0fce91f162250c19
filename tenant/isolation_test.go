package tenant_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	capsulev1beta2 "github.com/projectcapsule/capsule/api/v1beta2"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/schema"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

func TestIsolationErrors(t *testing.T) {
	for name, test := range map[string]struct {
		spec string // of the fields quota and isolation, in YAML
		want []string
	}{
		"profile":              {`isolation: {profile: strict}`, []string{`isolation.profile: Unsupported value: "strict": supported values: "none", "baseline", "restricted"`}},
		"pod security":         {`isolation: {podSecurity: Restricted}`, []string{`isolation.podSecurity: Unsupported value: "Restricted"`}},
		"namespaces":           {`quota: {namespaces: -1}`, []string{"quota.namespaces: Invalid value: -1"}},
		"negative quota":       {`quota: {hard: {pods: "-1"}}`, []string{`quota.hard[pods]: Invalid value: "-1": must not be negative`}},
		"unknown resource":     {`quota: {perNamespace: {pod: "1"}}`, []string{`quota.perNamespace[pod]: Unsupported value: "pod"`}},
		"resource of a domain": {`quota: {hard: {requests.nvidia.com/gpu: "1", count/jobs.batch: "5"}}`, nil},

		"exceptions without a rule": {`isolation: {profile: none, network: {from: [ingress]}}`, []string{"isolation.network.isolate: Required value: from, to and toIPs are exceptions from isolate: true"}},
		"exceptions of the profile": {`isolation: {profile: baseline, network: {from: [ingress], to: [kafka]}}`, nil},
		"exceptions turned off":     {`isolation: {profile: baseline, network: {isolate: false, to: [kafka]}}`, []string{"isolation.network.isolate: Required value"}},
		"namespaces by pattern":     {`isolation: {network: {isolate: true, from: [a, "b*"], to: [C]}}`, []string{`isolation.network.from[1]: Invalid value: "b*"`, `isolation.network.to[0]: Invalid value: "C"`}},
		"address without a range":   {`isolation: {network: {isolate: true, toIPs: [{cidr: 10.0.0.1}]}}`, []string{`isolation.network.toIPs[0].cidr: Invalid value: "10.0.0.1"`}},
		"exception of elsewhere":    {`isolation: {network: {isolate: true, toIPs: [{cidr: 10.0.0.0/8, except: [192.168.0.0/16]}]}}`, []string{`isolation.network.toIPs[0].except[0]: Invalid value: "192.168.0.0/16": must be a strict subset of cidr`}},
		"exception of everything":   {`isolation: {network: {isolate: true, toIPs: [{cidr: 10.0.0.0/8, except: [10.0.0.0/8]}]}}`, []string{"isolation.network.toIPs[0].except[0]: Invalid value"}},
		"exception is no range":     {`isolation: {network: {isolate: true, toIPs: [{cidr: 10.0.0.0/8, except: [ten]}]}}`, []string{`isolation.network.toIPs[0].except[0]: Invalid value: "ten"`}},

		"limit type":             {`isolation: {limitRange: [{type: Node, max: {cpu: 1}}]}`, []string{`isolation.limitRange[0].type: Unsupported value: "Node"`}},
		"limits of one type":     {`isolation: {limitRange: [{type: Pod, max: {cpu: 1}}, {type: Pod, min: {cpu: 1}}]}`, []string{`isolation.limitRange[1].type: Duplicate value: "Pod"`}},
		"ratio of a limit":       {`isolation: {limitRange: [{type: Pod, maxLimitRequestRatio: {cpu: 500m}}]}`, []string{`isolation.limitRange[0].maxLimitRequestRatio[cpu]: Invalid value: "500m"`}},
		"limit of nothing":       {`isolation: {limitRange: [{type: Pod}]}`, []string{"isolation.limitRange[0]: Required value: at least one limit"}},
		"default of pods":        {`isolation: {limitRange: [{type: Pod, default: {cpu: 1}}]}`, []string{"isolation.limitRange[0].default: Forbidden: only containers have defaults"}},
		"more than the most":     {`isolation: {limitRange: [{type: Container, default: {cpu: 2}, max: {cpu: 1}}]}`, []string{`isolation.limitRange[0].default[cpu]: Invalid value: "2": must be less than or equal to max, 1`}},
		"less than the least":    {`isolation: {limitRange: [{type: Container, min: {memory: 1Gi}, defaultRequest: {memory: 1Mi}}]}`, []string{`isolation.limitRange[0].min[memory]: Invalid value: "1Gi": must be less than or equal to defaultRequest, 1Mi`}},
		"negative limit":         {`isolation: {limitRange: [{type: Container, max: {cpu: "-1"}}]}`, []string{`isolation.limitRange[0].max[cpu]: Invalid value: "-1"`}},
		"limit of no resource":   {`isolation: {limitRange: [{type: Container, max: {"c p u": 1}}]}`, []string{`isolation.limitRange[0].max[c p u]: Invalid value: "c p u"`}},
		"registry with a scheme": {`isolation: {registries: ["https://ghcr.io"]}`, []string{`isolation.registries[0]: Invalid value: "https://ghcr.io"`}},
		"registry and a slash":   {`isolation: {registries: [ghcr.io/]}`, []string{`isolation.registries[0]: Invalid value: "ghcr.io/"`}},
		"registry by pattern":    {`isolation: {registries: ["*.example.com"]}`, []string{`isolation.registries[0]: Invalid value`}},
		"registry without host":  {`isolation: {registries: [library, library/nginx]}`, []string{`isolation.registries[0]: Invalid value`, `isolation.registries[1]: Invalid value`}},
		"registry of an image":   {`isolation: {registries: ["ghcr.io/org/app:v1", "ghcr.io/org@sha256:ab"]}`, []string{`isolation.registries[0]: Invalid value`, `isolation.registries[1]: Invalid value`}},
		"registries":             {`isolation: {registries: ["localhost:5000", registry:5000, 10.0.0.1, quay.io/a/b-c/d__e]}`, nil},
		"pull policy":            {`isolation: {pullPolicies: [always]}`, []string{`isolation.pullPolicies[0]: Unsupported value: "always"`}},
		"service type":           {`isolation: {serviceTypes: [ClusterIP, Headless]}`, []string{`isolation.serviceTypes[1]: Unsupported value: "Headless"`}},
		"hostname":               {`isolation: {hostnames: ["https://a.example.com", "*", "*.*.example.com"]}`, []string{`isolation.hostnames[0]: Invalid value`, `isolation.hostnames[1]: Invalid value`, `isolation.hostnames[2]: Invalid value`}},
		"class":                  {`isolation: {storageClasses: {allowed: [Fast]}}`, []string{`isolation.storageClasses.allowed[0]: Invalid value: "Fast"`}},
		"default class":          {`isolation: {ingressClasses: {default: a b}}`, []string{`isolation.ingressClasses.default: Invalid value: "a b"`}},
		"class selector":         {`isolation: {gatewayClasses: {selector: {matchExpressions: [{key: a, operator: Is}]}}}`, []string{`isolation.gatewayClasses.selector.matchExpressions[0].operator: Invalid value: "Is"`}},
		"priority and runtime":   {`isolation: {priorityClasses: {allowed: [""]}, runtimeClasses: {default: "-"}}`, []string{"isolation.priorityClasses.allowed[0]: Required value", "isolation.runtimeClasses.default: Invalid value"}},
		"node label":             {`isolation: {nodeSelector: {pool: a b}}`, []string{`isolation.nodeSelector: Invalid value: "a b"`}},
	} {
		t.Run(name, func(t *testing.T) {
			spec := tenanttest.Smallest()
			if err := yaml.UnmarshalStrict([]byte(test.spec), &spec); err != nil {
				t.Fatal(err)
			}
			_, err := tenant.Build(spec)
			if len(test.want) == 0 && err != nil {
				t.Errorf("unexpected error: %v", err)
			}
			if len(test.want) > 0 && !apierrors.IsInvalid(err) {
				t.Fatalf("apierrors.IsInvalid is false for: %v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error lacks %q: %v", want, err)
				}
			}
		})
	}
}

// TestNoIsolation: without a profile nothing is added.
func TestNoIsolation(t *testing.T) {
	spec := tenanttest.Smallest()
	spec.Isolation.Profile = tenant.NoProfile
	bundle, err := tenant.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	if bundle.Isolation != nil {
		t.Errorf("a replication was built: %v", bundle.Isolation)
	}
	if diff := cmp.Diff(capsulev1beta2.TenantSpec{
		Data:              bundle.Tenant.Spec.Data,
		Permissions:       bundle.Tenant.Spec.Permissions,
		ForceTenantPrefix: new(true),
	}, bundle.Tenant.Spec); diff != "" {
		t.Errorf("the Tenant's spec (-want +got):\n%s", diff)
	}
}

// TestProfileIsNotKept: a profile fills copies, so that two specs made from one
// value do not see each other's.
func TestProfileIsNotKept(t *testing.T) {
	spec := tenanttest.Smallest()
	spec.Isolation.Profile = tenant.Restricted
	untouched := tenanttest.Smallest()
	untouched.Isolation.Profile = tenant.Restricted
	first, err := tenant.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(untouched, spec); diff != "" {
		t.Errorf("Build changed the spec (-want +got):\n%s", diff)
	}
	for i := range first.Isolation.Spec.Resources[0].RawItems {
		first.Isolation.Spec.Resources[0].RawItems[i].Raw = []byte("scribbled")
	}
	second, err := tenant.Build(spec)
	if err != nil {
		t.Fatal(err)
	}
	if raw := second.Isolation.Spec.Resources[0].RawItems[0].Raw; string(raw) == "scribbled" {
		t.Error("two bundles share what is replicated")
	}
}

// FuzzIsolation: for any isolation, the CRDs accept the objects.
func FuzzIsolation(f *testing.F) {
	f.Add("restricted", "", "ghcr.io/org", "*.example.com", "fast", "pods", "1", "ingress", "10.0.0.0/8")
	f.Add("", "baseline", "a:1", "a.b", "", "requests.nvidia.com/gpu", "100m", "b", "::/0")
	f.Fuzz(func(t *testing.T, profile, level, registry, hostname, class, resourceName, amount, namespace, cidr string) {
		quantity, err := resource.ParseQuantity(amount)
		if err != nil {
			return
		}
		list := corev1.ResourceList{corev1.ResourceName(resourceName): quantity}
		classes := &tenant.Classes{Allowed: []string{class}, Default: class}
		spec := tenanttest.Smallest()
		spec.Quota = tenant.Quota{Hard: list, PerNamespace: list}
		spec.Isolation = tenant.Isolation{
			Profile: tenant.Profile(profile), PodSecurity: tenant.PodSecurity(level),
			Network: tenant.Network{
				Isolate: new(true), From: []string{namespace}, To: []string{namespace},
				ToIPs: []networkingv1.IPBlock{{CIDR: cidr, Except: []string{}}},
			},
			LimitRange: []corev1.LimitRangeItem{{Type: corev1.LimitTypeContainer, Max: list}},
			Registries: []string{registry}, Hostnames: []string{hostname},
			StorageClasses: classes, IngressClasses: classes, GatewayClasses: classes, PriorityClasses: classes, RuntimeClasses: classes,
			NodeSelector: map[string]string{namespace: class},
		}
		if cidr == "" {
			spec.Isolation.Network.ToIPs = nil
		}
		bundle, err := tenant.Build(spec)
		if err != nil {
			specInvalid(t, err)
			return
		}
		for _, obj := range []client.Object{bundle.Tenant, bundle.Isolation} {
			if faults := schema.Validate(obj, tenanttest.Targets()...); len(faults) > 0 {
				t.Errorf("%T was built from %+v, but: %v", obj, spec, faults.ToAggregate())
			}
		}
	})
}

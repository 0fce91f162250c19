package quota

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

var limitTests = map[string]struct {
	items string
	want  []string
}{
	"containers": {`[{type: Container, min: {cpu: 10m}, defaultRequest: {cpu: 100m, memory: 64Mi}, default: {cpu: 200m, memory: 64Mi}, max: {cpu: "2"}, maxLimitRequestRatio: {cpu: "10"}}]`, nil},
	"all types":  {`[{type: Pod, max: {cpu: "4", nvidia.com/gpu: "1", hugepages-2Mi: 1Gi}}, {type: Container, max: {ephemeral-storage: 1Gi}}, {type: PersistentVolumeClaim, min: {storage: 1Gi}}]`, nil},

	"no limits": {`[{type: Pod}]`, []string{"limits[0]: Required value: at least one limit"}},
	"a type twice": {`[{type: Pod, max: {cpu: "1"}}, {type: Pod, min: {cpu: "1"}}]`,
		[]string{`limits[1].type: Duplicate value: "Pod"`}},
	"an unknown type": {`[{type: Node, max: {cpu: "1"}}]`,
		[]string{`limits[0].type: Unsupported value: "Node": supported values: "Pod", "Container", "PersistentVolumeClaim"`}},
	"defaults of pods": {`[{type: Pod, default: {cpu: "1"}, defaultRequest: {cpu: "1"}}]`, []string{
		"limits[0].defaultRequest: Forbidden: only containers have defaults",
		"limits[0].default: Forbidden: only containers have defaults",
	}},
	"the wrong order": {`[{type: Container, min: {cpu: "4"}, defaultRequest: {cpu: "3"}, default: {cpu: "2"}, max: {cpu: "1"}}]`, []string{
		`limits[0].min[cpu]: Invalid value: "4": must be less than or equal to defaultRequest, 3`,
		`limits[0].min[cpu]: Invalid value: "4": must be less than or equal to default, 2`,
		`limits[0].min[cpu]: Invalid value: "4": must be less than or equal to max, 1`,
		`limits[0].defaultRequest[cpu]: Invalid value: "3": must be less than or equal to default, 2`,
		`limits[0].defaultRequest[cpu]: Invalid value: "3": must be less than or equal to max, 1`,
		`limits[0].default[cpu]: Invalid value: "2": must be less than or equal to max, 1`,
	}},
	"negative": {`[{type: Pod, min: {cpu: "-1"}}]`, []string{`limits[0].min[cpu]: Invalid value: "-1": must not be negative`}},
	"resources": {`[{type: Container, max: {pods: "1", storage: 1Gi, requests.nvidia.com/gpu: "1"}}, {type: PersistentVolumeClaim, max: {cpu: "1", storage: 1Gi}}]`, []string{
		`limits[0].max[pods]: Unsupported value: "pods": supported values: "cpu", "memory", "ephemeral-storage"`,
		`limits[0].max[requests.nvidia.com/gpu]: Invalid value: "requests.nvidia.com/gpu": must be the name of the resource itself, without requests.`,
		`limits[0].max[storage]: Unsupported value: "storage": supported values: "cpu", "memory", "ephemeral-storage"`,
		`limits[1].max[cpu]: Unsupported value: "cpu": supported values: "storage"`,
	}},
	"no storage": {`[{type: PersistentVolumeClaim, maxLimitRequestRatio: {storage: "2"}}]`, []string{"limits[0]: Required value: min or max of storage"}},
	"ratios": {`[{type: Pod, maxLimitRequestRatio: {memory: 500m, cpu: "5"}, min: {cpu: 500m}, max: {cpu: "2"}}]`, []string{
		`limits[0].maxLimitRequestRatio[cpu]: Invalid value: "5": must be less than or equal to max divided by min, 4`,
		`limits[0].maxLimitRequestRatio[memory]: Invalid value: "500m": must be greater than or equal to 1`,
	}},
	"overcommitment": {`[{type: Container, defaultRequest: {nvidia.com/gpu: "1", hugepages-2Mi: 2Mi}, default: {nvidia.com/gpu: "2", hugepages-2Mi: 4Mi}}]`, []string{
		`limits[0].defaultRequest[hugepages-2Mi]: Invalid value: "2Mi": must be equal to default, 4Mi, for a resource that cannot be overcommitted`,
		`limits[0].defaultRequest[nvidia.com/gpu]: Invalid value: "1": must be equal to default, 2, for a resource that cannot be overcommitted`,
	}},
}

func TestValidateLimits(t *testing.T) {
	for name, test := range limitTests {
		t.Run(name, func(t *testing.T) {
			var items []corev1.LimitRangeItem
			if err := yaml.UnmarshalStrict([]byte(test.items), &items); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, err := range ValidateLimits(field.NewPath("limits"), items) {
				got = append(got, err.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

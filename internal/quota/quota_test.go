package quota

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"sigs.k8s.io/yaml"
)

var tests = map[string]struct {
	spec string
	want []string
}{
	"compute":          {`hard: {cpu: 500m, requests.memory: 1Gi, limits.ephemeral-storage: "1500"}`, nil},
	"objects":          {`hard: {pods: "5", services.nodeports: "0", count/deployments.apps: "3"}`, nil},
	"extended":         {`hard: {requests.nvidia.com/gpu: "4", requests.hugepages-2Mi: 1Gi, hugepages-1Gi: 2Gi}`, nil},
	"classes":          {`hard: {gold.storageclass.storage.k8s.io/requests.storage: 500Gi, gold.storageclass.storage.k8s.io/persistentvolumeclaims: "5", gpu.deviceclass.resource.k8s.io/devices: "2", requests.deviceclass.resource.kubernetes.io/gpu: "2"}`, nil},
	"scopes":           {`{hard: {pods: "5", requests.cpu: "4"}, scopes: [NotBestEffort, Terminating, PriorityClass, CrossNamespacePodAffinity]}`, nil},
	"best effort":      {`{hard: {pods: "5"}, scopes: [BestEffort, NotTerminating]}`, nil},
	"volumes":          {`{hard: {persistentvolumeclaims: "5", requests.storage: 1Gi}, scopes: [VolumeAttributesClass]}`, nil},
	"selector":         {`{hard: {pods: "5"}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: NotIn, values: [low]}, {scopeName: BestEffort, operator: Exists}]}}`, nil},
	"scopes, extended": {`{hard: {pods: "5", requests.nvidia.com/gpu: "4"}, scopes: [NotBestEffort]}`, nil},
	"other priorities": {`{hard: {pods: "5"}, scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: DoesNotExist}]}}`, nil},

	"scopes, counted": {`{hard: {count/pods: "5"}, scopes: [BestEffort]}`, nil},
	"core objects":    {`hard: {count/secrets: "5", count/serviceaccounts: "5"}`, nil},

	"counts without a group": {`hard: {count/jobs: "5", count/job: "5", count/Pods: "5"}`, []string{
		`quota.hard[count/Pods]: Invalid value: "count/Pods": counts nothing: the core group has no such resource, others are count/<plural>.<group>, such as count/jobs.batch`,
		`quota.hard[count/job]: Invalid value: "count/job": counts nothing: the core group has no such resource, others are count/<plural>.<group>, such as count/jobs.batch`,
		`quota.hard[count/jobs]: Invalid value: "count/jobs": counts nothing: the core group has no such resource, others are count/<plural>.<group>, such as count/jobs.batch`,
	}},
	"thousandths of bytes": {`hard: {memory: 100m, requests.storage: 1500m}`, []string{
		`quota.hard[memory]: Invalid value: "100m": must be whole bytes: m is a thousandth, M a million`,
		`quota.hard[requests.storage]: Invalid value: "1500m": must be whole bytes: m is a thousandth, M a million`,
	}},
	"scopes of what has none": {`{hard: {count/jobs.batch: "5", gold.storageclass.storage.k8s.io/requests.storage: 1Gi, requests.nvidia.com/gpu: "4"}, scopes: [Terminating]}`, []string{
		`quota.scopes[0]: Invalid value: "Terminating": does not apply to count/jobs.batch`,
		`quota.scopes[0]: Invalid value: "Terminating": does not apply to gold.storageclass.storage.k8s.io/requests.storage`,
	}},
	"a scope and a selector that conflict": {`{hard: {pods: "5"}, scopes: [Terminating], scopeSelector: {matchExpressions: [{scopeName: NotTerminating, operator: Exists}]}}`, []string{
		`quota.scopeSelector.matchExpressions[0].scopeName: Invalid value: "NotTerminating": conflicts with Terminating: nothing has both scopes`,
	}},
	"nothing":     {`{}`, []string{"quota.hard: Required value: at least one resource"}},
	"negative":    {`hard: {pods: "-1"}`, []string{`quota.hard[pods]: Invalid value: "-1": must not be negative`}},
	"a bad name":  {`hard: {a b: "1"}`, []string{`quota.hard[a b]: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`}},
	"an extended": {`hard: {nvidia.com/gpu: "4"}`, []string{`quota.hard[nvidia.com/gpu]: Invalid value: "nvidia.com/gpu": counts nothing: a quota counts only the requests of an extended resource, requests.nvidia.com/gpu`}},
	"its limits":  {`hard: {limits.nvidia.com/gpu: "4"}`, []string{`quota.hard[limits.nvidia.com/gpu]: Invalid value: "limits.nvidia.com/gpu": counts nothing: a quota counts only the requests of an extended resource, requests.nvidia.com/gpu`}},
	"a native": {`hard: {requests.kubernetes.io/batch: "4", kubernetes.io/batch: "4"}`, []string{
		`quota.hard[kubernetes.io/batch]: Invalid value: "kubernetes.io/batch": counts nothing: an extended resource is outside of kubernetes.io`,
		`quota.hard[requests.kubernetes.io/batch]: Invalid value: "requests.kubernetes.io/batch": counts nothing: an extended resource is outside of kubernetes.io`,
	}},
	"a storage class": {`hard: {gold.storageclass.storage.k8s.io/storage: 1Gi}`, []string{`quota.hard[gold.storageclass.storage.k8s.io/storage]: Invalid value: "gold.storageclass.storage.k8s.io/storage": counts nothing: a storage class has requests.storage and persistentvolumeclaims`}},
	"fractions": {`hard: {pods: 1500m, requests.nvidia.com/gpu: 500m, count/pods: "0.5"}`, []string{
		`quota.hard[count/pods]: Invalid value: "500m": must be an integer`,
		`quota.hard[pods]: Invalid value: "1500m": must be an integer`,
		`quota.hard[requests.nvidia.com/gpu]: Invalid value: "500m": must be an integer`,
	}},
	"a scope that does not apply": {`{hard: {services: "5", pods: "5", requests.storage: 1Gi}, scopes: [BestEffort, VolumeAttributesClass]}`, []string{
		`quota.scopes[0]: Invalid value: "BestEffort": does not apply to requests.storage`,
		`quota.scopes[0]: Invalid value: "BestEffort": does not apply to services`,
		`quota.scopes[1]: Invalid value: "VolumeAttributesClass": does not apply to pods`,
		`quota.scopes[1]: Invalid value: "VolumeAttributesClass": does not apply to services`,
	}},
	"scopes that conflict": {`{hard: {pods: "5"}, scopes: [BestEffort, NotBestEffort, NotTerminating, Terminating]}`, []string{
		`quota.scopes[1]: Invalid value: "NotBestEffort": conflicts with BestEffort: nothing has both scopes`,
		`quota.scopes[3]: Invalid value: "Terminating": conflicts with NotTerminating: nothing has both scopes`,
	}},
	"selectors that conflict": {`{hard: {pods: "5"}, scopeSelector: {matchExpressions: [{scopeName: BestEffort, operator: Exists}, {scopeName: NotBestEffort, operator: Exists}]}}`, []string{
		`quota.scopeSelector.matchExpressions[1].scopeName: Invalid value: "NotBestEffort": conflicts with BestEffort: nothing has both scopes`,
	}},
	"a selector of no values": {`{hard: {pods: "5"}, scopeSelector: {matchExpressions: [{scopeName: BestEffort, operator: DoesNotExist}, {scopeName: Terminating, operator: In, values: [a]}]}}`, []string{
		`quota.scopeSelector.matchExpressions[0].operator: Invalid value: "DoesNotExist": must be Exists for the scope BestEffort, which has no values`,
		`quota.scopeSelector.matchExpressions[1].operator: Invalid value: "In": must be Exists for the scope Terminating, which has no values`,
	}},
}

func TestValidate(t *testing.T) {
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var spec corev1.ResourceQuotaSpec
			if err := yaml.UnmarshalStrict([]byte(test.spec), &spec); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, err := range Validate(field.NewPath("quota"), spec) {
				got = append(got, err.Error())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// A list of limits need not have any.
func TestValidateResourcesEmpty(t *testing.T) {
	if errs := ValidateResources(nil, nil); len(errs) > 0 {
		t.Error(errs)
	}
}

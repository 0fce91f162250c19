package diff_test

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/audit/diff"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// check reads a stream of objects and audits them.
func check(t *testing.T, text string) *audit.Report {
	t.Helper()
	objects, err := manifest.Read(strings.NewReader(text), nil)
	if err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
	inputs := audit.Inputs(objects)
	for i := range inputs {
		inputs[i].File = "objects.yaml"
	}
	return audit.Check(inputs)
}

// tenants are two tenants with a home each, as short as the audit knows them.
const tenants = `
apiVersion: v1
kind: Namespace
metadata: {name: red, labels: {toolkit.fluxcd.io/tenant: red, pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: Namespace
metadata: {name: blue, labels: {toolkit.fluxcd.io/tenant: blue, pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: red}
spec: {namespaceOptions: {quota: 3}, owners: [{kind: Group, name: red-admins}], forceTenantPrefix: true, storageClasses: {allowed: [slow]}}
---
apiVersion: capsule.clastix.io/v1beta2
kind: Tenant
metadata: {name: blue}
spec: {}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: deploy, namespace: red}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: deploy}
subjects: [{kind: ServiceAccount, name: deploy, namespace: red}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: deploy, namespace: red}
rules:
- {apiGroups: [apps], resources: [deployments], verbs: [get, list], resourceNames: [web]}
- {apiGroups: [""], resources: [pods], verbs: [get]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: home, namespace: red}
spec: {hard: {requests.cpu: 500m, pods: "10"}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: red}
spec: {podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}
---
apiVersion: capsule.clastix.io/v1beta2
kind: GlobalTenantResource
metadata: {name: red.isolation, labels: {toolkit.fluxcd.io/tenant: red}}
spec:
  tenantSelector: {matchLabels: {kubernetes.io/metadata.name: red}}
  resources: [{rawItems: [{apiVersion: v1, kind: LimitRange, metadata: {name: isolation}, spec: {limits: [{type: Pod, max: {cpu: "2"}}]}}]}]
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: guard}
spec:
  failurePolicy: Fail
  matchConstraints: {resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}]}
  validations: [{expression: "true"}, {expression: "1 < 2"}]
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: red}
spec: {interval: 10m, timeout: 1m, prune: true, path: ./apps, serviceAccountName: deploy, sourceRef: {kind: GitRepository, name: apps}}
`

// TestWidened: each change of the set above, and its fields that give more access.
func TestWidened(t *testing.T) {
	add := func(text string) [2]string { return [2]string{"", "---\n" + text} }
	tests := map[string]struct {
		change [2]string // old and new text; an empty old text appends
		tenant string
		want   []string // paths of the widened fields
	}{
		"nothing":                      {add(""), "red", nil},
		"an owner":                     {[2]string{"name: red-admins}", "name: red-admins}, {kind: User, name: eve}"}, "red", []string{"spec.owners[1]: added"}},
		"no owner":                     {[2]string{"owners: [{kind: Group, name: red-admins}], ", ""}, "red", nil},
		"an owner's role":              {[2]string{"name: red-admins}", "name: red-admins, clusterRoles: [cluster-admin]}"}, "red", []string{"spec.owners[0].clusterRoles: added"}},
		"a higher namespace quota":     {[2]string{"quota: 3", "quota: 30"}, "red", []string{"spec.namespaceOptions.quota: changed"}},
		"a lower namespace quota":      {[2]string{"quota: 3", "quota: 2"}, "red", nil},
		"no namespace quota":           {[2]string{"namespaceOptions: {quota: 3}, ", ""}, "red", []string{"spec.namespaceOptions: removed"}},
		"a first namespace quota":      {[2]string{"spec: {}", "spec: {namespaceOptions: {quota: 3}}"}, "blue", nil},
		"any namespace's name":         {[2]string{"forceTenantPrefix: true", "forceTenantPrefix: false"}, "red", []string{"spec.forceTenantPrefix: changed"}},
		"another storage class":        {[2]string{"[slow]", "[slow, fast]"}, "red", []string{"spec.storageClasses.allowed[1]: added"}},
		"no storage class":             {[2]string{"storageClasses: {allowed: [slow]}", "storageClasses: {allowed: []}"}, "red", nil},
		"every storage class":          {[2]string{", storageClasses: {allowed: [slow]}", ""}, "red", []string{"spec.storageClasses: removed"}},
		"a subject":                    {[2]string{"subjects: [", "subjects: [{kind: User, name: eve}, "}, "red", []string{"subjects[0]: added"}},
		"another role":                 {[2]string{"kind: Role, name: deploy}", "kind: ClusterRole, name: admin}"}, "red", []string{"roleRef.kind: changed", "roleRef.name: changed"}},
		"a verb":                       {[2]string{"verbs: [get]", "verbs: [get, delete]"}, "red", []string{"rules[1].verbs[1]: added"}},
		"a verb less":                  {[2]string{"verbs: [get, list]", "verbs: [get]"}, "red", nil},
		"another resource name":        {[2]string{"[web]", "[web, api]"}, "red", []string{"rules[0].resourceNames[1]: added"}},
		"every resource name":          {[2]string{", resourceNames: [web]", ""}, "red", []string{"rules[0].resourceNames: removed"}},
		"fewer resource names":         {[2]string{"verbs: [get]", "verbs: [get], resourceNames: [one]"}, "red", nil},
		"more processors":              {[2]string{"requests.cpu: 500m", "requests.cpu: 1"}, "red", []string{"spec.hard[requests.cpu]: changed"}},
		"as many processors":           {[2]string{"requests.cpu: 500m", "requests.cpu: 0.5"}, "red", nil},
		"any number of pods":           {[2]string{`, pods: "10"`, ""}, "red", []string{"spec.hard.pods: removed"}},
		"a quota that is not a number": {[2]string{`pods: "10"`, `pods: many`}, "red", []string{"spec.hard.pods: changed"}},
		"ports":                        {[2]string{"port: 80}", "port: 80}, {port: 443}"}, "red", []string{"spec.ingress[0].ports[1]: added"}},
		"every port":                   {[2]string{", ports: [{port: 80}]", ""}, "red", []string{"spec.ingress[0].ports: removed"}},
		"no ingress":                   {[2]string{"ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]", "ingress: []"}, "red", nil},
		"a replicated limit":           {[2]string{`max: {cpu: "2"}`, `max: {cpu: "3"}`}, "red", []string{"spec.resources[0].rawItems[0].spec.limits[0].max.cpu: changed"}},
		"no replicated limit":          {[2]string{`resources: [{rawItems: [{apiVersion: v1, kind: LimitRange, metadata: {name: isolation}, spec: {limits: [{type: Pod, max: {cpu: "2"}}]}}]}]`, "resources: []"}, "red", []string{"spec.resources[0].rawItems[0]: removed"}},
		"pods held to less":            {[2]string{"tenant: red, pod-security.kubernetes.io/enforce: restricted", "tenant: red, pod-security.kubernetes.io/enforce: baseline"}, "red", []string{"metadata.labels[pod-security.kubernetes.io/enforce]: changed"}},
		"pods held to more":            {[2]string{"pod-security.kubernetes.io/enforce: baseline", "pod-security.kubernetes.io/enforce: restricted"}, "red", nil},
		"an expression of a policy":    {[2]string{`"1 < 2"`, `"true"`}, "", []string{"spec.validations[1].expression: changed"}},
		"a further validation":         {[2]string{`{expression: "1 < 2"}`, `{expression: "1 < 2"}, {expression: "2 < 3"}`}, "", nil},
		"a policy that does not fail":  {[2]string{"failurePolicy: Fail", "failurePolicy: Ignore"}, "", []string{"spec.failurePolicy: changed"}},
		"Flux's account":               {[2]string{"serviceAccountName: deploy, ", ""}, "red", []string{"spec.serviceAccountName: removed"}},
		"a binding": {add("apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: more, namespace: red}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}\nsubjects: [{kind: User, name: eve}]\n"),
			"red", []string{": added"}},
		"an aggregated role": {add("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: more, labels: {rbac.authorization.k8s.io/aggregate-to-admin: \"true\"}}\nrules: []\n"),
			"", []string{": added"}},
		"an unbound role": {add("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: more}\nrules: []\n"), "", nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			after := tenants + test.change[1]
			if test.change[0] != "" {
				if after = strings.Replace(tenants, test.change[0], test.change[1], 1); after == tenants && name != "pods held to more" {
					t.Fatalf("%q is not in the set", test.change[0])
				}
			}
			var got []string
			for _, tenant := range diff.Between(check(t, tenants), check(t, after)).Tenants {
				for _, w := range tenant.Widened {
					if tenant.Name != test.tenant {
						t.Errorf("access is widened of %q: %v", tenant.Name, w)
					}
					got = append(got, w.Field.Path+": "+string(w.Field.Action))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("widened (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNewTenant: a new tenant's access is not widened, except access outside of it.
func TestNewTenant(t *testing.T) {
	const binding = `---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: green.impersonator}
rules: [{apiGroups: [""], resources: [users], verbs: [impersonate], resourceNames: ["system:serviceaccount:green:deploy"]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: green.impersonator, labels: {toolkit.fluxcd.io/tenant: green}}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: green.impersonator}
subjects: [{kind: ServiceAccount, name: deploy, namespace: green}]
`
	green := binding
	for _, document := range strings.Split(tenants, "---\n") {
		if strings.Contains(document, "red") {
			green = "---\n" + strings.ReplaceAll(document, "red", "green") + green
		}
	}
	for name, test := range map[string]struct {
		old, new string
		want     []string
	}{
		"its own account":  {"", "", nil},
		"another account":  {`["system:serviceaccount:green:deploy"]`, `["system:serviceaccount:red:deploy"]`, []string{"green.impersonator"}},
		"any user":         {`, resourceNames: ["system:serviceaccount:green:deploy"]`, "", []string{"green.impersonator"}},
		"another verb":     {"[impersonate]", "[impersonate, get]", []string{"green.impersonator"}},
		"somebody as well": {"subjects: [{kind: ServiceAccount, name: deploy, namespace: green}]\n", "subjects: [{kind: ServiceAccount, name: deploy, namespace: green}, {kind: User, name: eve}]\n", []string{"green.impersonator"}},
		"cluster-admin":    {"kind: ClusterRole, name: green.impersonator}", "kind: ClusterRole, name: cluster-admin}", []string{"green.impersonator"}},
	} {
		t.Run(name, func(t *testing.T) {
			at := strings.LastIndex(green, test.old) // of the role's parts the one in the binding comes last
			after := green[:at] + test.new + green[at+len(test.old):]
			d := diff.Between(check(t, tenants), check(t, tenants+after))
			var got []string
			for _, tenant := range d.Tenants {
				for _, w := range tenant.Widened {
					got = append(got, w.Object.Name)
				}
				if tenant.Name == "green" && tenant.Action != diff.Added {
					t.Errorf("the tenant is %s", tenant.Action)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("widened (-want +got):\n%s", diff)
			}
		})
	}
	gone := diff.Between(check(t, tenants+green), check(t, tenants))
	if i := slices.IndexFunc(gone.Tenants, func(tenant diff.Tenant) bool { return tenant.Name == "green" }); i < 0 || gone.Tenants[i].Action != diff.Removed || len(gone.Tenants[i].Widened) > 0 {
		t.Errorf("the tenant is not removed, or its access is widened: %+v", gone.Tenants)
	}
}

// TestFindings: new findings count, those that a change suppresses itself, too.
func TestFindings(t *testing.T) {
	const source = "---\napiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: apps, namespace: red}\nspec: {interval: 1m, url: 'http://git.example.com/x'}\n"
	secure := strings.Replace(source, "http:", "https:", 1)
	excused := strings.Replace(source, "namespace: red}", "namespace: red, annotations: {audit.fluxcapsule/flux-insecure-source: trust me}}", 1)
	for name, test := range map[string]struct {
		before, after string
		want          audit.Severity
		widened       bool
		fixed         int
	}{
		"none":              {secure, secure, 0, false, 0},
		"new":               {secure, source, audit.Warning, true, 0},
		"known":             {source, source, 0, false, 0},
		"fixed":             {source, secure, 0, false, 1},
		"suppressed here":   {source, excused, audit.Warning, true, 0},
		"suppressed before": {excused, excused, 0, false, 0},
		"stands again":      {excused, source, audit.Warning, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := diff.Between(check(t, tenants+test.before), check(t, tenants+test.after))
			fixed := 0
			for _, tenant := range d.Tenants {
				fixed += len(tenant.Fixed)
			}
			if d.Worst() != test.want || d.Widened() != test.widened || fixed != test.fixed {
				t.Errorf("the worst new finding is %v, widened: %t, %d fixed; want %v, %t, %d", d.Worst(), d.Widened(), fixed, test.want, test.widened, test.fixed)
			}
		})
	}
}

// outputs returns a diff in every format.
func outputs(t *testing.T, d *diff.Diff) map[string]string {
	t.Helper()
	all := map[string]string{}
	for name, write := range map[string]func(io.Writer, *diff.Diff) error{"text": diff.WriteText, "JSON": diff.WriteJSON, "Markdown": diff.WriteMarkdown} {
		var b bytes.Buffer
		if err := write(&b, d); err != nil {
			t.Fatal(err)
		}
		all[name] = b.String()
	}
	return all
}

// TestSecrets: no output has a value that may be a secret, in any field.
func TestSecrets(t *testing.T) {
	const objects = `
apiVersion: v1
kind: Secret
metadata: {name: key, namespace: red, annotations: {kubectl.kubernetes.io/last-applied-configuration: '{"data": "TOPSECRET"}'}}
stringData: {token: TOPSECRET}
data: {key: TOPSECRET}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: key, namespace: red}
data: {kubeconfig: "token: TOPSECRET"}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: db, namespace: red}
spec: {interval: 5m, chartRef: {kind: OCIRepository, name: db}, values: {password: TOPSECRET}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: db, namespace: red}
spec: {interval: 5m, postBuild: {substitute: {password: TOPSECRET}}, patches: [{patch: "TOPSECRET"}]}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: db, namespace: red}
spec: {interval: 5m, url: "https://user:TOPSECRET@git.example.com/x?token=TOPSECRET"}
---
apiVersion: notification.toolkit.fluxcd.io/v1beta3
kind: Provider
metadata: {name: chat, namespace: red}
spec: {type: slack, address: "https://hooks.example.com/TOPSECRET"}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: red}
spec: {template: {spec: {containers: [{name: db, env: [{name: PASSWORD, value: TOPSECRET}], args: [--password=TOPSECRET]}]}}}
---
apiVersion: capsule.clastix.io/v1beta2
kind: TenantResource
metadata: {name: copies, namespace: red}
spec: {resyncPeriod: 60s, resources: [{rawItems: [{apiVersion: v1, kind: Secret, metadata: {name: key}, stringData: {token: TOPSECRET}}]}]}
---
apiVersion: example.com/v1
kind: Database
metadata: {name: db, namespace: red}
spec: {password: TOPSECRET}
`
	other := strings.ReplaceAll(objects, "TOPSECRET", "BOTTOMSECRET")
	empty := "apiVersion: v1\nkind: Namespace\nmetadata: {name: red}\n"
	for name, pair := range map[string][2]string{
		"changed": {objects, other}, "added": {empty, objects}, "removed": {objects, empty},
		"fields added": {strings.NewReplacer("stringData: {token: TOPSECRET}", "", "values: {password: TOPSECRET}", "", "postBuild: {substitute: {password: TOPSECRET}}, ", "").Replace(objects), objects},
	} {
		d := diff.Between(check(t, pair[0]), check(t, pair[1]))
		if len(d.Tenants) == 0 {
			t.Fatalf("%s: nothing differs", name)
		}
		for format, text := range outputs(t, d) {
			if i := strings.Index(text, "SECRET"); i >= 0 {
				t.Errorf("%s: a secret is in the %s: %s", name, format, text[max(0, i-300):i+6])
			}
		}
	}
}

// TestHostileNames: what somebody calls an object is text: no Markdown, no HTML, no
// lines, and nobody is called.
func TestHostileNames(t *testing.T) {
	for _, name := range []string{
		"<img src=x onerror=alert(1)>", "</summary></details><script>", "`` @octocat", "](https://example.com)", "a\n### b", "a\x1b[2Jb", "\u202egnp.exe", "@octocat", "| a | b", strings.Repeat("x", 5000),
	} {
		namespace := func(tenant, value string) *unstructured.Unstructured {
			return &unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "v1", "kind": "Namespace",
				"metadata": map[string]any{"name": name, "labels": map[string]any{"toolkit.fluxcd.io/tenant": tenant, name: value}},
			}}
		}
		before := audit.Check(audit.Inputs([]*unstructured.Unstructured{namespace(name, "1")}))
		after := audit.Check(audit.Inputs([]*unstructured.Unstructured{namespace(name, name)}))
		d := diff.Between(before, after)
		if len(d.Tenants) == 0 {
			t.Fatalf("%q: nothing differs", name)
		}
		for format, text := range outputs(t, d) {
			if format == "JSON" {
				continue
			}
			if strings.ContainsAny(text, "\x1b\u202e") || strings.Contains(text, "\n### b") || strings.Contains(text, strings.Repeat("x", 1000)) {
				t.Errorf("%q is not plain in the %s:\n%q", name, format, text)
			}
			if format == "Markdown" {
				if rest := withoutCode(t, text); strings.Contains(text, "<code>"+name) && strings.Contains(name, "<") || strings.Contains(rest, "octocat") || strings.Contains(rest, "<img") || strings.Contains(rest, "<script") || strings.Contains(rest, "example.com)") {
					t.Errorf("%q is not code in:\n%s", name, text)
				}
			}
		}
	}
}

// withoutCode returns Markdown without what is in <code>, and without its code spans,
// as CommonMark defines them.
func withoutCode(t *testing.T, text string) string {
	t.Helper()
	text = regexp.MustCompile(`<code>[^<]*</code>`).ReplaceAllString(text, "")
	var b strings.Builder
	for text != "" {
		at := strings.IndexByte(text, '`')
		if at < 0 {
			break
		}
		b.WriteString(text[:at])
		text = text[at:]
		fence := text[:len(text)-len(strings.TrimLeft(text, "`"))]
		text = text[len(fence):]
		end := 0
		for {
			i := strings.Index(text[end:], fence)
			if i < 0 {
				t.Fatalf("a code span does not end: %q", text)
			}
			run := len(text[end+i:]) - len(strings.TrimLeft(text[end+i:], "`"))
			if run == len(fence) {
				text = text[end+i+run:]
				break
			}
			end += i + run
		}
	}
	return b.String() + text
}

// TestLongComment: a comment stays below what GitHub takes, starts with what matters,
// and says what it leaves out.
func TestLongComment(t *testing.T) {
	var objects strings.Builder
	for i := range 3000 {
		objects.WriteString("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {namespace: red, name: " + strings.Repeat("x", 20) + string(rune('a'+i%26)) + strings.Repeat("y", i/26) + "}\n")
	}
	raised := strings.Replace(tenants, "quota: 3", "quota: 4", 1)
	text := outputs(t, diff.Between(check(t, tenants), check(t, raised+objects.String())))["Markdown"]
	if len(text) > 65536 || !strings.Contains(text, "a quota is raised") || !strings.Contains(text, "further lines of this change are left out") || !strings.Contains(text, "\n</details>\n") {
		t.Errorf("a comment of %d bytes:\n%s\n...\n%s", len(text), text[:400], text[len(text)-200:])
	}
}

// TestOverlays: of several objects of one key those belong together that are alike, so
// a change of one overlay is not a change of another.
func TestOverlays(t *testing.T) {
	overlay := func(file, interval string) audit.Input {
		return audit.Input{File: file, Line: 1, Object: &unstructured.Unstructured{Object: map[string]any{
			"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "GitRepository", "metadata": map[string]any{"name": "a", "namespace": "b"},
			"spec": map[string]any{"interval": interval, "url": "https://git.example.com/a"},
		}}}
	}
	d := diff.Between(
		audit.Check([]audit.Input{overlay("one.yaml", "1m"), overlay("two.yaml", "2m"), overlay("three.yaml", "3m")}),
		audit.Check([]audit.Input{overlay("one.yaml", "2m"), overlay("two.yaml", "4m"), overlay("three.yaml", "3m")}),
	)
	var got []string
	for _, o := range d.Tenants[0].Objects {
		got = append(got, o.File+" "+o.Fields[0].String())
	}
	// The overlay of 2m is there before and after; 1m has become 4m.
	if diff := cmp.Diff([]string{"two.yaml spec.interval: 1m -> 4m"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

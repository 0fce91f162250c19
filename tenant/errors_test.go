package tenant_test

import (
	"strings"
	"testing"

	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"github.com/fluxcd/pkg/apis/meta"
	"github.com/projectcapsule/capsule/pkg/api/rbac"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/fluxcapsule/fluxcapsule/internal/schematest"
	"github.com/fluxcapsule/fluxcapsule/internal/tenanttest"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A rejection changes a valid spec, and lists parts of the expected error as "field:
// message".
type rejection struct {
	spoil func(*tenant.Spec)
	want  []string
}

func TestBuildErrorsHome(t *testing.T) {
	long := strings.Repeat("a", 64)
	rejects(t, map[string]rejection{
		"no name":               {func(s *tenant.Spec) { s.Name = "" }, []string{"name: Required value"}},
		"name with underscore":  {func(s *tenant.Spec) { s.Name = "Foo_Bar" }, []string{`name: Invalid value: "Foo_Bar"`}},
		"name with dots":        {func(s *tenant.Spec) { s.Name = "a.b" }, []string{`name: Invalid value: "a.b"`}},
		"name too long":         {func(s *tenant.Spec) { s.Name = long }, []string{"name: Invalid value", "no more than 63"}},
		"home in Kubernetes":    {func(s *tenant.Spec) { s.Home = "kube-system" }, []string{`home: Invalid value: "kube-system"`}},
		"home in Flux":          {func(s *tenant.Spec) { s.Home = "flux-system" }, []string{`home: Invalid value: "flux-system"`}},
		"home in Capsule":       {func(s *tenant.Spec) { s.Home = "capsule-system" }, []string{`home: Invalid value: "capsule-system"`}},
		"home is default":       {func(s *tenant.Spec) { s.Home = "default" }, []string{`home: Invalid value: "default"`}},
		"home from name":        {func(s *tenant.Spec) { s.Name = "flux-system" }, []string{`home: Invalid value: "flux-system"`}},
		"home is no name":       {func(s *tenant.Spec) { s.Home = "a/b" }, []string{`home: Invalid value: "a/b"`}},
		"account is no name":    {func(s *tenant.Spec) { s.ServiceAccount = "a:b" }, []string{`serviceAccount: Invalid value: "a:b"`}},
		"role is no name":       {func(s *tenant.Spec) { s.HomeRole = "a/b" }, []string{`homeRole: Invalid value: "a/b"`}},
		"cluster-admin at home": {func(s *tenant.Spec) { s.HomeRole = "cluster-admin" }, []string{"homeRole: Forbidden: cluster-admin needs allowClusterAdmin"}},
		"role and none":         {func(s *tenant.Spec) { s.HomeRole, s.NoHomeRole = "admin", true }, []string{"homeRole: Forbidden"}},
	})
}

func TestBuildErrorsOwners(t *testing.T) {
	rejects(t, map[string]rejection{
		"owner of unknown kind": {owner("Robot", "r2d2"), []string{`owners[0].kind: Unsupported value: "Robot"`}},
		"owner without name":    {owner("User", ""), []string{"owners[0].name: Required value"}},
		"account by bare name":  {owner("ServiceAccount", "bot"), []string{`owners[0].name: Invalid value: "bot": must have the form system:serviceaccount:<namespace>:<name>`}},
		"account without name":  {owner("ServiceAccount", "system:serviceaccount:ci"), []string{`owners[0].name: Invalid value: "system:serviceaccount:ci"`}},
		"every account":         {owner("Group", "system:serviceaccounts"), []string{`owners[0].name: Invalid value: "system:serviceaccounts"`}},
		"every account of a ns": {owner("Group", "system:serviceaccounts:dev"), []string{`owners[0].name: Invalid value: "system:serviceaccounts:dev"`}},
		"masters":               {owner("Group", "system:masters"), []string{`owners[0].name: Invalid value: "system:masters"`}},
		"owner twice":           {func(s *tenant.Spec) { owner("User", "a")(s); owner("User", "a")(s) }, []string{`owners[1]: Duplicate value: "User a"`}},
		"reconciler again":      {owner("ServiceAccount", "system:serviceaccount:dev-team:gitops-reconciler"), []string{"owners[0]: Duplicate value"}},
		"owner as cluster-admin": {func(s *tenant.Spec) {
			s.Owners = []tenant.Owner{{Kind: "User", Name: "a", ClusterRoles: []string{"view", "cluster-admin"}}}
		}, []string{"owners[0].clusterRoles[1]: Forbidden"}},
	})
}

func TestBuildErrorsQuota(t *testing.T) {
	rejects(t, map[string]rejection{
		"negative quota": {func(s *tenant.Spec) { s.Quota.Namespaces = -1 }, []string{"quota.namespaces: Invalid value: -1"}},
		"57 letters and a quota": {func(s *tenant.Spec) {
			s.Name, s.Quota.Hard = strings.Repeat("a", 57), corev1.ResourceList{"pods": resource.MustParse("1")}
		}, []string{"name: Invalid value", "must be no more than 56 characters with quota.hard"}},
		"57 letters": {func(s *tenant.Spec) { s.Name = strings.Repeat("a", 57) }, nil},
		"negative objects": {func(s *tenant.Spec) {
			s.Quota.FluxInHome.HelmReleases = new(int32(-1))
			s.Quota.FluxPerNamespace.Others = new(int32(-1))
			s.Quota.ConfigMapsInHome, s.Quota.SecretsInHome = new(int32(-2)), new(int32(-3))
		}, []string{"quota.configMapsInHome: Invalid value: -2", "quota.secretsInHome: Invalid value: -3", "quota.fluxInHome.helmReleases: Invalid value: -1", "quota.fluxPerNamespace.others: Invalid value: -1"}},
	})
}

func TestBuildErrorsSource(t *testing.T) {
	rejects(t, map[string]rejection{
		"no source":      {func(s *tenant.Spec) { s.Git = tenant.Git{} }, []string{"git: Required value: one of git and oci"}},
		"two sources":    {func(s *tenant.Spec) { s.OCI.URL = "oci://ghcr.io/org/x" }, []string{"oci: Forbidden: exactly one"}},
		"git over oci":   {func(s *tenant.Spec) { s.Git.URL = "oci://ghcr.io/org/x" }, []string{`git.url: Invalid value: "oci://ghcr.io/org/x": must start with http://, https://, ssh://`}},
		"scp address":    {func(s *tenant.Spec) { s.Git.URL = "git@github.com:org/x.git" }, []string{"git.url: Invalid value"}},
		"no url":         {func(s *tenant.Spec) { s.Git = tenant.Git{Branch: "main"} }, []string{"git.url: Required value"}},
		"oci over https": {func(s *tenant.Spec) { s.Git, s.OCI.URL = tenant.Git{}, "https://ghcr.io/org/x" }, []string{`oci.url: Invalid value: "https://ghcr.io/org/x": must start with oci://`}},
		"branch and tag": {func(s *tenant.Spec) { s.Git.Branch, s.Git.Tag = "main", "v1" }, []string{"git.tag: Forbidden: may not be given together with branch"}},
		"tag and commit": {func(s *tenant.Spec) { s.Git.Commit, s.Git.Tag = "abc", "v1" }, []string{"git.tag: Forbidden: may not be given together with commit"}},
		"oci tag and digest": {func(s *tenant.Spec) {
			s.Git, s.OCI = tenant.Git{}, tenant.OCI{URL: "oci://x/y", Tag: "a", Digest: "sha256:ab"}
		}, []string{"oci.tag: Forbidden: may not be given together with digest"}},
		"empty secret name": {func(s *tenant.Spec) { s.Git.SecretRef = &meta.LocalObjectReference{} }, []string{"git.secretRef.name: Required value"}},
		"source interval":   {func(s *tenant.Spec) { s.Git.Interval = tenanttest.Duration("-1s") }, []string{`git.interval: Invalid value: "-1s"`}},
		"ssh without a key": {func(s *tenant.Spec) { s.Git.URL = "ssh://git@github.com/org/x" }, []string{"git.secretRef: Required value"}},
		"ssh with a key": {func(s *tenant.Spec) {
			s.Git.URL, s.Git.SecretRef = "ssh://git@github.com/org/x", &meta.LocalObjectReference{Name: "key"}
		}, nil},
		"plain http":           {func(s *tenant.Spec) { s.Git.URL = "http://git.example.com/x" }, []string{"git.url: Forbidden: must not be plain http"}},
		"proxy":                {proxies, []string{"git: Forbidden: must not name a proxy", "notification.provider: Forbidden: must not name a proxy"}},
		"proxy, accepted":      {func(s *tenant.Spec) { proxies(s); s.AllowProxy = true }, nil},
		"plain http, accepted": {func(s *tenant.Spec) { s.Git.URL, s.AllowInsecure = "http://git.example.com/x", true }, nil},
		"Flux's own server":    {func(s *tenant.Spec) { s.Git.URL = "https://source-controller.flux-system.svc/x" }, []string{"git.url: Forbidden"}},
		"git with a commit":    {func(s *tenant.Spec) { s.Git.Commit = "main" }, []string{"git.commit: Invalid value"}},
	})
}

func TestBuildErrorsSync(t *testing.T) {
	rejects(t, map[string]rejection{
		"interval":             {func(s *tenant.Spec) { s.Interval = tenanttest.Duration("1500us") }, nil},
		"interval too fine":    {func(s *tenant.Spec) { s.Interval = tenanttest.Duration("100us") }, []string{`interval: Invalid value: "100µs"`}},
		"retry interval":       {func(s *tenant.Spec) { s.RetryInterval = tenanttest.Duration("-5s") }, []string{`retryInterval: Invalid value: "-5s"`}},
		"timeout":              {func(s *tenant.Spec) { s.Timeout = tenanttest.Duration("-5s") }, []string{`timeout: Invalid value: "-5s"`}},
		"path climbs out":      {func(s *tenant.Spec) { s.Path = "./staging/../../other" }, []string{`path: Invalid value: "./staging/../../other": must not contain ".."`}},
		"depends on itself":    {func(s *tenant.Spec) { s.DependsOn = []string{"dev-team"} }, []string{"dependsOn[0]: Invalid value"}},
		"depends on elsewhere": {func(s *tenant.Spec) { s.DependsOn = []string{"flux-system/infra"} }, []string{`dependsOn[0]: Invalid value: "flux-system/infra"`}},
		"variable name":        {func(s *tenant.Spec) { s.Substitute = map[string]string{"a-b": "c"} }, []string{"substitute[a-b]: Invalid value"}},
		"controller decrypts":  {func(s *tenant.Spec) { s.Decryption = &tenant.Decryption{} }, []string{"decryption: Forbidden"}},
		"decryption by Secret": {func(s *tenant.Spec) {
			s.Decryption = &tenant.Decryption{SecretRef: &meta.LocalObjectReference{Name: "x"}}
		}, []string{"decryption: Forbidden"}},
		"decryption's Secret": {func(s *tenant.Spec) {
			s.Decryption, s.AllowSecretDecryption = &tenant.Decryption{SecretRef: &meta.LocalObjectReference{}}, true
		}, []string{"decryption.secretRef.name: Required value"}},
		"decryption's account": {func(s *tenant.Spec) { s.Decryption = &tenant.Decryption{ServiceAccountName: "kms"} }, nil},
		"variables from":       {func(s *tenant.Spec) { s.SubstituteFrom = []kustomizev1.SubstituteReference{{Kind: "Pod"}} }, []string{"substituteFrom[0].kind: Unsupported value", "substituteFrom[0].name: Required value"}},
	})
}

func TestBuildErrorsAccess(t *testing.T) {
	rejects(t, map[string]rejection{
		"proxy over http":      {func(s *tenant.Spec) { s.Access = tenanttest.Proxy(t, "http://capsule-proxy:9001") }, []string{"access.proxy: Invalid value"}},
		"proxy with a path":    {func(s *tenant.Spec) { s.Access = tenanttest.Proxy(t, "https://capsule-proxy:9001/api") }, []string{"access.proxy: Invalid value"}},
		"CA is no certificate": {func(s *tenant.Spec) { s.Access = tenanttest.Proxy(t, "https://p:9001"); s.Access.CA = "rubbish" }, []string{"access.ca: Invalid value"}},
		"no audience":          {func(s *tenant.Spec) { s.Access = tenanttest.Proxy(t, "https://p:9001"); s.Access.Audiences = nil }, []string{"access.audiences: Required value"}},
		"proxy and API server": {func(s *tenant.Spec) {
			s.Access = tenanttest.Proxy(t, "https://p:9001")
			s.Access.APIServer = "https://a"
		}, []string{"access.apiServer: Forbidden"}},
	})
}

func TestBuildErrorsMetadata(t *testing.T) {
	rejects(t, map[string]rejection{
		"label of Capsule":    {func(s *tenant.Spec) { s.Labels = map[string]string{"capsule.clastix.io/tenant": "x"} }, []string{"labels[capsule.clastix.io/tenant]: Forbidden"}},
		"label of Kubernetes": {func(s *tenant.Spec) { s.Labels = map[string]string{"pod-security.kubernetes.io/enforce": "privileged"} }, []string{"labels[pod-security.kubernetes.io/enforce]: Forbidden"}},
		"recommended label":   {func(s *tenant.Spec) { s.Labels = map[string]string{"app.kubernetes.io/part-of": "naas"} }, nil},
		"label value":         {func(s *tenant.Spec) { s.Labels = map[string]string{"a": "b c"} }, []string{`labels: Invalid value: "b c"`}},
		"annotation key":      {func(s *tenant.Spec) { s.Annotations = map[string]string{"a b": "c"} }, []string{"annotations: Invalid value"}},
		"shard":               {func(s *tenant.Spec) { s.Shard = "a b" }, []string{`shard: Invalid value: "a b"`}},
		"annotation of Flux": {func(s *tenant.Spec) {
			s.Annotations = map[string]string{"kustomize.toolkit.fluxcd.io/prune": "disabled"}
		}, []string{"annotations[kustomize.toolkit.fluxcd.io/prune]: Forbidden"}},
		"label of Flux": {func(s *tenant.Spec) {
			s.Labels = map[string]string{"kustomize.toolkit.fluxcd.io/reconcile": "disabled"}
		}, []string{"labels[kustomize.toolkit.fluxcd.io/reconcile]: Forbidden"}},
		"quarantine's shard": {func(s *tenant.Spec) { s.Shard = "quarantine" }, []string{`shard: Invalid value: "quarantine"`}},
		"many at once": {func(s *tenant.Spec) {
			*s = tenant.Spec{Name: "dev-team", Home: "kube-public", Path: "..", Git: tenant.Git{URL: "ftp://x"}, Quota: tenant.Quota{Namespaces: -1}}
		}, []string{"home: ", "quota.namespaces: ", "git.url: ", "path: "}},
	})
}

// rejects builds each spec. If no error is expected, it must build, and the schema
// must accept it.
func rejects(t *testing.T, tests map[string]rejection) {
	t.Helper()
	schema := schematest.Parse(t, tenant.Schema())
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			spec := tenanttest.Smallest()
			test.spoil(&spec)
			bundle, err := tenant.Build(spec)
			if test.want == nil {
				if err != nil {
					t.Errorf("unexpected error: %v", err)
				}
				if faults := schematest.Faults(t, schema, spec); len(faults) > 0 {
					t.Errorf("the schema refuses it: %v", faults)
				}
				return
			}
			if err == nil {
				t.Fatalf("no error, want one with %q", test.want)
			}
			if bundle != nil {
				t.Error("an error and a bundle were returned")
			}
			if !apierrors.IsInvalid(err) {
				t.Errorf("apierrors.IsInvalid is false for: %v", err)
			}
			if prefix := `tenant.Spec "` + spec.Name + `" is invalid: `; !strings.HasPrefix(err.Error(), prefix) {
				t.Errorf("error does not start with %q: %v", prefix, err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error lacks %q: %v", want, err)
				}
			}
		})
	}
}

// TestBuildErrorsOnce: a fault that affects many objects is reported once.
func TestBuildErrorsOnce(t *testing.T) {
	_, err := tenant.Build(tenant.Spec{
		Name: "Dev_Team", ServiceAccount: "a:b",
		OCI:    tenant.OCI{URL: "oci://ghcr.io/org/x"},
		Labels: map[string]string{"a": "b c"},
		Access: kubeconfig.Access{Proxy: "https://p.example.com", SecretRef: &meta.SecretKeyReference{Name: "A"}},
	})
	status, ok := err.(apierrors.APIStatus)
	if !ok {
		t.Fatalf("not an API status: %v", err)
	}
	seen := map[string]int{}
	for _, cause := range status.Status().Details.Causes {
		seen[cause.Field]++
	}
	for field, n := range seen {
		if n > 1 {
			t.Errorf("%s is reported %d times: %v", field, n, err)
		}
	}
	for _, field := range []string{"name", "serviceAccount", "labels", "access.secretRef.name"} {
		if seen[field] == 0 {
			t.Errorf("%s is not reported: %v", field, err)
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d fields are reported, want 4: %v", len(seen), err)
	}
}

// TestErrorsShowNoSecrets: an error does not repeat a secret that was put into a URL
// or a CA field.
func TestErrorsShowNoSecrets(t *testing.T) {
	const secret = "s3cr3t-t0k3n"
	for name, spoil := range map[string]func(*tenant.Spec){
		"password":     func(s *tenant.Spec) { s.Git.URL = "https://user:" + secret + "@github.com/org/x" },
		"token":        func(s *tenant.Spec) { s.Git.URL = "https://" + secret + "@github.com/org/x" },
		"wrong scheme": func(s *tenant.Spec) { s.Git.URL = "ftp://user:" + secret + "@github.com/org/x" },
		"unparsable":   func(s *tenant.Spec) { s.Git.URL = "https://user:" + secret + "@%zz" },
		"query":        func(s *tenant.Spec) { s.Git.URL = "ftp://github.com/org/x?token=" + secret },
		"proxy":        func(s *tenant.Spec) { s.Access = tenanttest.Proxy(t, "https://"+secret+"@p:9001") },
		"private key": func(s *tenant.Spec) {
			s.Access = tenanttest.Proxy(t, "https://p:9001")
			s.Access.CA = "-----BEGIN PRIVATE KEY-----\n" + secret + "\n-----END PRIVATE KEY-----\n"
		},
		"token as the CA": func(s *tenant.Spec) { s.Access = tenanttest.Proxy(t, "https://p:9001"); s.Access.CA = secret },
	} {
		t.Run(name, func(t *testing.T) {
			spec := tenanttest.Smallest()
			spoil(&spec)
			_, err := tenant.Build(spec)
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
}

func owner(kind, name string) func(*tenant.Spec) {
	return func(s *tenant.Spec) {
		s.Owners = append(s.Owners, tenant.Owner{Kind: rbac.OwnerKind(kind), Name: name})
	}
}

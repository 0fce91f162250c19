package lockdown_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/fluxcapsule/fluxcapsule/flux/lockdown"
	"github.com/fluxcapsule/fluxcapsule/internal/versions"
)

// known lists the flags and gates of a version's controllers.
type known struct{ flags, gates []string }

// upstream reads testdata/flags.txt, by version and controller.
func upstream(t *testing.T) map[string]map[string]known {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "flags.txt"))
	if err != nil {
		t.Fatal(err)
	}
	versions := map[string]map[string]known{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 4 || words[0] == "#" {
			continue
		}
		gates := slices.Index(words, "gates:")
		if versions[words[0]] == nil {
			versions[words[0]] = map[string]known{}
		}
		versions[words[0]][words[1]] = known{flags: words[4:gates], gates: words[gates+1:]}
	}
	return versions
}

// A controller does not start with a flag or a gate that it does not know.
func TestControllersKnowTheirFlags(t *testing.T) {
	for version, controllers := range upstream(t) {
		spec := everything
		spec.FluxVersion, spec.Shards = version, nil
		objects := build(t, essential(components(t)), spec, nil)
		for controller, known := range controllers {
			for _, arg := range argsOf(t, objects, controller) {
				name, value, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
				if !slices.Contains(known.flags, name) {
					t.Errorf("Flux %s: %s does not know --%s", version, controller, name)
				}
				gate, _, _ := strings.Cut(value, "=")
				if name == "feature-gates" && gate != "ExternalArtifact" && !slices.Contains(known.gates, gate) {
					t.Errorf("Flux %s: %s does not know the gate %s", version, controller, gate)
				}
			}
		}
	}
}

// TestVersions: the flags of every supported version are known, and the default is
// the pinned one.
func TestVersions(t *testing.T) {
	known := upstream(t)
	for _, version := range versions.Of(versions.Flux) {
		if len(known[version]) == 0 {
			t.Errorf("testdata/flags.txt has nothing about Flux %s", version)
		}
		mustBuild(t, lockdown.Spec{FluxVersion: "v" + version + ".1"})
	}
	if len(known) != len(versions.Of(versions.Flux)) || lockdown.DefaultFluxVersion != versions.Pinned(versions.Flux) {
		t.Errorf("flags of %d versions are known, and the default is %s", len(known), lockdown.DefaultFluxVersion)
	}
	if _, err := lockdown.Build(lockdown.Spec{FluxVersion: "2.6"}); err == nil || !strings.Contains(err.Error(), `supported values: "2.7", "2.8", "2.9", "2.10"`) {
		t.Errorf("Flux 2.6: got %v", err)
	}
}

// Open lists the flags that a version lacks and the empty fields of the Spec.
func TestOpen(t *testing.T) {
	complete := everything
	for name, test := range map[string]struct {
		spec lockdown.Spec
		want []string
	}{
		"zero": {lockdown.Spec{}, []string{"artifactHost", "egress.sources", "workloadIdentity", "network.apiServer", "network.cluster"}},
		"2.7": {lockdown.Spec{FluxVersion: "2.7", WorkloadIdentity: true}, []string{
			"--feature-gates=CancelHealthCheckOnNewRevision=true", "fluxVersion", "artifactHost", "egress.sources", "network.apiServer", "network.cluster",
		}},
		"2.9.4": {lockdown.Spec{FluxVersion: "v2.9.4", WorkloadIdentity: true}, []string{"fluxVersion", "artifactHost", "egress.sources", "network.apiServer", "network.cluster"}},
		"2.10":  {lockdown.Spec{FluxVersion: "2.10"}, []string{"artifactHost", "egress.sources", "network.apiServer", "network.cluster"}},
		"proxy": {lockdown.Spec{WorkloadIdentity: true, Egress: lockdown.Egress{SourceProxy: "http://egress.example.com:3128"}}, []string{"artifactHost", "network.apiServer", "network.cluster"}},
		"all":   {complete, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, hole := range mustBuild(t, test.spec).Open {
				got = append(got, hole.Name)
				if hole.Lets == "" || hole.Close == "" {
					t.Errorf("%v does not say what it lets a tenant do, or how to close it", hole)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("open (-want +got):\n%s", diff)
			}
		})
	}
}

// Flux 2.10 always has workload identity, and so always needs its accounts.
func TestIdentities(t *testing.T) {
	for _, test := range []struct {
		version       string
		identity      bool
		gate, account bool
	}{
		{"2.9", false, false, false}, {"2.9", true, true, true}, {"2.10", false, false, true}, {"v2.10.3", true, false, true},
	} {
		spec := lockdown.Spec{FluxVersion: test.version, WorkloadIdentity: test.identity}
		args := argsOf(t, build(t, essential(components(t)), spec, nil), "kustomize-controller")
		gate := slices.Contains(args, "--feature-gates=ObjectLevelWorkloadIdentity=true")
		account := slices.Contains(args, "--default-kubeconfig-service-account=default")
		if gate != test.gate || account != test.account {
			t.Errorf("Flux %s, workload identity %v: gate %v, account %v, want %v, %v", test.version, test.identity, gate, account, test.gate, test.account)
		}
	}
}

// TestTokenRequests: Flux's own roles let the controllers request tokens up to 2.9;
// from 2.10 on the lockdown does, for who wants workload identity.
func TestTokenRequests(t *testing.T) {
	for _, test := range []struct {
		version  string
		identity bool
		want     []string
	}{
		{"2.9", true, nil}, {"2.10", false, nil},
		{"2.10", true, []string{"ClusterRole [create serviceaccounts/token]", "ClusterRoleBinding [flux/source-controller flux/kustomize-controller flux/helm-controller flux/notification-controller flux/image-reflector-controller flux/image-automation-controller]"}},
	} {
		var got []string
		for _, obj := range mustBuild(t, lockdown.Spec{FluxVersion: test.version, WorkloadIdentity: test.identity, Namespace: "flux"}).Objects {
			switch obj := obj.(type) {
			case *rbacv1.ClusterRole:
				got = append(got, fmt.Sprint(obj.Kind, " ", slices.Concat(obj.Rules[0].Verbs, obj.Rules[0].Resources)))
			case *rbacv1.ClusterRoleBinding:
				var subjects []string
				for _, s := range obj.Subjects {
					subjects = append(subjects, s.Namespace+"/"+s.Name)
				}
				got = append(got, fmt.Sprint(obj.Kind, " ", subjects))
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("Flux %s, workload identity %v (-want +got):\n%s", test.version, test.identity, diff)
		}
	}
}

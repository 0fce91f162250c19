package names

import (
	"regexp"
	"testing"
)

func TestParseUser(t *testing.T) {
	tests := map[string]struct {
		namespace, account string
		ok                 bool
	}{
		"system:serviceaccount:dev-team:gitops-reconciler": {"dev-team", "gitops-reconciler", true},
		"system:serviceaccount:dev-team:a.b":               {"dev-team", "a.b", true},
		"system:serviceaccount:dev-team":                   {},
		"system:serviceaccount:dev-team:":                  {},
		"system:serviceaccount::a":                         {},
		"system:serviceaccount:a.b:c":                      {},
		"system:serviceaccount:a:b:c":                      {},
		"system:serviceaccounts:dev-team":                  {},
		"alice":                                            {},
		"":                                                 {},
	}
	for user, want := range tests {
		namespace, account, ok := ParseUser(user)
		if namespace != want.namespace || account != want.account || ok != want.ok {
			t.Errorf("ParseUser(%q) = %q, %q, %v", user, namespace, account, ok)
		}
		if ok && User(namespace, account) != user {
			t.Errorf("User(%q, %q) = %q, want %q", namespace, account, User(namespace, account), user)
		}
	}
}

func TestEverybody(t *testing.T) {
	for _, test := range []struct {
		kind, name string
		want       bool
	}{
		{"Group", "system:authenticated", true},
		{"Group", "system:unauthenticated", true},
		{"Group", "system:serviceaccounts", true},
		{"User", "system:anonymous", true},
		{"User", "system:authenticated", false},
		{"Group", "system:anonymous", false},
		{"Group", "system:serviceaccounts:dev-team", false},
		{"ServiceAccount", "system:serviceaccounts", false},
		{"Group", "developers", false},
	} {
		if got := Everybody(test.kind, test.name); got != test.want {
			t.Errorf("Everybody(%q, %q) = %v", test.kind, test.name, got)
		}
	}
}

// TestPlatformPattern compares the expression with the function.
func TestPlatformPattern(t *testing.T) {
	pattern := regexp.MustCompile(PlatformPattern)
	for name, want := range map[string]bool{
		"default": true, "kube-system": true, "kube-public": true, "kube-": true, "flux-system": true, "capsule-system": true,
		"dev-team": false, "defaults": false, "kube": false, "my-kube-system": false, "flux": false, "flux-system-2": false,
	} {
		if got := IsPlatform(name); got != want {
			t.Errorf("IsPlatform(%q) = %v", name, got)
		}
		if got := pattern.MatchString(name); got != want {
			t.Errorf("PlatformPattern matches %q: %v", name, got)
		}
	}
}

func TestLabelOwner(t *testing.T) {
	for key, want := range map[string]string{
		"team": "", "example.com/team": "", "app.kubernetes.io/part-of": "",
		"kubernetes.io/metadata.name": "kubernetes.io", "pod-security.kubernetes.io/enforce": "kubernetes.io",
		"capsule.clastix.io/tenant": "capsule.clastix.io", "projectcapsule.dev/tenant": "projectcapsule.dev",
		"toolkit.fluxcd.io/tenant": "fluxcd.io", "notfluxcd.io/x": "",
	} {
		if got := LabelOwner(key); got != want {
			t.Errorf("LabelOwner(%q) = %q, want %q", key, got, want)
		}
	}
}

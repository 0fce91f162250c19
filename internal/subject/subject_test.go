package subject

import (
	"strings"
	"testing"

	"github.com/projectcapsule/capsule/pkg/api/rbac"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/names"
)

func TestValidate(t *testing.T) {
	path := field.NewPath("owner")
	for name, test := range map[string]struct {
		user rbac.UserSpec
		want string // the beginning of the only fault
	}{
		"user":            {rbac.UserSpec{Kind: "User", Name: "alice@example.com"}, ""},
		"group":           {rbac.UserSpec{Kind: "Group", Name: "oidc:/org/Dev Team"}, ""},
		"account":         {rbac.UserSpec{Kind: "ServiceAccount", Name: "system:serviceaccount:ci:run.ner"}, ""},
		"no kind":         {rbac.UserSpec{Name: "alice"}, "owner.kind: Required value"},
		"no name":         {rbac.UserSpec{Kind: "User"}, "owner.name: Required value"},
		"not UTF-8":       {rbac.UserSpec{Kind: "User", Name: "\xff"}, `owner.name: Invalid value: "\xff": must be UTF-8`},
		"bare account":    {rbac.UserSpec{Kind: "ServiceAccount", Name: "runner"}, "owner.name: Invalid value"},
		"Kubernetes' own": {rbac.UserSpec{Kind: "Group", Name: "system:masters"}, `owner.name: Invalid value: "system:masters": must not be one of Kubernetes' own`},
		"account as user": {rbac.UserSpec{Kind: "User", Name: "system:serviceaccount:ci:runner"}, "owner.name: Invalid value"},
	} {
		errs := Validate(path, test.user)
		switch {
		case test.want == "" && len(errs) > 0:
			t.Errorf("%s: %v", name, errs)
		case test.want != "" && (len(errs) != 1 || !strings.HasPrefix(errs[0].Error(), test.want)):
			t.Errorf("%s: got %v, want %q", name, errs, test.want)
		}
	}
}

// FuzzValidateAccount: a name is valid if the parser of user names accepts it.
func FuzzValidateAccount(f *testing.F) {
	for _, name := range []string{"", "runner", "system:serviceaccount:ci:runner", "system:serviceaccount:ci:", "system:serviceaccount:a.b:c", "system:serviceaccount:a:b:c"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		_, _, want := names.ParseUser(name)
		if got := len(ValidateAccount(field.NewPath("name"), name)) == 0; got != want {
			t.Errorf("%q is valid: %v, want %v", name, got, want)
		}
	})
}

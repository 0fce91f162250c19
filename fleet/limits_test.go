package fleet_test

import (
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/fleet"
)

func TestWarnings(t *testing.T) {
	tests := map[string]struct {
		tenants int
		want    string
	}{
		"within a group's limit": {fleet.MaxTenantsPerGroup, ""},
		"past a group's limit":   {fleet.MaxTenantsPerGroup + 1, "group 000 has 201 tenants"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := fleet.Fleet{Groups: 1, Platform: platform("production"), Tenants: teams(test.tenants, nil)}
			changes := writeTree(t, f, t.TempDir())
			if got := strings.Join(changes.Warnings, "\n"); !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("warnings %q, want %q", got, test.want)
			}
		})
	}
}

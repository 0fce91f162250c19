package fleet

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/fluxcapsule/fluxcapsule/internal/build"
	"github.com/fluxcapsule/fluxcapsule/internal/tree"
	"github.com/fluxcapsule/fluxcapsule/kubeconfig"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// A record is the first line of a tenant's file, which tells the next run what must
// not change.
type record struct {
	Home    string `json:"home"`
	Account string `json:"account"`
	Access  string `json:"access"`
	Stage   stage  `json:"stage,omitempty"`
}

const recordPrefix = "# Tenant: "

// recordOf returns the record of a spec whose defaults the fleet filled in.
func recordOf(spec tenant.Spec) record {
	account := cmp.Or(spec.ServiceAccount, tenant.DefaultServiceAccount)
	return record{Home: spec.Home, Account: account, Access: accessMode(spec.Access)}
}

// accessMode returns a tenant's mode of access. Its addresses may change, its mode
// may not.
func accessMode(access kubeconfig.Access) string {
	mode := "impersonation"
	switch {
	case access.Proxy != "":
		mode = "proxy"
	case !access.IsZero():
		mode = "direct"
	}
	if access.SecretRef != nil {
		mode += "-secret"
	}
	return mode
}

// line returns the record as the first line of a file.
func (r record) line() []byte {
	text, err := json.Marshal(r)
	if err != nil {
		panic(err) // of strings
	}
	return slices.Concat([]byte(recordPrefix), text, []byte("\n"))
}

// readRecord returns the record of a file, or nil where there is none.
func readRecord(t *tree.Tree, file string) (*record, error) {
	content, there, err := t.Read(file)
	if err != nil || !there {
		return nil, err
	}
	line, _, _ := bytes.Cut(content, []byte("\n"))
	text, ok := bytes.CutPrefix(line, []byte(recordPrefix))
	if !ok {
		return nil, nil
	}
	r := &record{}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

const moveInstead = "; keep it, or let the tenant leave (leaving: true) and make it anew"

// check lists the parts of the tenant's identity that a spec would change.
func (r record) check(spec tenant.Spec, now record, o treeOptions) error {
	var errs field.ErrorList
	if now.Home != r.Home {
		errs = append(errs, field.Invalid(field.NewPath("home"), now.Home,
			fmt.Sprintf("the tree has the tenant in %q, where its Kustomization would go on%s", r.Home, moveInstead)))
	}
	if now.Account != r.Account {
		errs = append(errs, field.Invalid(field.NewPath("serviceAccount"), now.Account,
			fmt.Sprintf("the tree has the tenant with the account %q, which would go on owning it%s", r.Account, moveInstead)))
	}
	if now.Access != r.Access && !slices.Contains(o.changeAccess, spec.Name) {
		errs = append(errs, field.Invalid(field.NewPath("access"), now.Access,
			fmt.Sprintf("the tree has the tenant with access by %s; to change it, suspend the tenant (suspend: true), wait until every cluster has applied that, change it by name (--change-access %s), and resume", r.Access, spec.Name)))
	}
	return build.Invalid(schema.GroupKind{Kind: "tenant.Spec"}, spec.Name, errs)
}

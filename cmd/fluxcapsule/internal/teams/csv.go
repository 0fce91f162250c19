package teams

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/projectcapsule/capsule/pkg/api/rbac"

	"github.com/fluxcapsule/fluxcapsule/manifest"
	"github.com/fluxcapsule/fluxcapsule/tenant"
)

// columns are the columns that a table of teams may have; its first line names
// those that it has. Other fields of a spec need YAML.
var columns = map[string]func(*tenant.Spec, string) error{
	"name":   func(s *tenant.Spec, v string) error { s.Name = v; return nil },
	"home":   func(s *tenant.Spec, v string) error { s.Home = v; return nil },
	"git":    func(s *tenant.Spec, v string) error { s.Git.URL = v; return nil },
	"branch": func(s *tenant.Spec, v string) error { s.Git.Branch = v; return nil },
	"path":   func(s *tenant.Spec, v string) error { s.Path = v; return nil },
	"owners": owners,
	"namespaces": func(s *tenant.Spec, v string) error {
		n, err := strconv.ParseInt(v, 10, 32)
		if err != nil {
			return fmt.Errorf("%q is not a number of namespaces", v)
		}
		s.Quota.Namespaces = int32(n)
		return nil
	},
}

// owners reads "Group:dev-team-admins User:alice@example.com".
func owners(s *tenant.Spec, v string) error {
	for owner := range strings.FieldsSeq(v) {
		kind, name, ok := strings.Cut(owner, ":")
		if !ok {
			return fmt.Errorf("owner %q has no kind: write Group:%[1]s or User:%[1]s", owner)
		}
		s.Owners = append(s.Owners, tenant.Owner{Kind: rbac.OwnerKind(kind), Name: name})
	}
	return nil
}

// readCSV reads a spec from each line of a table. Empty cells are left out.
func readCSV(r io.Reader, file string) iter.Seq2[tenant.Spec, error] {
	return func(yield func(tenant.Spec, error) bool) {
		table := csv.NewReader(r)
		fail := func(line int, err error) bool {
			return yield(tenant.Spec{}, &manifest.Error{Position: manifest.Position{File: file, Line: line}, Err: err})
		}
		var header []string
		for {
			row, err := table.Read()
			if err == io.EOF {
				return
			}
			if parse := (*csv.ParseError)(nil); errors.As(err, &parse) {
				// A line of the wrong length is reported and skipped; a stray quote ends the table.
				if !fail(parse.Line, parse.Err) || parse.Err != csv.ErrFieldCount {
					return
				}
				continue
			}
			if err != nil {
				yield(tenant.Spec{}, err)
				return
			}
			line, _ := table.FieldPos(0)
			if header == nil {
				header = row
				if err := known(header); err != nil {
					fail(line, err)
					return
				}
				continue
			}
			spec, err := fromRow(header, row)
			if err != nil {
				if !fail(line, err) {
					return
				}
				continue
			}
			spec.Position = manifest.Position{File: file, Line: line}
			if !yield(spec, nil) {
				return
			}
		}
	}
}

func known(header []string) error {
	var errs []error
	for _, name := range header {
		if columns[name] == nil {
			errs = append(errs, fmt.Errorf("unknown column %q", name))
		}
	}
	return errors.Join(errs...)
}

func fromRow(header, row []string) (tenant.Spec, error) {
	var spec tenant.Spec
	var errs []error
	for i, cell := range row {
		if cell = strings.TrimSpace(cell); cell != "" {
			errs = append(errs, columns[header[i]](&spec, cell))
		}
	}
	return spec, errors.Join(errs...)
}

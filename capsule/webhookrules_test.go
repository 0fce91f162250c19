package capsule_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/capsule"
	"github.com/fluxcapsule/fluxcapsule/internal/webhookrules"
	"github.com/fluxcapsule/fluxcapsule/schema"
)

// The library's verdicts on objects that Capsule's webhooks refuse, and the reasons
// where they differ. The e2e tests ask the webhooks about the same table.
func TestWebhookRules(t *testing.T) {
	rows, err := webhookrules.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		t.Run(row.Source+"/"+row.Rule, func(t *testing.T) {
			object := row.Object()
			if object == nil {
				if row.Why == "" {
					t.Error("neither an object nor a reason why there is none")
				}
				return
			}
			if differ := (row.We == "") != (row.Webhook == ""); differ && row.Why == "" {
				t.Error("we and the webhook differ, and no reason is given")
			}
			for _, err := range schema.Validate(object) {
				t.Errorf("the webhook will never see the object: %v", err)
			}
			err := capsule.Validate(object)
			switch {
			case row.We == "" && err != nil:
				t.Errorf("refused: %v", err)
			case row.We != "" && (err == nil || !strings.Contains(err.Error(), row.We)):
				t.Errorf("got error %v, want one about %q", err, row.We)
			}
		})
	}
}

// Every file of Capsule's webhooks that refuses something has its row.
func TestWebhookRulesAreAll(t *testing.T) {
	rows, err := webhookrules.Rows()
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]bool{}
	for _, row := range rows {
		sources[row.Source] = true
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/projectcapsule/capsule").Output()
	if err != nil {
		t.Fatal(err)
	}
	module := strings.TrimSpace(string(out))
	err = filepath.WalkDir(filepath.Join(module, "internal", "webhook"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(module, path)
		if refuses := bytes.Contains(source, []byte("Deny(")) || bytes.Contains(source, []byte("Denyf(")); refuses && !sources[name] {
			t.Errorf("%s refuses something, and has no row", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for source := range sources {
		if _, err := os.Stat(filepath.Join(module, source)); err != nil {
			t.Errorf("a row is about a file that is not there: %v", err)
		}
	}
}

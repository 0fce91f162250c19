package dataloss_test

import (
	"strings"

	"github.com/fluxcapsule/fluxcapsule/e2e/harness"
)

// A slip is a commit to the platform's repository that nobody meant to make.
type slip struct {
	name   string
	change func(c *harness.Case, e *holder, files map[string]string)
}

// Of 64 groups, the first two tenants share one, and each of the others has its own.
// Of 32, these two share one as well.
const (
	first, second, third, fourth = "loss-1", "loss-32", "loss-2", "loss-38"
)

func slips() []slip {
	return []slip{
		{"file of a tenant deleted", func(c *harness.Case, e *holder, files map[string]string) {
			file := e.teamFile(c, first)
			delete(files, file)
			unlist(files, strings.TrimSuffix(file, first+".yaml"), first+".yaml")
		}},
		{"file of a tenant deleted, though it is listed", func(c *harness.Case, e *holder, files map[string]string) {
			delete(files, e.teamFile(c, first))
		}},
		{"folder of a group deleted", func(c *harness.Case, e *holder, files map[string]string) {
			remove(files, "tenants/"+e.group(c, first)+"/")
		}},
		{"folder of all tenants deleted", func(c *harness.Case, e *holder, files map[string]string) {
			remove(files, "tenants/")
		}},
		{"a group's Kustomization deleted", func(c *harness.Case, e *holder, files map[string]string) {
			delete(files, "clusters/e2e/tenants/"+e.group(c, first)+".yaml")
			unlist(files, "clusters/e2e/tenants/", e.group(c, first)+".yaml")
		}},
		{"the Kustomization of the groups deleted", func(c *harness.Case, e *holder, files map[string]string) {
			delete(files, "clusters/e2e/tenants.yaml")
			unlist(files, "clusters/e2e/", "tenants.yaml")
		}},
		{"the infrastructure's Kustomization deleted", func(c *harness.Case, e *holder, files map[string]string) {
			delete(files, "clusters/e2e/infrastructure.yaml")
			unlist(files, "clusters/e2e/", "infrastructure.yaml")
		}},
		{"the infrastructure deleted", func(c *harness.Case, e *holder, files map[string]string) {
			remove(files, "infrastructure/")
		}},
		{"everything deleted", func(c *harness.Case, e *holder, files map[string]string) {
			remove(files, "")
		}},
		{"everything deleted, and an empty list committed", func(c *harness.Case, e *holder, files map[string]string) {
			remove(files, "")
			files["clusters/e2e/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n"
		}},
		{"everything deleted but Flux", func(c *harness.Case, e *holder, files map[string]string) {
			for path := range files {
				if !strings.HasPrefix(path, "clusters/e2e/flux-system/") {
					delete(files, path)
				}
			}
			files["clusters/e2e/kustomization.yaml"] = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n- flux-system\n"
		}},
		{"a tenant renamed by a merge", func(c *harness.Case, e *holder, files map[string]string) {
			file := e.teamFile(c, first)
			files[file] = strings.ReplaceAll(files[file], first, "renamed")
		}},
		{"the Tenant renamed by a merge, and nothing else", func(c *harness.Case, e *holder, files map[string]string) {
			file := e.teamFile(c, first)
			before, after, _ := strings.Cut(files[file], "kind: Tenant\n")
			files[file] = before + "kind: Tenant\n" + strings.Replace(after, "  name: "+first+"\n", "  name: renamed\n", 1)
		}},
		{"a tenant's file moved to another group", func(c *harness.Case, e *holder, files map[string]string) {
			file := e.teamFile(c, first)
			from, to := strings.TrimSuffix(file, first+".yaml"), "tenants/"+e.group(c, third)+"/"
			files[to+first+".yaml"] = files[file]
			delete(files, file)
			unlist(files, from, first+".yaml")
			list := to + "kustomization.yaml"
			files[list] = strings.TrimRight(files[list], "\n") + "\n- " + first + ".yaml\n"
		}},
	}
}

// remove removes the files under a folder.
func remove(files map[string]string, folder string) {
	for path := range files {
		if strings.HasPrefix(path, folder) {
			delete(files, path)
		}
	}
}

// unlist takes a file out of the list of its folder.
func unlist(files map[string]string, folder, name string) {
	list := folder + "kustomization.yaml"
	files[list] = strings.Replace(files[list], "- "+name+"\n", "", 1)
	if strings.HasSuffix(strings.TrimSpace(files[list]), "resources:") {
		files[list] = strings.TrimSpace(files[list]) + " []\n"
	}
}

package examples

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// githubCommands returns the commands of the workflow, githubJob's.
func githubCommands(t *testing.T) []string {
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ Run string }
		}
	}
	parse(t, "pipeline/.github/workflows/tenants.yaml", &workflow)
	var commands []string
	for _, step := range workflow.Jobs["tenants"].Steps {
		if step.Run != "" {
			commands = append(commands, step.Run)
		}
	}
	return commands
}

func gitlabCommands(t *testing.T) []string {
	var jobs map[string]struct{ Script []string }
	parse(t, "pipeline/.gitlab-ci.yml", &jobs)
	return jobs["tenants"].Script
}

func parse(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

// platformRepository makes a repository with one team and its tree on branch main.
func platformRepository(t *testing.T) string {
	dir := filepath.Join(t.TempDir(), "head")
	writeFile(t, filepath.Join(dir, "teams/web-team.yaml"), "name: web-team\ngit: {url: \"https://github.com/org/web-team.git\", branch: main}\nquota: {namespaces: 3}\n")
	writeFile(t, filepath.Join(dir, "platform.yaml"), "git: {url: \"https://github.com/org/platform.git\", branch: main}\nfolder: gitops\nclusters: [{name: production}]\n")
	follow(t, dir, `git init --quiet --initial-branch main .
git config user.name test
git config user.email test@example.com
fluxcapsule fleet teams --platform platform.yaml --out gitops
git add .
git commit --quiet -m "One team"
git update-ref refs/remotes/origin/main main
git checkout --quiet -b change
`)
	return dir
}

// stubs are programs that take the place of those that talk to a server: the comment
// ends up in the file POSTED.
func stubs(t *testing.T) string {
	dir := t.TempDir()
	for _, name := range []string{"go", "gh", "curl"} {
		body := "#!/bin/sh\n"
		if name != "go" {
			body += "case \"$*\" in *comment.md*) cp comment.md \"$POSTED\" ;; *) exit 1 ;; esac\n"
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// review runs the commands of a pipeline, as far as they succeed. It returns the one
// that does not, and the comment.
func review(t *testing.T, dir string, commands []string) (refused, comment string) {
	t.Helper()
	posted := filepath.Join(t.TempDir(), "comment.md")
	path := strings.Join([]string{stubs(t), bin, os.Getenv("PATH")}, string(filepath.ListSeparator))
	for _, command := range commands {
		shell := exec.Command("sh", "-eu", "-c", command)
		shell.Dir = dir
		shell.Env = append(os.Environ(), "PATH="+path, "POSTED="+posted, "GITHUB_BASE_REF=main", "PULL_REQUEST=7",
			"CI_MERGE_REQUEST_DIFF_BASE_SHA=main", "COMMENT_TOKEN=x", "CI_API_V4_URL=https://gitlab.invalid", "CI_PROJECT_ID=1", "CI_MERGE_REQUEST_IID=7")
		if out, err := shell.CombinedOutput(); err != nil {
			t.Logf("%s: %v\n%s", command, err, out)
			refused = command
			break
		}
	}
	text, err := os.ReadFile(posted)
	if err != nil {
		t.Fatalf("no comment: %v; refused: %s", err, refused)
	}
	return refused, string(text)
}

const clusterAdmin = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: web-team-debug}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: ServiceAccount, name: gitops-reconciler, namespace: web-team}]
`

// TestPipeline runs the commands of the workflow and of the job on good and bad pull
// requests. The good one's comment is the example that the README shows.
func TestPipeline(t *testing.T) {
	tests := map[string]struct {
		change  func(t *testing.T, dir string)
		refuses string // the subcommand; empty if the pull request is good
		comment string // a part of it
	}{
		"good": {func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, "teams/api-team.yaml"), "name: api-team\ngit: {url: \"https://github.com/org/api-team.git\", branch: main}\n")
			writeFile(t, filepath.Join(dir, "teams/web-team.yaml"), "name: web-team\ngit: {url: \"https://github.com/org/web-team.git\", branch: main}\nquota: {namespaces: 5}\n")
			follow(t, dir, "fluxcapsule fleet teams --platform platform.yaml --out gitops")
		}, "", "a quota is raised"},
		"the tree is not written": {func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, "teams/web-team.yaml"), "name: web-team\ngit: {url: \"https://github.com/org/other.git\", branch: main}\n")
		}, "fleet", "No access is widened"},
		"a policy is removed by hand": {func(t *testing.T, dir string) {
			follow(t, dir, `rm gitops/infrastructure/policies/fluxcapsule-tenant-identities.yaml
sed -i.bak /tenant-identities/d gitops/infrastructure/policies/kustomization.yaml
rm gitops/infrastructure/policies/*.bak`)
		}, "fleet", "a policy is gone"},
		"an object is invalid": {func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, "gitops/extra/source.yaml"), "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: extra, namespace: flux-system}\nspec: {intervall: 5m, url: \"https://github.com/org/extra.git\"}\n")
		}, "validate", "GitRepository flux-system/extra"},
		"a tenant becomes cluster-admin": {func(t *testing.T, dir string) {
			writeFile(t, filepath.Join(dir, "gitops/extra/debug.yaml"), clusterAdmin)
		}, "audit", "somebody more holds the role"},
	}
	for host, commands := range map[string][]string{"github": githubCommands(t), "gitlab": gitlabCommands(t)} {
		for name, test := range tests {
			t.Run(host+"/"+name, func(t *testing.T) {
				t.Parallel()
				dir := platformRepository(t)
				test.change(t, dir)
				follow(t, dir, "git add .\ngit commit --quiet -m change")
				refused, comment := review(t, dir, commands)
				if test.refuses == "" && refused != "" || test.refuses != "" && !strings.HasPrefix(refused, "fluxcapsule "+test.refuses+" ") {
					t.Errorf("refused by %q, want fluxcapsule %s", refused, test.refuses)
				}
				if !strings.Contains(comment, test.comment) {
					t.Errorf("the comment has no %q:\n%s", test.comment, comment)
				}
				if name == "good" {
					compare(t, "pipeline/testdata/comment.golden.md", []byte(comment))
				}
			})
		}
	}
}

//go:build !race && linux

// The race detector takes many times the time and the memory that this file bounds.

package repository_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/fluxcapsule/fluxcapsule/internal/hostiletest"
	"github.com/fluxcapsule/fluxcapsule/repository"
)

// bounds are of one folder. The worst takes half the time on a machine that is not
// shared.
var bounds = hostiletest.Bounds{Time: 10 * time.Second, End: 20 * time.Second, Memory: 256 << 20}

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\n"

// A folder is the files of a hostile folder by their path.
type folder map[string]string

// hostile are folders that are made to take memory or time without end, or to lead
// out of the folder. Each holds good.yaml, which is read in spite of the other files.
var hostile = map[string]func() folder{
	"an alias of itself": func() folder { return overlay("data: &a {x: *a}\n") },
	"a merge of itself":  func() folder { return overlay("data: &a {<<: *a}\n") },
	"an alias bomb":      func() folder { return overlay(bomb()) },
	"aliases of long text": func() folder {
		return overlay("a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a,", 900) + "*a]\n")
	},
	"200,000 equal keys":          func() folder { return overlay(strings.Repeat("a: 1\n", 200_000)) },
	"200,000 keys":                func() folder { return overlay(numbered("k%d: 1\n", 200_000)) },
	"9,000 levels":                func() folder { return overlay("a: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n") },
	"9,000 mappings":              func() folder { return overlay("a: " + strings.Repeat("{a: ", 9000) + strings.Repeat("}", 9000) + "\n") },
	"10,000 documents":            func() folder { return overlay(numbered("---\n"+configMap, 10_000)) },
	"a file above the limit":      func() folder { return overlay("a: " + strings.Repeat("x", 40<<20) + "\n") },
	"a directive of another YAML": func() folder { return overlay("%YAML 1.2\n---\n" + bomb()) },
	"a bomb as kustomization.yaml": func() folder {
		return folder{"kustomization.yaml": "resources: [good.yaml]\n" + bomb()}
	},
	"a bomb as patch": func() folder {
		return folder{"kustomization.yaml": "resources: [good.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |\n" + indent(bomb())}
	},
	"a bomb as transformer": func() folder {
		return folder{"kustomization.yaml": "resources: [good.yaml]\ntransformers:\n- |\n" + indent("apiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: x}\npatch: |\n"+indent(bomb()))}
	},
	"a bomb as annotation": func() folder {
		return folder{"kustomization.yaml": prefixed, "bad.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: bad\n  annotations:\n    config.kubernetes.io/origin: |\n" + indent(indent(indent(bomb())))}
	},
	"a patch for everything": func() folder {
		return folder{
			"kustomization.yaml": "resources: [good.yaml, bad.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: x}\n    data: {x: " + strings.Repeat("x", 1<<20) + "}\n",
			"bad.yaml":           numbered("---\n"+configMap, 4000),
		}
	},
	"replacements that double": func() folder {
		return folder{"kustomization.yaml": "resources: [good.yaml]\nreplacements:\n" + strings.Repeat("- source: {kind: ConfigMap, fieldPath: metadata.name}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name], options: {delimiter: '.', index: -1}}]\n", 60)}
	},
	"a kustomization that names itself": func() folder { return folder{"kustomization.yaml": "resources: [good.yaml, .]\n"} },
	"a kustomization that names its parent": func() folder {
		return folder{"kustomization.yaml": "resources: [good.yaml, a]\n", "a/kustomization.yaml": "resources: [..]\n"}
	},
	"kustomizations that name each other": func() folder {
		return folder{"a/kustomization.yaml": "resources: [../good.yaml, ../b]\n", "b/kustomization.yaml": "resources: [../a]\n"}
	},
	"a generator of a device": func() folder {
		return folder{"kustomization.yaml": "resources: [good.yaml]\nconfigMapGenerator: [{name: x, files: [/dev/zero]}]\n"}
	},
	"a resource elsewhere": func() folder { return folder{"kustomization.yaml": "resources: [good.yaml, /etc/passwd, ../../etc]\n"} },
	"a kustomization of another kind": func() folder {
		return folder{"kustomization.yaml": "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: x\nresources: [good.yaml]\n", "a/kustomization.yaml": "resources: [..]\n"}
	},
}

// multiply are twelve levels of ten folders, each made from all ten of the next: there
// are 10^12 ways down. The folders of the last level name good.yaml.
func multiply(last string) folder {
	f := folder{}
	for level := range 12 {
		for i := range 10 {
			text := fmt.Sprintf("namePrefix: p%d-\nresources:\n", i)
			for j := range 10 {
				text += fmt.Sprintf("- ../l%d-%d\n", level+1, j)
			}
			if level == 11 {
				text = "resources: [../good.yaml]\n" + strings.ReplaceAll(last, "%d", fmt.Sprint(i))
			}
			f[fmt.Sprintf("l%d-%d/kustomization.yaml", level, i)] = text
		}
	}
	f["own/kustomization.yaml"] = "namePrefix: own-\nresources: [../good.yaml]\n"
	return f
}

var multiplying = map[string]func() folder{
	"until two objects have one name": func() folder { return multiply("") },
	"until the limit of a build":      func() folder { return multiply("namePrefix: p%d-\n") },
}

// TestMultiplying: what is made from what multiplies takes a second, is named, and
// hides neither the files nor an overlay beside it.
func TestMultiplying(t *testing.T) {
	bounds := hostiletest.Bounds{Time: 4 * time.Second, End: 10 * time.Second, Memory: 256 << 20}
	hostiletest.Run(t, multiplying, bounds, func(t *testing.T, files func() folder) {
		dir := t.TempDir()
		write(t, dir, folder{"good.yaml": fmt.Sprintf(configMap, "good")})
		write(t, dir, files())
		result, err := repository.Load(t.Context(), []string{dir}, repository.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"good", "own-good"} {
			if !slices.ContainsFunc(result.Objects, func(o repository.Object) bool { return o.Object.GetName() == name }) {
				t.Errorf("%s is not read", name)
			}
		}
		for i := range 10 {
			named := func(p repository.Problem) bool {
				return strings.HasSuffix(p.Path, fmt.Sprintf("l0-%d/kustomization.yaml", i)) && strings.HasPrefix(p.Reason, "is not built")
			}
			if !slices.ContainsFunc(result.Problems, named) {
				t.Errorf("no problem says that l0-%d is not built: %.3000v", i, result.Problems)
			}
		}
	})
}

// prefixed is a kustomization.yaml that needs kustomize.
const prefixed = "namePrefix: x-\nresources: [good.yaml, bad.yaml]\n"

func overlay(text string) folder {
	if !strings.HasPrefix(text, "---") && !strings.HasPrefix(text, "%") {
		text = fmt.Sprintf(configMap, "bad") + text
	}
	return folder{"kustomization.yaml": prefixed, "bad.yaml": text, "plain/bad.yaml": text}
}

// bomb returns about 700 bytes whose aliases stand for 10^12 values.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n")
	for i := 1; i < 12; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s*a%d]\n", i, i, strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), i-1)
	}
	return b.String()
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, fmt.Sprint(i))
	}
	return strings.ReplaceAll(b.String(), "%!d(string=", "")
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ") + "\n"
}

// TestHostile reads each folder, and expects a problem within the bounds and the
// file beside it.
func TestHostile(t *testing.T) { hostiletest.Run(t, hostile, bounds, readHostile) }

func readHostile(t *testing.T, files func() folder) {
	dir := t.TempDir()
	write(t, dir, folder{"good.yaml": fmt.Sprintf(configMap, "good")})
	write(t, dir, files())
	result, err := repository.Load(t.Context(), []string{dir}, repository.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Problems) == 0 {
		t.Error("no problem")
	}
	for _, p := range result.Problems {
		if len(p.String()) > 3000 {
			t.Errorf("a problem has %d bytes", len(p.String()))
		}
	}
	if !hasGood(result) {
		t.Errorf("good.yaml is not read; problems: %.3000v", result.Problems)
	}
}

func hasGood(result *repository.Result) bool {
	return slices.ContainsFunc(result.Objects, func(o repository.Object) bool { return strings.HasSuffix(o.Object.GetName(), "good") })
}

func write(t *testing.T, dir string, files folder) {
	t.Helper()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestSpecialFiles: only regular files are opened, and links are never followed.
func TestSpecialFiles(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	write(t, outside, folder{"secret.yaml": fmt.Sprintf(configMap, "secret")})
	write(t, dir, folder{
		"good.yaml":               fmt.Sprintf(configMap, "good"),
		"o/kustomization.yaml":    "resources: [../good.yaml, ../pipe.yaml, ../link.yaml, ../out/secret.yaml, ../unreadable.yaml]\nnamePrefix: x-\n",
		"g/kustomization.yaml":    "configMapGenerator: [{name: g, files: [../pipe.yaml, ../link.yaml]}]\n",
		"unreadable.yaml":         fmt.Sprintf(configMap, "unreadable"),
		"pipes/kustomization.yml": "resources: [../good.yaml]\n",
	})
	for _, err := range []error{
		syscall.Mkfifo(filepath.Join(dir, "pipe.yaml"), 0o644),
		os.Symlink(filepath.Join(outside, "secret.yaml"), filepath.Join(dir, "link.yaml")),
		os.Symlink(outside, filepath.Join(dir, "out")),
		os.Symlink(dir, filepath.Join(dir, "loop")),
		os.Chmod(filepath.Join(dir, "unreadable.yaml"), 0),
		os.Remove(filepath.Join(dir, "pipes/kustomization.yml")),
		syscall.Mkfifo(filepath.Join(dir, "pipes/kustomization.yaml"), 0o644),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	listener, err := net.Listen("unix", filepath.Join(dir, "socket.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	result, err := repository.Load(ctx, []string{dir}, repository.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range result.Objects {
		if strings.HasSuffix(o.Object.GetName(), "secret") {
			t.Errorf("a file outside of the folder is read: %v", o)
		}
	}
	if !hasGood(result) {
		t.Error("good.yaml is not read")
	}
	text := fmt.Sprint(result.Problems)
	for _, want := range []string{"pipe.yaml: is a named pipe", "socket.yaml: is a socket", "names ../link.yaml, which is a symbolic link", "names ../out/secret.yaml, which lies behind a symbolic link", "pipes/kustomization.yaml: is a named pipe"} {
		if !strings.Contains(text, want) {
			t.Errorf("no problem says %q: %s", want, text)
		}
	}
	if os.Getuid() != 0 && !strings.Contains(text, "unreadable.yaml: permission denied") {
		t.Errorf("no problem names the file that is not readable: %s", text)
	}
}

// TestContext: a context that is done ends the reading.
func TestContext(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, overlay(""))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := repository.Load(ctx, []string{dir}, repository.Options{}); err != context.Canceled {
		t.Errorf("the error is %v, want %v", err, context.Canceled)
	}
}

package repository_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/repository"
)

func configMapFile(name string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: " + name + "}\n")}
}

// TestPatterns: Include and Exclude decide what is read, also where a kustomization
// names it.
func TestPatterns(t *testing.T) {
	fsys := fstest.MapFS{
		"apps/a.yaml":               configMapFile("a"),
		"apps/b.yaml":               configMapFile("b"),
		"infra/c.yaml":              configMapFile("c"),
		"lib/kustomization.yaml":    {Data: []byte("resources: [d.yaml, e.yaml]\n")},
		"lib/d.yaml":                configMapFile("d"),
		"lib/e.yaml":                configMapFile("e"),
		"experiments/old/f.yaml":    configMapFile("f"),
		"experiments/old/README.md": {Data: []byte("x")},
	}
	for name, test := range map[string]struct {
		options repository.Options
		want    string
	}{
		"all":                  {repository.Options{}, "a b c d e f"},
		"a folder":             {repository.Options{Exclude: []string{"experiments/"}}, "a b c d e"},
		"a name anywhere":      {repository.Options{Exclude: []string{"a.yaml", "e.yaml"}}, "b c d f"},
		"from the root":        {repository.Options{Exclude: []string{"/infra", "/b.yaml"}}, "a b d e f"},
		"all but one":          {repository.Options{Exclude: []string{"apps/*", "!apps/b.yaml"}}, "b c d e f"},
		"included":             {repository.Options{Include: []string{"apps/**"}}, "a b"},
		"included, one not":    {repository.Options{Include: []string{"apps/**"}, Exclude: []string{"b.yaml"}}, "a"},
		"included and unknown": {repository.Options{Include: []string{"none/**"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := repository.LoadFS(t.Context(), fsys, test.options)
			if err != nil || len(result.Problems) > 0 {
				t.Fatal(err, result.Problems)
			}
			var names []string
			for _, letter := range strings.Fields("a b c d e f") {
				for _, o := range result.Objects {
					if o.Object.GetKind() == "ConfigMap" && o.Object.GetName() == letter {
						names = append(names, letter)
					}
				}
			}
			if diff := cmp.Diff(test.want, strings.Join(names, " ")); diff != "" {
				t.Errorf("objects (-want +got):\n%s", diff)
			}
		})
	}
}

// TestAllowRemote: a remote file is fetched if that is asked for, and not otherwise.
func TestAllowRemote(t *testing.T) {
	var requests atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		fmt.Fprint(w, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: remote}\n")
	}))
	defer server.Close()
	fsys := fstest.MapFS{
		"kustomization.yaml": {Data: []byte("resources: [" + server.URL + "/remote.yaml, a.yaml]\n")},
		"a.yaml":             configMapFile("a"),
	}
	for _, allowed := range []bool{false, true} {
		requests.Store(0)
		result, err := repository.LoadFS(t.Context(), fsys, repository.Options{AllowRemote: allowed})
		if err != nil {
			t.Fatal(err)
		}
		fetched := strings.Contains(describe(result), "/remote in")
		if fetched != allowed || requests.Load() > 0 != allowed || len(result.Problems) > 0 == allowed {
			t.Errorf("allowed %t: fetched %t by %d requests, problems %v", allowed, fetched, requests.Load(), result.Problems)
		}
		if !strings.Contains(describe(result), "/a in") {
			t.Errorf("allowed %t: the file beside it is not read", allowed)
		}
	}
}

// TestInterrupt: a context that ends during a build, as by SIGINT, ends the reading.
func TestInterrupt(t *testing.T) {
	started, release := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(started)
		<-release // a server that never answers
	}))
	defer server.Close()
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-started
		cancel()
	}()
	begin := time.Now()
	_, err := repository.LoadFS(ctx, fstest.MapFS{
		"kustomization.yaml": {Data: []byte("resources: [" + server.URL + "/remote.yaml]\n")},
	}, repository.Options{AllowRemote: true})
	if err != context.Canceled || time.Since(begin) > 20*time.Second {
		t.Errorf("after %v the error is %v", time.Since(begin), err)
	}
}

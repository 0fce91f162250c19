package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/fluxcapsule/fluxcapsule/cmd/fluxcapsule/internal/exit"
)

func TestSchema(t *testing.T) {
	for arg, title := range map[string]string{"": "fleet.Team", "teams": "fleet.Team", "platform": "fleet.Platform", "access": "kubeconfig.Access"} {
		args := []string{"schema"}
		if arg != "" {
			args = append(args, arg)
		}
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, nil, &stdout, &stderr); code != exit.OK {
			t.Fatalf("schema %s: exit code %d, %s", arg, code, stderr.String())
		}
		var schema struct {
			Dialect string `json:"$schema"`
			Title   string
		}
		if err := json.Unmarshal(stdout.Bytes(), &schema); err != nil {
			t.Fatal(err)
		}
		if schema.Title != title || schema.Dialect != "https://json-schema.org/draft/2020-12/schema" {
			t.Errorf("schema %s is of %q in %q, want %q", arg, schema.Title, schema.Dialect, title)
		}
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"schema", "nope"}, nil, &stdout, &stderr); code != exit.Failed {
		t.Errorf("schema nope: exit code %d, %s", code, stderr.String())
	}
}

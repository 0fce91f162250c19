package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/internal/crdsource"
)

func TestCompareCRDs(t *testing.T) {
	crd := func(kind, schema string) crdsource.CRD {
		return crdsource.CRD{Stored: true, Content: []byte(`{"spec":{"group":"x.y","names":{"kind":"` + kind + `"},"versions":[{"name":"v1","schema":{"openAPIV3Schema":` + schema + `}}]}}`)}
	}
	const was = `{"type":"object","properties":{"spec":{"type":"object","properties":{
		"gone":{"type":"string"},"list":{"type":"array","items":{"type":"string"}},"kept":{"type":"object","additionalProperties":{"type":"string"}}}}}}`
	const is = `{"type":"object","properties":{"spec":{"type":"object","required":["new"],"properties":{
		"new":{"type":"boolean"},"list":{"type":"array","items":{"type":"string","maxLength":3}},"kept":{"type":"object","additionalProperties":{"type":"string"}}}}}}`
	old := crd("Old", is)
	old.Stored = false
	got, err := compareCRDs([]crdsource.CRD{crd("Team", was)}, []crdsource.CRD{crd("Team", is), crd("More", `{"type":"object"}`), old})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"+ More.v1.x.y",
		"~ Team.v1.x.y spec\n    was {\"type\":\"object\"}\n    is  {\"type\":\"object\",\"required\":[\"new\"]}",
		"- Team.v1.x.y spec.gone",
		"~ Team.v1.x.y spec.list[]\n    was {\"type\":\"string\"}\n    is  {\"type\":\"string\",\"maxLength\":3}",
		"+ Team.v1.x.y spec.new",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

package crdsource

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompact(t *testing.T) {
	const upstream = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: teams.example.com
  annotations: {controller-gen.kubebuilder.io/version: v0.19.0}
spec:
  group: example.com
  names: {kind: Team, listKind: TeamList, plural: teams, singular: team}
  scope: Namespaced
  versions:
  - name: v1alpha1
    served: false
    storage: false
    schema: {openAPIV3Schema: {type: object}}
  - name: v1beta1
    served: true
    storage: false
    schema: {openAPIV3Schema: {type: object}}
  - name: v1
    served: true
    storage: true
    additionalPrinterColumns: [{name: Age, type: date, jsonPath: .metadata.creationTimestamp}]
    subresources: {status: {}}
    schema:
      openAPIV3Schema:
        description: A Team.
        type: object
        properties:
          status: {type: object}
          spec:
            description: The desired state.
            type: object
            properties:
              description:
                description: A property of this name stays.
                type: string
              limit: {type: integer, default: 9007199254740993}
              labels:
                type: object
                additionalProperties: {description: A value., type: string}
              owners:
                type: array
                x-kubernetes-list-type: set
                items:
                  description: An owner.
                  type: string
                  x-kubernetes-validations: [{rule: "self != '' && self < 'z'"}]
`
	const want = `{
 "apiVersion": "apiextensions.k8s.io/v1",
 "kind": "CustomResourceDefinition",
 "metadata": {
  "name": "teams.example.com"
 },
 "spec": {
  "group": "example.com",
  "names": {
   "kind": "Team",
   "plural": "teams"
  },
  "scope": "Namespaced",
  "versions": [
   {
    "name": "v1",
    "schema": {
     "openAPIV3Schema": {
      "properties": {
       "spec": {
        "properties": {
         "description": {
          "type": "string"
         },
         "labels": {
          "additionalProperties": {
           "type": "string"
          },
          "type": "object"
         },
         "limit": {
          "default": 9007199254740993,
          "type": "integer"
         },
         "owners": {
          "items": {
           "type": "string",
           "x-kubernetes-validations": [
            {
             "rule": "self != '' && self < 'z'"
            }
           ]
          },
          "type": "array",
          "x-kubernetes-list-type": "set"
         }
        },
        "type": "object"
       }
      },
      "type": "object"
     }
    },
    "served": true,
    "storage": true,
    "subresources": {
     "status": {}
    }
   }
  ]
 }
}
`
	served, stored, err := compact([]byte(upstream))
	if err != nil {
		t.Fatal(err)
	}
	if len(served) != 2 || stored != "v1" {
		t.Fatalf("%d versions are served, and %q is stored", len(served), stored)
	}
	got, err := encode(served[1])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("compact CRD differs (-want +got):\n%s", diff)
	}
}

func TestCompactErrors(t *testing.T) {
	for _, test := range []struct{ name, upstream, want string }{
		{"nothing served", `spec: {versions: [{name: v1, served: false, storage: true}]}`, "no schema of a version that is served and stored"},
		{"no schema", `spec: {versions: [{name: v1, served: true, storage: true}]}`, "no schema of a version that is served and stored"},
		{"a field of a newer CRD", `spec: {shape: round}`, `"shape"`},
	} {
		_, _, err := compact([]byte(test.upstream))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", test.name, err, test.want)
		}
	}
}

package manifest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/fluxcapsule/fluxcapsule/manifest"
)

// sealed is a Secret as SOPS writes it, its keys in the order of their author.
const sealed = `apiVersion: v1
kind: Secret
metadata:
    namespace: dev-team
    name: git
# the deploy key
data:
    password: ENC[AES256_GCM,data:Yw==,iv:YQ==,tag:Yg==,type:str]
    identity: ENC[AES256_GCM,data:ZA==,iv:ZQ==,tag:Zg==,type:str]
    #ENC[AES256_GCM,data:Zw==,iv:aA==,tag:aQ==,type:comment]
type: Opaque
sops:
    age:
        - recipient: age1example
          enc: |
            -----BEGIN AGE ENCRYPTED FILE-----
            YQ==
            -----END AGE ENCRYPTED FILE-----
    lastmodified: "2026-01-01T00:00:00Z"
    mac: ENC[AES256_GCM,data:ag==,iv:aw==,tag:bA==,type:str]
    encrypted_regex: ^(data|stringData)$
    version: 3.9.0
`

// TestEncrypted reads what SOPS has encrypted with a scheme that knows its kind
// and without one, and writes it back unchanged.
func TestEncrypted(t *testing.T) {
	after := "---\n" + configMap("a", "  k: v\n")
	for name, in := range map[string]string{
		"alone":                   sealed,
		"in a stream":             "# c\n---\n" + sealed + after,
		"with an end marker":      sealed + "...\n" + after,
		"CRLF":                    strings.ReplaceAll("---\n"+sealed, "\n", "\r\n"),
		"in the writer's layout":  "apiVersion: v1\nkind: Secret\nmetadata:\n  name: git\n  namespace: dev-team\nsops:\n  mac: x\n",
		"without a line end":      strings.TrimSuffix(sealed, "\n"),
		"in a version of its own": strings.Replace(sealed, "v1", "v7", 1),
	} {
		for _, scheme := range []*runtime.Scheme{testScheme(), nil} {
			objects, err := manifest.Read(strings.NewReader(in), scheme)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			secret, ok := objects[0].(*manifest.Encrypted)
			if !ok {
				t.Errorf("%s: got a %T", name, objects[0])
				continue
			}
			if got := secret.GetKind() + " " + secret.GetNamespace() + "/" + secret.GetName(); got != "Secret dev-team/git" {
				t.Errorf("%s: got %s", name, got)
			}
			var out bytes.Buffer
			if err := manifest.Write(&out, secret.DeepCopyObject()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			want, _, _ := strings.Cut(strings.TrimPrefix(in, "# c\n---\n"), "---\n"+"apiVersion: v1\nkind: ConfigMap")
			want = "---\n" + strings.TrimRight(strings.TrimPrefix(strings.TrimSuffix(want, "...\n"), "---\r\n"), "\r\n") + "\n"
			if diff := cmp.Diff(want, out.String()); diff != "" {
				t.Errorf("%s: written (+), read (-):\n%s", name, diff)
			}
		}
	}
}

// TestEncryptedChanged: a changed object is written like any other object, and so is
// an incomplete one.
func TestEncryptedChanged(t *testing.T) {
	for name, tt := range map[string]struct {
		in     string
		change func(*manifest.Encrypted)
	}{
		"a label":      {sealed, func(e *manifest.Encrypted) { e.SetLabels(map[string]string{"a": "b"}) }},
		"an anchor":    {"--- &a\n" + sealed, func(*manifest.Encrypted) {}},
		"a directive":  {"%TAG !own! tag:example.com,2000:\n---\n" + sealed, func(*manifest.Encrypted) {}},
		"item of List": {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  sops: {mac: x}\n", func(*manifest.Encrypted) {}},
	} {
		objects, err := manifest.Read(strings.NewReader(tt.in), testScheme())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		secret := objects[0].(*manifest.Encrypted)
		tt.change(secret)
		var got, want bytes.Buffer
		if err := manifest.Write(&got, secret); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := manifest.Write(&want, &unstructured.Unstructured{Object: secret.Object}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(want.String(), got.String()); diff != "" {
			t.Errorf("%s: got (+), want (-):\n%s", name, diff)
		}
	}
}

// TestNotEncrypted reads a Secret whose ciphertext lacks the mark of SOPS as
// what it is: wrong.
func TestNotEncrypted(t *testing.T) {
	plain, _, _ := strings.Cut(sealed, "sops:")
	if _, err := manifest.Read(strings.NewReader(plain), testScheme()); err == nil {
		t.Error("no error for ciphertext without the field sops")
	}
	objects, err := manifest.Read(strings.NewReader("apiVersion: v1\nkind: Secret\ndata:\n  sops: bWFj\n"), testScheme())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := objects[0].(*corev1.Secret); !ok {
		t.Errorf("got a %T, want a Secret", objects[0])
	}
}

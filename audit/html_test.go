package audit_test

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"

	"github.com/fluxcapsule/fluxcapsule/audit"
)

// TestHostileHTML: no name makes an element, a link or a script of the page, and each
// is shown.
func TestHostileHTML(t *testing.T) {
	for _, name := range hostile {
		page := written(t, audit.WriteHTML, hostileReport(name))
		scripts := 0
		tokens := nethtml.NewTokenizer(strings.NewReader(page))
		for tokens.Next() != nethtml.ErrorToken {
			token := tokens.Token()
			if token.Type != nethtml.StartTagToken && token.Type != nethtml.SelfClosingTagToken {
				continue
			}
			switch token.Data {
			case "script":
				scripts++
			case "img", "iframe", "object", "embed", "base":
				t.Errorf("%.50q is an element: %s", name, token)
			}
			for _, a := range token.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "src":
					t.Errorf("%.50q is an attribute: %s", name, token)
				case a.Key == "href" && !strings.HasPrefix(a.Val, "#") && a.Val != "data:," && !strings.HasPrefix(a.Val, "https://github.com/fluxcapsule/"):
					t.Errorf("%.50q is a link: %s", name, token)
				}
			}
		}
		if err := tokens.Err(); err != io.EOF || scripts != 1 {
			t.Errorf("%.50q: %d scripts, %v", name, scripts, err)
		}
		if len(name) < 100 && regexp.MustCompile(`^[[:print:]]+$`).MatchString(name) && !strings.Contains(page, html.EscapeString(name)) && !strings.Contains(page, strings.NewReplacer("{", "{", `"`, "&#34;").Replace(name)) {
			t.Errorf("%q is not shown", name)
		}
	}
}

// TestHTMLPolicy: the page's own policy lets its style and its script run, and nothing
// else.
func TestHTMLPolicy(t *testing.T) {
	page := written(t, audit.WriteHTML, hostileReport("x"))
	policy := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)
	if policy == nil {
		t.Fatal("the page has no policy")
	}
	for kind, block := range map[string]string{"style": `(?s)<style>(.*?)</style>`, "script": `(?s)<script>(.*?)</script>`} {
		text := regexp.MustCompile(block).FindStringSubmatch(page)
		if text == nil {
			t.Fatalf("no %s", kind)
		}
		sum := sha256.Sum256([]byte(text[1]))
		want := kind + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "';"
		if !strings.Contains(html.UnescapeString(policy[1]), want) {
			t.Errorf("the policy is %s, want %s", html.UnescapeString(policy[1]), want)
		}
	}
	if !strings.HasPrefix(html.UnescapeString(policy[1]), "default-src 'none';") || strings.Contains(policy[1], "unsafe") {
		t.Errorf("the policy lets something else through: %s", policy[1])
	}
}

// TestHTMLTellsAll: the page has everything of each finding, and what was not looked at.
func TestHTMLTellsAll(t *testing.T) {
	report := audit.Check(append(readTree(t, "testdata/sets/recipe-2022"), unreadable))
	page := html.UnescapeString(written(t, audit.WriteHTML, report))
	for _, f := range report.Findings {
		for _, part := range []string{f.Object.String(), f.Message, f.Exploit, f.Fix, f.File, f.Rule, f.Field} {
			if !strings.Contains(page, strings.Join(strings.Fields(part), " ")) {
				t.Errorf("the page has no %q", part)
			}
		}
	}
	for _, part := range []string{"apps/broken.yaml", "did not find expected key", "<svg"} {
		if !strings.Contains(page, part) {
			t.Errorf("the page has no %q", part)
		}
	}
	fromFile := written(t, audit.WriteHTML, &audit.Report{Findings: report.Findings})
	if strings.Contains(fromFile, "<svg") || !strings.Contains(fromFile, "findings") {
		t.Error("a report without a set is drawn, or not written")
	}
}

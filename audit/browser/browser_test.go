package browser

import (
	"bytes"
	"context"
	"flag"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"github.com/fluxcapsule/fluxcapsule/audit"
	"github.com/fluxcapsule/fluxcapsule/manifest"
)

var screenshots = flag.String("screenshots", "", "write screenshots to this folder")

// open opens the report of a set in Chromium and returns the tab, and the addresses that
// it has asked for so far.
func open(t *testing.T, report *audit.Report) (tab context.Context, requests func() []string) {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil && program == "" {
			program = path
		}
	}
	if program == "" {
		t.Skip("there is no chromium, chromium-browser or google-chrome to open the report in")
	}
	var page bytes.Buffer
	if err := audit.WriteHTML(&page, report); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(page.Bytes())
	}))
	t.Cleanup(server.Close)
	profile, err := os.MkdirTemp("", "browser-") //nolint:usetesting // the cleanup of t.TempDir fails on what the browser still writes
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(profile) })
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.UserDataDir(profile),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	browser, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	browser, end := context.WithTimeout(browser, 2*time.Minute)
	t.Cleanup(end)
	tab, closeTab := chromedp.NewContext(browser)
	t.Cleanup(func() { _ = chromedp.Cancel(tab); closeTab() })
	var lock sync.Mutex
	var asked []string
	chromedp.ListenTarget(tab, func(event any) {
		if sent, ok := event.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(sent.Request.URL, "data:") {
			lock.Lock()
			defer lock.Unlock()
			asked = append(asked, strings.TrimPrefix(sent.Request.URL, server.URL))
		}
	})
	act(t, tab, network.Enable(), chromedp.EmulateViewport(1280, 900), chromedp.Navigate(server.URL+"/report"), chromedp.WaitVisible("#filter"))
	return tab, func() []string {
		lock.Lock()
		defer lock.Unlock()
		return slices.Clone(asked)
	}
}

func act(t *testing.T, tab context.Context, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(tab, actions...); err != nil {
		t.Fatal(err)
	}
}

// eval returns the value of an expression in the page.
func eval[T any](t *testing.T, tab context.Context, expression string) T {
	t.Helper()
	var value T
	act(t, tab, chromedp.Evaluate(expression, &value))
	return value
}

// repository reads the manifests that the audit's own tests have.
func repository(t *testing.T) *audit.Report {
	t.Helper()
	var inputs []audit.Input
	err := filepath.WalkDir("../testdata/sets/recipe-2022", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		objects, err := manifest.Read(bytes.NewReader(text), nil)
		for _, in := range audit.Inputs(objects) {
			in.File, in.Line = filepath.Base(file), 1
			inputs = append(inputs, in)
		}
		return err
	})
	if err != nil || len(inputs) == 0 {
		t.Fatalf("%d objects: %v", len(inputs), err)
	}
	return audit.Check(inputs)
}

const visible = `[...document.querySelectorAll(".finding")].filter(f => f.checkVisibility()).length`

// TestFilter: severities, a tenant and words narrow the findings, by mouse and by
// keyboard, and the page says how many are left.
func TestFilter(t *testing.T) {
	report := repository(t)
	count := func(keep func(audit.Finding) bool) int {
		return len(slices.Collect(func(yield func(audit.Finding) bool) {
			for _, f := range report.Findings {
				if keep(f) && !yield(f) {
					return
				}
			}
		}))
	}
	active := func(f audit.Finding) bool { return f.Suppressed == "" }
	errors := count(func(f audit.Finding) bool { return active(f) && f.Severity == audit.Error })
	tab, _ := open(t, report)
	want := func(what string, want int) {
		t.Helper()
		if got := eval[int](t, tab, visible); got != want {
			t.Errorf("%s: %d findings are visible, want %d", what, got, want)
		}
	}
	want("at first", count(active))
	act(t, tab, chromedp.Click(`[value=warning]`), chromedp.Click(`[value=info]`))
	want("errors", errors)
	if status := eval[string](t, tab, `document.getElementById("shown").textContent`); !strings.HasPrefix(status, strings.TrimSpace(eval[string](t, tab, `String(`+visible+`)`))+" of ") {
		t.Errorf("the page says %q", status)
	}
	act(t, tab, chromedp.Click(`[value=warning]`), chromedp.Click(`[value=info]`))
	// By keyboard: the slash goes to the search, Escape empties it, Space on a severity.
	act(t, tab, slash(), chromedp.KeyEvent("gitrepository"))
	if at := eval[string](t, tab, `document.activeElement.name + "=" + document.activeElement.value`); at != "text=gitrepository" {
		t.Errorf("after / the keyboard is at %q", at)
	}
	if got := eval[int](t, tab, visible); got == 0 || got >= count(active) {
		t.Errorf("%d findings have the word, of %d", got, count(active))
	}
	act(t, tab, chromedp.KeyEvent("no such words"))
	want("no such words", 0)
	act(t, tab, chromedp.KeyEvent(kb.Escape))
	want("after Escape", count(active))
	act(t, tab, chromedp.Focus(`[value=error]`), chromedp.KeyEvent(" "))
	want("no errors", count(active)-errors)
	act(t, tab, chromedp.KeyEvent(" "))
	act(t, tab, chromedp.SetValue("select", "0"), chromedp.Evaluate(`document.querySelector("select").dispatchEvent(new Event("input", {bubbles: true}))`, nil))
	want("the first tenant", count(func(f audit.Finding) bool { return active(f) && f.Tenant == report.Findings[0].Tenant }))
}

// TestKeyboard: Tab reaches the links, the filter, each finding and the picture, each
// with a visible outline; Enter opens a finding.
func TestKeyboard(t *testing.T) {
	tab, _ := open(t, repository(t))
	var reached []string
	for range 60 {
		act(t, tab, chromedp.KeyEvent(kb.Tab))
		at := eval[string](t, tab, `(e => e.name || e.className || e.tagName)(document.activeElement)`)
		outline := eval[string](t, tab, `(e => getComputedStyle(e.closest("fieldset label") || e).outlineStyle)(document.activeElement)`)
		if at != "BODY" && outline == "none" {
			t.Errorf("%s has the focus, and no outline", at)
		}
		if len(reached) == 0 || reached[len(reached)-1] != at {
			reached = append(reached, at)
		}
		if at == "scroll" {
			break
		}
	}
	for _, want := range []string{"A", "severity", "tenant", "text", "SUMMARY", "scroll"} {
		if !slices.Contains(reached, want) {
			t.Errorf("Tab does not reach %s: %s", want, reached)
		}
	}
	closed := `document.querySelector(".finding:not([open]) summary")`
	before := eval[int](t, tab, `document.querySelectorAll(".finding[open]").length`)
	act(t, tab, chromedp.Evaluate(closed+`.focus()`, nil), chromedp.KeyEvent(kb.Enter))
	if after := eval[int](t, tab, `document.querySelectorAll(".finding[open]").length`); after != before+1 {
		t.Errorf("after Enter %d findings are open, before %d", after, before)
	}
}

// TestDarkMode: the page and the picture follow the system, with enough contrast.
func TestDarkMode(t *testing.T) {
	tab, _ := open(t, repository(t))
	contrast := `(() => {
		const lum = c => { const v = c.match(/[\d.]+/g).slice(0, 3).map(x => (x /= 255) <= .04045 ? x / 12.92 : ((x + .055) / 1.055) ** 2.4); return .2126 * v[0] + .7152 * v[1] + .0722 * v[2]; };
		const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!/, 0\)$|transparent/.test(c)) return c; } return "rgb(255, 255, 255)"; };
		let worst = 99;
		for (const e of document.querySelectorAll("h1, h2, .verdict, .muted, .pill, .message, dt, dd, a, label span")) {
			const [a, b] = [lum(getComputedStyle(e).color), lum(ground(e))].sort((x, y) => y - x);
			worst = Math.min(worst, (a + .05) / (b + .05));
		}
		return worst;
	})()`
	ground := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		act(t, tab, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
		ground[scheme] = eval[string](t, tab, `getComputedStyle(document.body).backgroundColor + getComputedStyle(document.querySelector(".tenancy .box")).fill`)
		if worst := eval[float64](t, tab, contrast); worst < 4.5 {
			t.Errorf("%s: a text has a contrast of %.1f, want at least 4.5", scheme, worst)
		}
		shoot(t, tab, "desktop-"+scheme)
	}
	if ground["light"] == ground["dark"] {
		t.Errorf("the page is the same in the dark: %s", ground["dark"])
	}
}

// TestPhone: at a phone's width nothing makes the page scroll sideways, names without
// a space included.
func TestPhone(t *testing.T) {
	report := repository(t)
	report.Findings[0].Object.Name = strings.Repeat("a-long-name-", 20)
	report.Findings[0].File = strings.Repeat("folder/", 30)
	tab, _ := open(t, report)
	for _, width := range []int64{320, 390} {
		act(t, tab, chromedp.EmulateViewport(width, 800, chromedp.EmulateMobile))
		if got := eval[int64](t, tab, `document.documentElement.scrollWidth`); got > width {
			t.Errorf("the page is %d pixels wide on a phone of %d", got, width)
		}
	}
	for _, scheme := range []string{"light", "dark"} {
		act(t, tab, emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
		shoot(t, tab, "phone-"+scheme)
	}
}

// TestNoRequest: the page asks for nothing, and its policy would not let it.
func TestNoRequest(t *testing.T) {
	report := repository(t)
	report.Findings[0].Message = `<img src="/stolen"><script>fetch("/stolen")</script>`
	tab, requests := open(t, report)
	act(t, tab, chromedp.Click(`[value=suppressed]`), slash(), chromedp.KeyEvent("x"), chromedp.Sleep(300*time.Millisecond))
	if diff := cmp.Diff([]string{"/report"}, requests()); diff != "" {
		t.Errorf("the browser asks for (-want +got):\n%s", diff)
	}
	for _, try := range []string{`fetch("/stolen").then(() => "sent", () => "refused")`, `new Promise(r => { const i = new Image(); i.onload = () => r("sent"); i.onerror = () => r("refused"); i.src = "/stolen.png"; })`} {
		var got string
		act(t, tab, chromedp.Evaluate(try, &got, awaited))
		if got != "refused" {
			t.Errorf("%s: %s", try, got)
		}
	}
	if got := eval[bool](t, tab, `(() => { const s = document.createElement("script"); s.textContent = "window.ran = true"; document.body.append(s); return !!window.ran; })()`); got {
		t.Error("the page runs a script that somebody puts into it")
	}
}

// slash presses the key as a keyboard does, which the page can prevent from writing.
func slash() chromedp.Action {
	return chromedp.Tasks{
		input.DispatchKeyEvent(input.KeyDown).WithKey("/").WithCode("Slash").WithText("/"),
		input.DispatchKeyEvent(input.KeyUp).WithKey("/").WithCode("Slash"),
	}
}

func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// shoot writes a screenshot of the whole page, if the flag asks for them.
func shoot(t *testing.T, tab context.Context, name string) {
	t.Helper()
	if *screenshots == "" {
		return
	}
	var image []byte
	act(t, tab, chromedp.FullScreenshot(&image, 100))
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), image, 0o644); err != nil {
		t.Fatal(err)
	}
}

package browser_test

import (
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

const axe = "../clients/node_modules/axe-core/axe.min.js"

// shows has the tab show its page in a colour scheme, on a screen of this size.
func (p *person) shows(scheme string, width, height int64, options ...chromedp.EmulateViewportOption) {
	p.t.Helper()
	_, err := chromedp.Call(p.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(p.t, err)
	require.NoError(p.t, chromedp.Do(p.tab, chromedp.EmulateViewport(width, height, options...)))
}

// tour leads somebody through every page, with and without JavaScript, and checks that no page did what none may do.
func tour(t *testing.T, s *apitest.Server, script bool, look func(p *person, name string)) {
	for name, walk := range tours {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t, s, script)
			walk(&tourist{p, func(name string) { p.t.Helper(); look(p, name) }})
			p.wasUndisturbed()
		})
	}
}

// TestEachPageIsForOtherEyesAndOtherScreens leads people through every page and looks at each: axe-core's rules, in light and
// dark, on a wide screen and a narrow one; and whether anything is cut off at 320 pixels, or at 200 % of 1280, also without
// JavaScript.
func TestEachPageIsForOtherEyesAndOtherScreens(t *testing.T) {
	apitest.NeedThat(t, "axe-core", "test", "-f", axe)
	text, err := os.ReadFile(axe)
	require.NoError(t, err)
	rules := string(text) + "\n;undefined"
	s := apitest.Start(t, "-throttle", "off")
	t.Run("with JavaScript", func(t *testing.T) {
		tour(t, s, true, func(p *person, name string) {
			p.t.Helper()
			p.audits(rules, name)
			p.fits(name)
		})
	})
	t.Run("without JavaScript", func(t *testing.T) { tour(t, apitest.Start(t, "-throttle", "off"), false, (*person).fits) })
	t.Run("what axe finds would have been found", func(t *testing.T) { findsFaults(t, newPerson(t, s, true), rules) })
	t.Run("what is cut off would have been found", func(t *testing.T) { findsCutOff(t, newPerson(t, s, true)) })
}

// audits checks the page that the tab shows.
func (p *person) audits(rules, name string) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.tab, chromedp.Evaluate[chromedp.Void](rules)))
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 320} {
			p.shows(scheme, width, 800)
			found, err := chromedp.Run(p.tab, chromedp.Evaluate[string](violations, chromedp.EvalAwaitPromise))
			require.NoError(p.t, err)
			assert.Empty(p.t, found, "%s, %s, %d pixels", name, scheme, width)
		}
	}
}

// violations are the broken rules, a line each.
const violations = `axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(
	v => v.id + ": " + v.help + ": " + v.nodes.map(n => n.html + " " + n.any.map(c => c.message)).join("; ")).join("\n"))`

// findsFaults checks that the audits can fail: that the rules run, and that the schemes differ.
func findsFaults(t *testing.T, p *person, rules string) {
	p.open("/login")
	require.NoError(t, chromedp.Do(p.tab, chromedp.Evaluate[chromedp.Void](rules)))
	const ground = `getComputedStyle(document.body).backgroundColor`
	p.shows("light", 320, 800)
	light, err := chromedp.Run(p.tab, chromedp.Evaluate[string](ground))
	require.NoError(t, err)
	p.shows("dark", 320, 800)
	dark, err := chromedp.Run(p.tab, chromedp.Evaluate[string](ground))
	require.NoError(t, err)
	assert.NotEqual(t, light, dark)

	const fault = `const faint = Object.assign(document.createElement("p"), {textContent: "Hardly there"});
		faint.style.color = "#2a2a2a";
		document.querySelector("main").append(document.createElement("input"), faint);`
	found, err := chromedp.Run(p.tab, chromedp.Evaluate[string](fault+violations, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	assert.Contains(t, found, "label: ")
	assert.Contains(t, found, "color-contrast: ")
}

// findsCutOff checks that what does not fit is seen.
func findsCutOff(t *testing.T, p *person) {
	p.open("/login")
	p.shows("light", 320, 640)
	found, err := chromedp.Run(p.tab, chromedp.Evaluate[string](`document.querySelector("h1").style.width = "400px"; `+cutOff))
	require.NoError(t, err)
	assert.Contains(t, found, "Sign in")
}

// fits checks that nothing of the page leads beyond the screen, or out of its own box.
func (p *person) fits(name string) {
	p.t.Helper()
	for _, screen := range []struct {
		says  string
		width int64
		scale float64
	}{{"320 pixels", 320, 1}, {"1280 pixels at 200 %", 640, 2}} {
		p.shows("light", screen.width, 640, chromedp.EmulateScale(screen.scale))
		found, err := chromedp.Run(p.tab, chromedp.Evaluate[string](cutOff))
		require.NoError(p.t, err)
		assert.Empty(p.t, found, "%s, %s", name, screen.says)
	}
}

// cutOff are the elements that do not fit, a line each.
const cutOff = `[...document.querySelectorAll("body, body *")].filter(e => {
	const box = e.getBoundingClientRect();
	return !e.matches(".skip:not(:focus), option") && box.width > 0 && (box.left < 0 || box.right > innerWidth + 0.5 ||
		!e.matches("input, select") && getComputedStyle(e).display != "inline" && e.scrollWidth > e.clientWidth + 1);
}).map(e => e.outerHTML.slice(0, 200)).concat(document.documentElement.scrollWidth > innerWidth ? ["the whole page"] : []).join("\n")`

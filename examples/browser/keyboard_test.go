package browser_test

import (
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// TestTheKeyboardAloneIsEnough signs in, makes a token, copies it and revokes it without a mouse, and sees at each step where
// the focus is.
func TestTheKeyboardAloneIsEnough(t *testing.T) {
	for name, script := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPerson(t, apitest.Start(t), script)
			p.mayCopy()
			p.signsInByKeys()
			token := p.makesATokenByKeys()
			if script {
				p.tabsTo("Copy")
				p.types(kb.Enter)
				assert.Equal(t, token, p.clipboard())
			}
			p.tabsTo("Done")
			p.leads(kb.Enter)
			p.revokesByKeys(token)
			p.wasUndisturbed()
		})
	}
}

func (p *person) signsInByKeys() {
	p.open("/portal/tokens")
	p.tabsTo("User name")
	p.types("Aladdin" + kb.Tab + "open sesame")
	assert.Contains(p.t, p.leads(kb.Enter).Text, "Developer tokens", "where the way led")
}

func (p *person) makesATokenByKeys() (token string) {
	p.t.Helper()
	p.types(kb.Tab)
	require.Equal(p.t, "Skip to the content", p.focus(), "is the first stop")
	p.types(kb.Enter + kb.Tab)
	require.Equal(p.t, "New", p.focus(), "the navigation was skipped")
	p.leads(kb.Enter)
	p.tabsTo("Description")
	p.types("the lamp" + kb.Tab)
	require.Equal(p.t, "See the products products:read", p.focus())
	p.types(" ")
	p.tabsTo("Select all scopes")
	if p.script {
		p.types(kb.Enter)
		assert.Equal(p.t, 3, p.ticked(), "without leaving the page")
	}
	p.tabsTo("Expires after")
	p.types(kb.ArrowUp)
	chosen, err := chromedp.Run(p.tab, chromedp.Value(chromedp.ID("expires")))
	require.NoError(p.t, err)
	assert.Equal(p.t, "30", chosen)
	p.tabsTo("Create")
	p.leads(kb.Enter)
	token = p.reads("[data-secret=token]")
	assert.Equal(p.t, 200, p.bearer(token))
	return token
}

func (p *person) revokesByKeys(token string) {
	p.t.Helper()
	p.tabsTo("Revoke")
	assert.Contains(p.t, p.leads(kb.Enter).Text, "the lamp")
	p.tabsTo("Revoke")
	p.leads(" ")
	assert.Equal(p.t, 401, p.bearer(token))
}

// tabsTo presses the tabulator until the focus is at what has these words.
func (p *person) tabsTo(words string) {
	p.t.Helper()
	var passed []string
	for range 60 {
		p.types(kb.Tab)
		at := p.focus()
		if at == words {
			return
		}
		passed = append(passed, at)
	}
	require.Failf(p.t, "the keyboard does not lead there", "%s; it leads to %q", words, passed)
}

// focus says what has the focus, and checks that people see it.
func (p *person) focus() string {
	p.t.Helper()
	const where = `(() => {
		const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
		if (at === document.body) return "";
		const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && box.width > 0 && box.left >= 0 &&
			box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight;
		const words = (at.labels?.[0] ?? at).innerText.trim().replace(/\s+/g, " ");
		return seen ? words : "not to be seen: " + at.outerHTML;
	})()`
	at, err := chromedp.Run(p.tab, chromedp.Evaluate[string](where))
	require.NoError(p.t, err)
	require.NotContains(p.t, at, "not to be seen")
	return at
}

// types presses keys on the page that stays.
func (p *person) types(keys string) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.tab, chromedp.KeyEvent(keys)))
}

// leads presses a key that leads to another page.
func (p *person) leads(key string) apitest.Page {
	p.t.Helper()
	view := p.see(chromedp.KeyEvent(key))
	require.Equal(p.t, int64(200), view.Status, view.Text)
	return view
}

// mayCopy lets pages use the clipboard, as browsers let those that are in front.
func (p *person) mayCopy() {
	p.t.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		_, err := chromedp.Call(p.tab, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted, Origin: p.s.BaseURL,
		})
		require.NoError(p.t, err)
	}
}

func (p *person) clipboard() string {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.tab, chromedp.WaitVisible(`//*[@data-said][.="Copied."]`)))
	text, err := chromedp.Run(p.tab, chromedp.Evaluate[string](`navigator.clipboard.readText()`, chromedp.EvalAwaitPromise))
	require.NoError(p.t, err)
	return text
}

package browser_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

func TestMain(m *testing.M) { apitest.Main(m) }

// A person has a tab that shows pages of a server, and notes what no page may do: complain, open a dialog, or ask anybody
// else for something.
type person struct {
	t          *testing.T
	s          *apitest.Server
	tab        context.Context
	complaints *apitest.Complaints
	refusals   []int64 // the statuses of pages that were meant to be refused, about which browsers complain

	mu     sync.Mutex
	seen   []string // what came of dialogs and requests
	hosts  []string // beside the server, where the tab may go
	script bool
}

func newPerson(t *testing.T, s *apitest.Server, script bool, hosts ...string) *person {
	t.Helper()
	p := &person{t: t, s: s, tab: apitest.Browser(t), hosts: hosts, script: script}
	p.complaints = apitest.CollectComplaints(t, p.tab)
	require.NoError(t, chromedp.Listen(p.tab, p.notice))
	_, err := chromedp.Call(p.tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !script})
	require.NoError(t, err)
	return p
}

func (p *person) notice(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *page.EventJavascriptDialogOpening:
		p.seen = append(p.seen, "dialog: "+e.Message)
	case *network.EventRequestWillBeSent:
		known := func(host string) bool { return strings.HasPrefix(e.Request.URL, host+"/") }
		if !known(p.s.BaseURL) && !slices.ContainsFunc(p.hosts, known) && !strings.HasPrefix(e.Request.URL, "data:") {
			p.seen = append(p.seen, "request: "+e.Request.URL)
		}
	}
}

// does is a part of what the person does, as a subtest.
func (p *person) does(what string, part func(t *testing.T)) {
	whole := p.t
	defer func() { p.t = whole }()
	require.True(whole, whole.Run(what, func(t *testing.T) { p.t = t; part(t) }), "the rest builds on it")
}

// wasUndisturbed checks that no page did what none may do.
func (p *person) wasUndisturbed() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	assert.Empty(p.t, p.seen)
	for _, complaint := range p.complaints.List() {
		meant := func(status int64) bool {
			return strings.Contains(complaint, fmt.Sprintf("the server responded with a status of %d ", status))
		}
		assert.True(p.t, slices.ContainsFunc(p.refusals, meant), complaint)
	}
}

// see is what the tab shows after a step that leads to another page.
func (p *person) see(step chromedp.Action[chromedp.Void]) apitest.Page {
	p.t.Helper()
	view := apitest.Visit(p.t, p.tab, step)
	strange, err := chromedp.Run(p.tab, chromedp.Evaluate[int](`document.querySelectorAll("body script, body iframe, body [onclick], body [style]").length`))
	require.NoError(p.t, err)
	assert.Zero(p.t, strange, "nothing that a person named became markup")
	return view
}

func (p *person) open(path string) apitest.Page {
	p.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = p.s.BaseURL + path
	}
	view := p.see(chromedp.Navigate(path))
	require.Equal(p.t, int64(200), view.Status, view.Text)
	return view
}

// refused is see for a step that the server must answer with this status.
func (p *person) refused(status int64, step chromedp.Action[chromedp.Void]) apitest.Page {
	p.t.Helper()
	p.refusals = append(p.refusals, status)
	view := p.see(step)
	assert.Equal(p.t, status, view.Status, view.Text)
	return view
}

// control is the XPath of a link or a button of the page that has this text.
func control(text string) string {
	return fmt.Sprintf(`//a[normalize-space()=%q] | //button[normalize-space()=%[1]q]`, text)
}

// within is the XPath of a button in the first entry of a list that has it and these words in its heading.
func within(words, text string) string {
	return fmt.Sprintf(`//li[.//h2[contains(., %q)]]//button[normalize-space()=%q]`, words, text)
}

// press presses what leads to another page.
func (p *person) press(xpath string) apitest.Page {
	p.t.Helper()
	view := p.see(chromedp.Click(xpath))
	require.Equal(p.t, int64(200), view.Status, view.Text)
	return view
}

// confirms presses a button of a list, and then the one of the page that asks whether that was meant.
func (p *person) confirms(words, text string) apitest.Page {
	p.t.Helper()
	assert.Contains(p.t, p.press(within(words, text)).Text, words)
	return p.press(control(text))
}

// fill types text into the field with this id.
func (p *person) fill(id, text string) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.tab, chromedp.SendKeys(chromedp.ID(id), text)))
}

// choose presses the button with this id, of several of which one is chosen.
func (p *person) choose(id string) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.tab, chromedp.Click(chromedp.ID(id))))
}

// pick takes an option of a list.
func (p *person) pick(id, value string) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Do(p.tab, chromedp.SetValue(chromedp.ID(id), value)))
}

// selectsAllScopes takes all, which without JavaScript is a round trip.
func (p *person) selectsAllScopes() {
	p.t.Helper()
	if p.script {
		require.NoError(p.t, chromedp.Do(p.tab, chromedp.Click(control("Select all scopes"))))
	} else {
		p.press(control("Select all scopes"))
	}
	assert.Equal(p.t, 3, p.ticked())
}

// ticked is how many scopes are.
func (p *person) ticked() int {
	p.t.Helper()
	n, err := chromedp.Run(p.tab, chromedp.Evaluate[int](`document.querySelectorAll("[name=scope]:checked").length`))
	require.NoError(p.t, err)
	return n
}

// reads is the text of an element.
func (p *person) reads(css chromedp.CSS) string {
	p.t.Helper()
	text, err := chromedp.Run(p.tab, chromedp.TextContent(css))
	require.NoError(p.t, err)
	return text
}

func (p *person) signsIn(u apitest.User) apitest.Page {
	p.t.Helper()
	p.fill("username", u.Username)
	p.fill("password", u.Password)
	return p.press(`//main//button[normalize-space()="Sign in"]`)
}

package browser_test

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

const axe = "../clients/node_modules/axe-core/axe.min.js"

// An auditor looks at each page as people with other eyes and other screens would: axe-core's rules, in light and dark, on
// a wide screen and a narrow one.
type auditor struct {
	*person
	rules string
}

// audits checks the page that the tab shows.
func (a *auditor) audits(name string) {
	a.t.Helper()
	require.NoError(a.t, chromedp.Do(a.tab, chromedp.Evaluate[chromedp.Void](a.rules)))
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1280, 320} {
			a.shows(scheme, width, 800)
			found, err := chromedp.Run(a.tab, chromedp.Evaluate[string](violations, chromedp.EvalAwaitPromise))
			require.NoError(a.t, err)
			assert.Empty(a.t, found, "%s, %s, %d pixels", name, scheme, width)
		}
	}
	wide, err := chromedp.Run(a.tab, chromedp.Evaluate[int](`document.documentElement.scrollWidth`))
	require.NoError(a.t, err)
	assert.LessOrEqual(a.t, wide, 320, "%s scrolls sideways", name)
}

// violations are the broken rules, a line each.
const violations = `axe.run(document, {resultTypes: ["violations"]}).then(found => found.violations.map(
	v => v.id + ": " + v.help + ": " + v.nodes.map(n => n.html + " " + n.any.map(c => c.message)).join("; ")).join("\n"))`

// shows has the tab show its page in a colour scheme, on a screen of this size.
func (p *person) shows(scheme string, width, height int64, options ...chromedp.EmulateViewportOption) {
	p.t.Helper()
	_, err := chromedp.Call(p.tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	})
	require.NoError(p.t, err)
	require.NoError(p.t, chromedp.Do(p.tab, chromedp.EmulateViewport(width, height, options...)))
}

func TestAxeFindsNothing(t *testing.T) {
	apitest.NeedThat(t, "axe-core", "test", "-f", axe)
	rules, err := os.ReadFile(axe)
	require.NoError(t, err)
	s := apitest.Start(t, "-throttle", "off")
	for name, walk := range map[string]func(*auditor){
		"on the pages around the sign-in": (*auditor).aroundTheSignIn,
		"on the pages of tokens":          (*auditor).tokens,
		"on the pages of apps":            (*auditor).apps,
		"on the pages of the account":     (*auditor).account,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &auditor{person: newPerson(t, s, true), rules: string(rules) + "\n;undefined"}
			a.open("/portal/")
			walk(a)
			a.wasUndisturbed()
		})
	}
}

func (a *auditor) aroundTheSignIn() {
	a.audits("sign-in")
	a.fill("username", "Aladdin")
	a.fill("password", "close sesame")
	a.refused(401, chromedp.Click(`//main//button`))
	a.audits("sign-in refused")
	require.NoError(a.t, chromedp.Do(a.tab, chromedp.Clear(chromedp.ID("username"))))
	a.signsIn(a.s.Credentials.Users["aladdin"])
	a.audits("welcome")

	assert.Contains(a.t, a.open(a.link("public_app")).Text, "public_app")
	a.audits("consent, unverified")
	assert.Contains(a.t, a.open(a.link("aladdin_app")).Text, "aladdin_app")
	a.audits("consent")
	a.refused(404, chromedp.Navigate(a.s.BaseURL+"/portal/nothing"))
	a.audits("failure")
	a.does("and would have found something", a.findsFaults)
}

// findsFaults checks that the audits can fail: that the rules run, and that the schemes differ.
func (a *auditor) findsFaults(t *testing.T) {
	const ground = `getComputedStyle(document.body).backgroundColor`
	a.shows("light", 320, 800)
	light, err := chromedp.Run(a.tab, chromedp.Evaluate[string](ground))
	require.NoError(t, err)
	a.shows("dark", 320, 800)
	dark, err := chromedp.Run(a.tab, chromedp.Evaluate[string](ground))
	require.NoError(t, err)
	assert.NotEqual(t, light, dark)

	const fault = `const faint = Object.assign(document.createElement("p"), {textContent: "Hardly there"});
		faint.style.color = "#2a2a2a";
		document.querySelector("main").append(document.createElement("input"), faint);`
	found, err := chromedp.Run(a.tab, chromedp.Evaluate[string](fault+violations, chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	assert.Contains(t, found, "label: ")
	assert.Contains(t, found, "color-contrast: ")
}

// link is an app's to the page that asks whether it may do something.
func (p *person) link(app string) string {
	c := p.s.Credentials.Clients[app]
	config := oauth2.Config{ClientID: c.ClientKey, RedirectURL: c.RedirectURIs[0], Endpoint: oauth2.Endpoint{AuthURL: p.s.BaseURL + "/oauth2/authorize"}}
	return config.AuthCodeURL("", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
}

// tokens audits the pages of developer tokens and of API keys, which have the templates in common.
func (a *auditor) tokens() {
	a.signsIn(a.s.Credentials.Users["unicode"])
	for _, path := range []string{"/portal/tokens", "/portal/keys"} {
		a.open(path)
		a.audits(path + ", empty")
		a.open(path + "/new")
		a.audits(path + "/new")
		a.fill("description", "the lamp "+strings.Repeat("without-a-break", 4))
		a.selectsAllScopes()
		a.press(control("Create"))
		a.audits(path + ", made")
		a.open(path)
		a.audits(path)
		a.press(`//li//button[normalize-space()="Revoke"]`)
		a.audits(path + "/revoke")
		a.press(control("Revoke"))
		a.audits(path + ", revoked")
	}
	a.open("/portal/tokens/new")
	a.fill("description", "without scopes")
	a.refused(422, chromedp.Click(control("Create")))
	a.audits("/portal/tokens/new, with a problem")
}

func (a *auditor) apps() {
	a.signsIn(a.s.Credentials.Users["unicode"])
	a.open("/portal/apps/new")
	a.audits("/portal/apps/new")
	a.fill("name", hostile+strings.Repeat("Magic", 9))
	a.fill("redirect_uri", "nowhere")
	a.refused(422, chromedp.Click(control("Create")))
	a.audits("/portal/apps/new, with problems")
	require.NoError(a.t, chromedp.Do(a.tab, chromedp.Clear(chromedp.ID("redirect_uri"))))
	a.selectsAllScopes()
	a.press(control("Create"))
	a.audits("an app, made")
	a.open("/portal/apps")
	a.audits("/portal/apps")
	a.press(control("Edit"))
	a.audits("/portal/apps/edit")
	for _, step := range []string{"Rotate", "Delete"} {
		a.open("/portal/apps")
		a.press(within(hostile, step))
		a.audits(step)
	}
}

func (a *auditor) account() {
	a.signsIn(a.s.Credentials.Users["aladdin"])
	a.s.Visitor().Decide("aladdin", a.link("unicode_app"), "allow")
	a.open("/portal/authorised")
	a.audits("/portal/authorised")
	a.press(within("unicode_app", "Revoke"))
	a.audits("/portal/authorised/revoke")
	a.open("/portal/log")
	a.audits("/portal/log")
	a.open("/portal/account")
	a.audits("/portal/account")
	a.open("/portal/account/password")
	a.audits("/portal/account/password")
}

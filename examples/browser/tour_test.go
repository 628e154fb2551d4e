package browser_test

import (
	"strings"

	"github.com/chromedp/chromedp"
	dghubble "github.com/dghubble/oauth1"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
)

// A tourist is led through every page, and every state of it, and looks at each.
type tourist struct {
	*person
	look func(name string)
}

// tours are the parts of the tour, each for a tourist who is nowhere yet.
var tours = map[string]func(*tourist){
	"the sign-in":         (*tourist).theSignIn,
	"refusals":            (*tourist).refusals,
	"consent":             (*tourist).consent,
	"tokens and API keys": (*tourist).tokens,
	"apps":                (*tourist).apps,
	"the account":         (*tourist).account,
}

func (v *tourist) theSignIn() {
	v.open("/portal/")
	v.look("sign-in")
	v.fill("username", "Aladdin")
	v.fill("password", "close sesame")
	v.refused(401, chromedp.Click(`//main//button`))
	v.look("sign-in refused")
	for _, state := range []struct{ user, words, link string }{
		{"locked", "locked due to an unpaid balance", "Make a payment"}, {"disabled", "API terms violation", "Contact us"},
	} {
		u := v.s.Credentials.Users[state.user]
		v.open("/portal/")
		v.fill("username", u.Username)
		v.fill("password", u.Password)
		assert.Contains(v.t, v.refused(403, chromedp.Click(`//main//button`)).Text, state.words)
		v.look("account " + state.user)
		v.press(control(state.link))
		v.look("account " + state.user + ", what to do")
	}
	v.open("/portal/")
	v.signsIn(v.s.Credentials.Users["aladdin"])
	v.look("welcome")
	v.open("/login?next=/portal/tokens/new")
	v.look("sign-in again")
}

// refusals are what each page can say instead of itself. A page of ours leads to none of them but by a race.
func (v *tourist) refusals() {
	v.open("/portal/")
	v.signsIn(v.s.Credentials.Users["aladdin"])
	v.refused(404, chromedp.Navigate(v.s.BaseURL+"/portal/nothing"))
	v.look("failure 404")
	v.refused(404, chromedp.Navigate(v.s.BaseURL+"/portal/tokens/revoke?id=nothing"))
	v.look("failure 404, in a section")
	v.refused(400, chromedp.Navigate(v.s.BaseURL+"/oauth2/authorize?client_id=nobody"))
	v.look("failure 400")
	v.refused(405, chromedp.Navigate(v.s.BaseURL+"/logout"))
	v.look("failure 405")
	v.s.Visitor().SignIn("aladdin", "/portal/") // there is somebody else to sign out
	v.open("/portal/account")
	require.NoError(v.t, chromedp.Do(v.tab, chromedp.SetAttributeValue(`main form [name=form_token]`, "value", "another's")))
	v.refused(403, chromedp.Click(control("Sign out others")))
	v.look("failure 403")
}

func (v *tourist) consent() {
	v.open("/portal/")
	v.signsIn(v.s.Credentials.Users["unicode"])
	for name, app := range map[string]string{"verified": "published_app", "unverified": "public_app"} {
		assert.Contains(v.t, v.open(v.link(app)).Text, app)
		v.look("consent OAuth 2, " + name)
	}
	v.open(v.link("aladdin_app") + "&resource=" + v.s.BaseURL + "/v1")
	v.look("consent OAuth 2, at a resource")
	assert.Contains(v.t, v.open(v.threeLegged("aladdin_app")).Text, "aladdin_app")
	v.look("consent OAuth 1.0a")
	v.press(control("Allow"))
	v.look("verifier OAuth 1.0a")
}

// link is an app's to the page that asks whether it may do something.
func (p *person) link(app string) string {
	c := p.s.Credentials.Clients[app]
	config := oauth2.Config{ClientID: c.ClientKey, RedirectURL: c.RedirectURIs[0], Endpoint: oauth2.Endpoint{AuthURL: p.s.BaseURL + "/oauth2/authorize"}}
	return config.AuthCodeURL("", oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
}

// threeLegged is the same with OAuth 1.0a, for an app that cannot be called back.
func (p *person) threeLegged(app string) string {
	p.t.Helper()
	c := p.s.Credentials.Clients[app]
	return p.threeLeggedBy(c.ClientKey, c.ClientSecret)
}

func (p *person) threeLeggedBy(key, secret string) string {
	p.t.Helper()
	config := dghubble.Config{
		ConsumerKey: key, ConsumerSecret: secret, CallbackURL: "oob",
		Endpoint: dghubble.Endpoint{RequestTokenURL: p.s.BaseURL + "/v2/oauth/request_token", AuthorizeURL: p.s.BaseURL + "/v2/oauth/authorize"},
	}
	token, _, err := config.RequestToken()
	require.NoError(p.t, err)
	link, err := config.AuthorizationURL(token)
	require.NoError(p.t, err)
	return link.String()
}

// tokens shows the pages of developer tokens and of API keys, which have the templates in common.
func (v *tourist) tokens() {
	v.open("/portal/")
	v.signsIn(v.s.Credentials.Users["unicode"])
	for name, path := range map[string]string{"tokens": "/portal/tokens", "API keys": "/portal/keys"} {
		v.open(path)
		v.look(name + ", none")
		v.open(path + "/new")
		v.look(name + ", new")
		v.makes(path, "Nightly stock report", "90")
		v.look(name + ", made")
		v.refused(409, chromedp.Reload())
		v.look(name + ", made and reloaded")
		v.makes(path, "the-lamp-"+strings.Repeat("without-a-break-", 10), "never")
		v.look(name + ", made with a long name")
		v.open(path)
		v.look(name)
		v.press(within("the-lamp", "Revoke"))
		v.look(name + ", revoke")
		v.press(control("Revoke"))
		v.look(name + ", one revoked")
	}
	v.open("/portal/tokens/new")
	require.NoError(v.t, chromedp.Do(v.tab, chromedp.RemoveAttribute(chromedp.ID("description"), "required")))
	v.refused(422, chromedp.Click(control("Create")))
	v.look("tokens, new with problems")
	v.open("/portal/keys")
	v.press(within("Nightly", "Rotate"))
	v.look("API keys, rotate")
	v.pick("overlap", "24")
	v.press(control("Rotate"))
	v.look("API keys, rotated")
	v.press(control("Done"))
	v.look("API keys, one replaced")
}

// makes makes a token or a key that may do everything.
func (p *person) makes(path, description, life string) {
	p.t.Helper()
	p.open(path + "/new")
	p.selectsAllScopes()
	p.fill("description", description)
	p.pick("expires", life)
	p.press(control("Create"))
}

func (v *tourist) apps() {
	v.open("/portal/")
	v.signsIn(v.s.Credentials.Users["unicode"])
	v.open("/portal/apps/new")
	v.look("apps, new")
	v.fill("name", hostile+strings.Repeat("Magic", 9))
	v.fill("redirect_uri", "nowhere")
	v.fill("keys", "no key")
	v.refused(422, chromedp.Click(control("Create")))
	v.look("apps, new with problems")
	require.NoError(v.t, chromedp.Do(v.tab, chromedp.Clear(chromedp.ID("redirect_uri")), chromedp.Clear(chromedp.ID("keys"))))
	v.fill("redirect_uri", "https://lamp.example/oauth/callback/with/a/rather/long/path/to/it")
	v.selectsAllScopes()
	v.press(control("Create"))
	v.look("apps, made")
	key := v.reads("[data-client-key]")
	v.open("/portal/apps")
	v.look("apps")
	v.open("/portal/apps/edit?id=" + key)
	v.look("apps, edit")
	for _, step := range []string{"Delete", "Rotate"} {
		v.open("/portal/apps")
		v.press(within(hostile, step))
		v.look("apps, " + strings.ToLower(step))
	}
	v.pick("overlap", "168")
	v.press(control("Rotate"))
	v.look("apps, rotated")
	v.press(control("Done"))
	v.look("apps, with an old secret")
}

func (v *tourist) account() {
	aladdin := v.s.Visitor()
	for _, app := range []string{"unicode_app", "published_app"} {
		aladdin.Decide("aladdin", v.link(app), "allow")
	}
	aladdin.Decide("aladdin", v.threeLegged("jasmine_app"), "allow")
	v.open("/portal/")
	v.signsIn(v.s.Credentials.Users["aladdin"])
	assert.Contains(v.t, v.open("/portal/authorised").Text, "unicode_app")
	v.look("authorised apps")
	v.press(within("unicode_app", "Revoke"))
	v.look("authorised apps, revoke")
	v.open("/portal/log")
	v.look("log")
	v.open("/portal/account")
	v.look("account")
	v.open("/portal/account/password")
	v.look("password")
	v.fill("current_password", "close sesame")
	v.fill("new_password", "a tiger needs no lamp")
	v.refused(422, chromedp.Click(`//main//button`))
	v.look("password, the old one wrong")
	v.fill("current_password", "open sesame")
	v.fill("new_password", "password1")
	v.refused(422, chromedp.Click(`//main//button`))
	v.look("password, the new one common")
}

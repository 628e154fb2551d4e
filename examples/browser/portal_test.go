package browser_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// hostile is the name of an app that must stay a name wherever it is shown.
const hostile = "<script>alert(1)</script>"

// A developer is a person who uses the developer portal.
type developer struct {
	*person
	user     apitest.User
	post     *postbox
	callback string
	came     <-chan url.Values
	key      string // of the app
	secret   string
}

func TestADeveloperGetsAlongInThePortal(t *testing.T) {
	for name, script := range map[string]bool{"with JavaScript": true, "without JavaScript": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			post := newPostbox(t)
			s := apitest.Start(t, "-smtp", post.address, "-throttle", "off")
			callback, came := apitest.Landing(t)
			p := newPerson(t, s, script, strings.TrimSuffix(callback, "/callback"))
			d := &developer{person: p, user: s.Credentials.Users["unicode"], post: post, callback: callback, came: came}
			d.does("signs in, where the portal led", d.signsInAtTheDoor)
			d.does("makes a token, sees it once, and revokes it", d.usesAToken)
			d.does("makes, rotates and revokes an API key", d.usesAnAPIKey)
			d.does("registers an app and rotates its secret", d.registersAnApp)
			d.does("registers apps of other kinds, and edits one", d.registersOtherApps)
			d.does("allows the app something, and takes it back", d.allowsAndRevokes)
			d.does("reads its name as text with OAuth 1.0a, too", d.allowsByThreeLegs)
			d.does("deletes the app", d.deletesTheApp)
			d.does("finds all of it in the log", d.readsTheLog)
			d.does("signs out others, and changes the password", d.looksAfterTheAccount)
			d.does("got a mail about each", d.readsTheMails)
			d.does("signs out", d.signsOut)
			d.wasUndisturbed()
		})
	}
}

func (d *developer) signsInAtTheDoor(t *testing.T) {
	assert.Contains(t, d.open("/portal/").Text, "Sign in")
	assert.Contains(t, d.signsIn(d.user).Text, "Welcome")
}

func (p *person) bearer(token string) int {
	p.t.Helper()
	return apitest.Do(p.t, p.s.NewRequest("GET", "/v1/users/me", "Authorization", "Bearer "+token)).Status
}

func (d *developer) usesAToken(t *testing.T) {
	d.press(control("Create a Token"))
	d.press(control("New"))
	d.fill("description", "the lamp")
	d.selectsAllScopes()
	d.press(control("Create"))
	token := d.reads("[data-secret=token]")
	assert.Equal(t, 200, d.bearer(token))
	d.post.gets(t, token, d.user.Email, "the lamp", "products:write")

	assert.NotContains(t, d.refused(409, chromedp.Reload()).Text, token, "a reload sends the form again")
	list := d.open("/portal/tokens").Text
	assert.Contains(t, list, "the lamp")
	assert.NotContains(t, list, token)

	assert.Contains(t, d.confirms("the lamp", "Revoke").Text, "Revoked")
	assert.Equal(t, 401, d.bearer(token))
}

func (d *developer) apiKey(key string) int {
	d.t.Helper()
	return apitest.Do(d.t, d.s.NewRequest("GET", "/v1/data", "X-API-Key", key)).Status
}

func (d *developer) usesAnAPIKey(t *testing.T) {
	d.press(control("API keys"))
	d.press(control("New"))
	d.fill("description", "the carpet")
	d.selectsAllScopes()
	d.press(control("Create"))
	old := d.reads("[data-secret=api_key]")
	assert.Equal(t, 200, d.apiKey(old))

	d.press(control("Done"))
	d.confirms("the carpet", "Rotate")
	key := d.reads("[data-secret=api_key]")
	assert.Equal(t, 200, d.apiKey(key))
	assert.Equal(t, 401, d.apiKey(old), "no overlap was chosen")
	assert.NotContains(t, d.press(control("Done")).Text, key)

	old = key
	d.press(within("the carpet", "Rotate"))
	d.pick("overlap", "24")
	d.press(control("Rotate"))
	key = d.reads("[data-secret=api_key]")
	assert.Equal(t, 200, d.apiKey(key))
	assert.Equal(t, 200, d.apiKey(old), "for a day")
	assert.Contains(t, d.press(control("Done")).Text, "Replaced")

	for range 2 { // the new one, and the old one that works on
		d.confirms("the carpet", "Revoke")
	}
	assert.Equal(t, 401, d.apiKey(key))
	assert.Equal(t, 401, d.apiKey(old))
}

// own is the status of the app's request for a token of its own.
func (d *developer) own(secret string) int {
	d.t.Helper()
	r := d.s.Post("/oauth2/token", url.Values{"grant_type": {"client_credentials"}})
	r.SetBasicAuth(d.key, secret)
	return apitest.Do(d.t, r).Status
}

func (d *developer) registersAnApp(t *testing.T) {
	d.press(control("Apps"))
	d.press(control("New"))
	d.fill("name", hostile)
	d.fill("redirect_uri", d.callback)
	d.selectsAllScopes()
	assert.Contains(t, d.press(control("Create")).Text, hostile)
	d.key, d.secret = d.reads("[data-client-key]"), d.reads("[data-secret=client_secret]")
	assert.Equal(t, 200, d.own(d.secret))
	d.refused(409, chromedp.Reload())
	assert.Contains(t, d.open("/portal/apps").Text, hostile)

	d.press(within(hostile, "Rotate"))
	d.pick("overlap", "24")
	assert.Contains(t, d.press(control("Rotate")).Text, hostile)
	old := d.secret
	d.secret = d.reads("[data-secret=client_secret]")
	assert.Equal(t, 200, d.own(d.secret))
	assert.Equal(t, 200, d.own(old), "for a day")
	list := d.press(control("Done")).Text
	assert.Contains(t, list, "Old secret works until")
	assert.NotContains(t, list, d.secret)
	assert.Contains(t, d.press(control("Edit")).Text, d.key)
}

func (d *developer) registersOtherApps(t *testing.T) {
	d.open("/portal/apps/new")
	d.fill("name", "a lantern")
	d.fill("redirect_uri", "com.example.lantern:/callback")
	d.selectsAllScopes()
	d.choose("public")
	d.choose("anyone")
	made := d.press(control("Create")).Text
	assert.Contains(t, made, "a lantern")
	assert.NotContains(t, made, "Client secret", "a public app has none")

	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	d.open("/portal/apps/new")
	d.fill("name", "signet")
	d.fill("keys", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
	d.selectsAllScopes()
	assert.NotContains(t, d.press(control("Create")).Text, "Client secret", "it has a key")

	d.open("/portal/apps")
	assert.Contains(t, d.press(`//li[.//h2[contains(., "signet")]]//*[normalize-space()="Edit"]`).Text, "JWK Set")
	d.fill("name", "the new ") // before what is there
	d.fill("redirect_uri", "https://signet.example/callback")
	d.choose("anyone")
	list := d.press(control("Save")).Text
	assert.Contains(t, list, "the new signet")
	assert.Contains(t, list, "https://signet.example/callback")
	assert.Contains(t, d.confirms("the new signet", "Delete").Text, "a lantern")
	d.confirms("a lantern", "Delete")
}

func (d *developer) allowsAndRevokes(t *testing.T) {
	config, verifier := oauth2.Config{
		ClientID: d.key, ClientSecret: d.secret, RedirectURL: d.callback, Scopes: []string{"products:read", "users:read"},
		Endpoint: oauth2.Endpoint{AuthURL: d.s.BaseURL + "/oauth2/authorize", TokenURL: d.s.BaseURL + "/oauth2/token"},
	}, oauth2.GenerateVerifier()
	asks := d.open(config.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier))).Text
	for _, says := range []string{hostile, d.user.Username, "products:read", "users:read"} {
		assert.Contains(t, asks, says)
	}
	d.press(control("Allow"))
	token, err := config.Exchange(t.Context(), (<-d.came).Get("code"), oauth2.VerifierOption(verifier))
	require.NoError(t, err)
	assert.Equal(t, 200, d.bearer(token.AccessToken))

	d.open("/portal/authorised")
	assert.NotContains(t, d.confirms(hostile, "Revoke").Text, hostile)
	assert.Equal(t, 401, d.bearer(token.AccessToken))
	again := d.s.Post("/oauth2/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {token.RefreshToken}})
	again.SetBasicAuth(d.key, d.secret)
	assert.Equal(t, 400, apitest.Do(t, again).Status)
}

func (d *developer) allowsByThreeLegs(t *testing.T) {
	assert.Contains(t, d.open(d.threeLeggedBy(d.key, d.secret)).Text, hostile)
	assert.Contains(t, d.press(control("Allow")).Text, hostile, "above the code")
	assert.Contains(t, d.open("/portal/authorised").Text, hostile)
}

func (d *developer) deletesTheApp(t *testing.T) {
	d.press(control("Apps"))
	assert.NotContains(t, d.confirms(hostile, "Delete").Text, hostile)
	assert.Equal(t, 401, d.own(d.secret))
}

func (d *developer) readsTheLog(t *testing.T) {
	log := d.press(control("Security log")).Text
	for _, says := range []string{
		"Signed in", "the lamp", "the carpet", "Rotated", hostile, "Allowed an app", "Revoked an app's access", "Deleted an app",
	} {
		assert.Contains(t, log, says)
	}
}

func (d *developer) looksAfterTheAccount(t *testing.T) {
	elsewhere := d.s.Visitor()
	for _, button := range []string{"End", "Sign out others"} { // one of them, and all of them
		require.Equal(t, "/portal/", elsewhere.SignIn("unicode", "/portal/").URL.Path)
		d.press(control("Account"))
		d.press(control(button))
		assert.Equal(t, "/login", elsewhere.Open("/portal/").URL.Path)
	}

	d.press(control("Change password"))
	changed := d.user
	changed.Password = "a tiger needs no lamp"
	d.fill("current_password", d.user.Password)
	d.fill("new_password", changed.Password)
	assert.Contains(t, d.press(`//button[normalize-space()="Change password"]`).Text, "Your password was changed")
	for status, u := range map[int]apitest.User{200: changed, 401: d.user} {
		r := d.s.NewRequest("GET", "/v2?client_key="+d.s.Key("unicode_app"))
		r.SetBasicAuth(u.Username, u.Password)
		assert.Equal(t, status, apitest.Do(t, r).Status)
	}
}

func (d *developer) readsTheMails(t *testing.T) {
	for _, subject := range []string{
		"New developer token for your account", "Your developer token was revoked", "Your API key was replaced",
		"New app in your account", "An app of yours has a new secret", "An app of yours was deleted", "Your password was changed",
	} {
		d.post.gets(t, d.secret, d.user.Email, "Subject: Sesame example API: "+subject)
	}
	mails := strings.Join(d.post.htmls(), "\n")
	assert.Contains(t, mails, "&lt;script&gt;alert(1)&lt;/script&gt;")
	assert.NotContains(t, mails, "<script")
}

func (d *developer) signsOut(t *testing.T) {
	d.press(control("Sign out"))
	assert.Contains(t, d.open("/portal/tokens").Text, "Sign in")
}

func TestAnotherOriginsPageMakesNoToken(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	form := ""
	evil := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(`<!doctype html><form method="post" action="` + s.BaseURL + `/portal/tokens/new">` + form + `</form>`))
	}))
	t.Cleanup(evil.Close)
	p := newPerson(t, s, true, evil.URL)
	p.open("/portal/tokens/new")
	p.signsIn(s.Credentials.Users["unicode"])
	p.fill("description", "the lamp")
	stolen, err := chromedp.Run(p.tab, chromedp.Evaluate[string](`[...document.querySelectorAll("main form input, main form select")].map(e => e.setAttribute("value", e.value) ?? e.outerHTML).join("")`))
	require.NoError(t, err)
	form = stolen + "<button>Win</button>" // with the form's own token, which no other site can read

	p.open(evil.URL + "/")
	p.refused(403, chromedp.Click(control("Win")))
	assert.NotContains(t, p.open("/portal/tokens").Text, "the lamp")
	p.wasUndisturbed()
}

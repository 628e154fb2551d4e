package session_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// open fetches a page with a form and returns its token.
func (w *world) open(b *browser) string {
	rec := httptest.NewRecorder()
	token := w.FormToken(rec, b.request("GET", "/login"))
	b.keep(rec)
	return token
}

// post sends a form with the token and header fields.
func (w *world) post(b *browser, token string, fields ...string) error {
	body := url.Values{"a": {"1"}}
	if token != "" {
		body.Set(session.FormField, token)
	}
	r := b.request("POST", "/login")
	form := httptest.NewRequest("POST", "https://api.example/login", strings.NewReader(body.Encode()))
	form.Header = r.Header
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(fields); i += 2 {
		form.Header.Add(fields[i], fields[i+1])
	}
	_, err := w.ReadForm(httptest.NewRecorder(), form)
	return err
}

func TestForms(t *testing.T) {
	for _, row := range []struct {
		name   string
		token  bool
		fields []string
		taken  bool
	}{
		{"PORTAL-CSRF-02 the page's own origin", true, []string{"Origin", "https://api.example"}, true},
		{"PORTAL-CSRF-02 neither header: the token alone", true, nil, true},
		{"PORTAL-CSRF-02 neither header and no token", false, nil, false},
		{"PORTAL-CSRF-01 the right origin and no token", false, []string{"Origin", "https://api.example"}, false},
		{"PORTAL-CSRF-01 another origin", true, []string{"Origin", "https://evil.example"}, false},
		{"PORTAL-CSRF-01 cross-site", true, []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"PORTAL-CSRF-02 Origin: null", true, []string{"Origin", "null"}, false},
		{"PORTAL-CSRF-02 http for https", true, []string{"Origin", "http://api.example"}, false},
		{"PORTAL-CSRF-02 another port", true, []string{"Origin", "https://api.example:8443"}, false},
		{"PORTAL-CSRF-02 a host that ends alike", true, []string{"Origin", "https://evilapi.example"}, false},
		{"PORTAL-CSRF-02 two origins", true, []string{"Origin", "https://api.example", "Origin", "https://evil.example"}, false},
		{"PORTAL-CSRF-02 same-site is another origin", true, []string{"Sec-Fetch-Site", "same-site"}, false},
		{"PORTAL-CSRF-02 same-origin", true, []string{"Sec-Fetch-Site", "same-origin"}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			for name, signedIn := range map[string]bool{"signed in": true, "PORTAL-CSRF-03 before the sign-in": false} {
				t.Run(name, func(t *testing.T) {
					w, b := newWorld(t), &browser{}
					if signedIn {
						w.signIn(t, b)
					}
					token := w.open(b)
					if !row.token {
						token = ""
					}
					err := w.post(b, token, row.fields...)
					if row.taken {
						assert.NoError(t, err)
					} else {
						assert.ErrorIs(t, err, autherr.Forbidden)
					}
				})
			}
		})
	}
}

func TestFormTokensBelongToOneBrowser(t *testing.T) {
	w, mine, theirs := newWorld(t), &browser{}, &browser{}
	token := w.open(mine)
	w.open(theirs)
	assert.ErrorIs(t, w.post(theirs, token), autherr.Forbidden)
	assert.NoError(t, w.post(mine, token))

	w.signIn(t, mine)
	assert.ErrorIs(t, w.post(mine, token), autherr.Forbidden, "a token from before the sign-in ends with it")
	assert.NoError(t, w.post(mine, w.open(mine)))
}

func TestFormTokensSurviveARotationOfTheKey(t *testing.T) {
	old, fresh := []byte(strings.Repeat("o", 32)), []byte(strings.Repeat("f", 32))
	b := &browser{}
	token := newWorld(t, func(c *session.Config) { c.Keys = [][]byte{old} }).open(b)
	assert.NoError(t, newWorld(t, func(c *session.Config) { c.Keys = [][]byte{fresh, old} }).post(b, token))
	assert.ErrorIs(t, newWorld(t, func(c *session.Config) { c.Keys = [][]byte{fresh} }).post(b, token), autherr.Forbidden)
}

func TestForgedCookiesMakeNoToken(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequest("GET", "https://api.example/login", nil)
	r.AddCookie(&http.Cookie{Name: "__Host-session_browser", Value: "short"})
	rec := httptest.NewRecorder()
	w.FormToken(rec, r)
	assert.NotEmpty(t, rec.Result().Cookies(), "a value that cannot be ours is replaced")
}

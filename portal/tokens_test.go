package portal_test

import (
	"context"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/session"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

func sessionDetails() session.Details { return session.Details{Note: "a test"} }

func TestATokenIsShownOnce(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	form := v.get("/portal/tokens/new")
	assert.Contains(t, form.text, "See your products")
	assert.NotContains(t, form.text, "Everything else", "a scope that the account does not hold is not offered")
	filled := form.filled("description", "CI", "scope", "read", "expires", "30")
	summary := v.post("/portal/tokens/new", filled)
	assert.Equal(t, http.StatusOK, summary.StatusCode)
	secret := summary.secret(t, "token")
	assert.Regexp(t, `^t_pat_[0-9A-Za-z]{49}$`, secret)
	assert.Equal(t, "no-store", summary.Header.Get("Cache-Control"))
	for name, values := range summary.Header {
		assert.NotContains(t, strings.Join(values, " "), secret, name)
	}
	found, err := s.store.LookUpToken(context.Background(), store.DigestOf(secret))
	require.NoError(t, err)
	assert.Equal(t, []string{"read"}, found.Token.Scopes)
	assert.InDelta(t, 30*24, found.Token.Expires.Sub(found.Token.Created).Hours(), 1)

	again := v.post("/portal/tokens/new", filled)
	assert.Equal(t, http.StatusConflict, again.StatusCode)
	assert.Empty(t, shown.FindString(again.text))
	assert.Len(t, s.tokensOf(t, "1", store.DeveloperToken), 1, "a reload makes no other")
	list := v.get("/portal/tokens")
	assert.Contains(t, list.text, "CI")
	assert.Contains(t, list.text, secret[len(secret)-4:])
	assert.NotContains(t, list.text, secret)
	without := form.filled("description", "CI", "scope", "read")
	without.Del("once")
	assert.Equal(t, http.StatusBadRequest, v.post("/portal/tokens/new", without).StatusCode)
}

func TestTokensExpireAsChosen(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	for value, days := range map[string]float64{"7": 7, "30": 30, "90": 90, "365": 365, "": 90, "never": 0} {
		secret := v.send("/portal/tokens/new", "description", "for "+value, "scope", "read", "expires", value).secret(t, "token")
		found, err := s.store.LookUpToken(context.Background(), store.DigestOf(secret))
		require.NoError(t, err)
		if value == "never" {
			assert.Zero(t, found.Token.Expires)
			continue
		}
		assert.InDelta(t, days*24, found.Token.Expires.Sub(found.Token.Created).Hours(), 0.1, value)
	}
	assert.Equal(t, http.StatusBadRequest, v.send("/portal/tokens/new", "description", "x", "scope", "read", "expires", "3650").StatusCode)
}

func TestSelectAllScopes(t *testing.T) {
	s := newDesk(t)
	page := s.aladdin(t).send("/portal/tokens/new", "description", "kept", "all", "yes", "expires", "7")
	assert.Equal(t, http.StatusOK, page.StatusCode)
	assert.Contains(t, page.text, "Select all scopes")
	assert.Equal(t, 2, strings.Count(page.text, " checked"), "both that the account holds")
	assert.Contains(t, page.text, `value="kept"`)
	assert.Contains(t, page.text, `<option value="7" selected>`)
	assert.Empty(t, s.tokensOf(t, "1", store.DeveloperToken))
}

func TestAWrongTokenFormSaysWhatIsWrong(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	for name, c := range map[string]struct {
		fields []string
		field  string
	}{
		"no description":                     {[]string{"scope", "read"}, "description"},
		"a description of two lines":         {[]string{"description", "a\nb", "scope", "read"}, "description"},
		"no scope":                           {[]string{"description", "x"}, "scope"},
		"a scope that the account lacks":     {[]string{"description", "x", "scope", "admin"}, "scope"},
		"a scope that does not exist at all": {[]string{"description", "x", "scope", "fly"}, "scope"},
	} {
		t.Run(name, func(t *testing.T) {
			page := v.send("/portal/tokens/new", c.fields...)
			assert.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
			assert.Contains(t, page.text, `role="alert" id="`+c.field+`-problem"`)
			assert.Contains(t, page.text, `aria-describedby="`+c.field+`-problem"`)
		})
	}
	assert.Empty(t, s.tokensOf(t, "1", store.DeveloperToken))
}

func TestMakingATokenIsGuarded(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	form := v.get("/portal/tokens/new")
	filled := func() url.Values { return form.filled("description", "CI", "scope", "read") }
	t.Run("TOK-CREATE-01 a cross-site form makes nothing", func(t *testing.T) {
		for _, header := range [][]string{{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}} {
			assert.Equal(t, http.StatusForbidden, v.post("/portal/tokens/new", filled(), header...).StatusCode)
		}
		without := filled()
		without.Del(session.FormField)
		assert.Equal(t, http.StatusForbidden, v.post("/portal/tokens/new", without).StatusCode)
		assert.Empty(t, s.tokensOf(t, "1", store.DeveloperToken))
	})
	t.Run("TOK-CREATE-01 an old sign-in is asked for again", func(t *testing.T) {
		s.later += 15*time.Minute + time.Second
		assert.Equal(t, "/login?next=%2Fportal%2Ftokens%2Fnew", v.get("/portal/tokens/new").location(t))
		assert.Equal(t, "/login?next=%2Fportal%2Ftokens%2Fnew", v.post("/portal/tokens/new", filled()).location(t))
		assert.Empty(t, s.tokensOf(t, "1", store.DeveloperToken))
		assert.Equal(t, http.StatusOK, v.get("/portal/tokens").StatusCode, "to look around it is enough")
		assert.Equal(t, "/portal/tokens/new", v.signIn("Aladdin", "/portal/tokens/new").location(t))
	})
	t.Run("TOK-CREATE-01 the owner is told", func(t *testing.T) {
		v.send("/portal/tokens/new", "description", "CI", "scope", "read").secret(t, "token")
		events := s.eventsOf(t, "1", tokens.EventCreated)
		require.Len(t, events, 1)
		assert.Equal(t, store.DeliveryPending, events[0].Delivery.State)
		assert.Equal(t, "127.0.0.1", events[0].Address)
	})
}

func TestATokenIsNobodyHere(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	secret := v.send("/portal/tokens/new", "description", "CI", "scope", "read", "scope", "write").secret(t, "token")
	form := v.get("/portal/tokens/new").filled("description", "more", "scope", "read")
	t.Run("TOK-SCOPE-02 a token makes no tokens and changes no password", func(t *testing.T) {
		for _, path := range append([]string{"/portal/tokens/new", "/portal/account/password", "/portal/keys/new", "/portal/apps/new"}, developerPages...) {
			r, err := http.NewRequest("GET", s.URL+path, nil)
			require.NoError(t, err)
			r.Header.Set("Authorization", "Bearer "+secret)
			stranger := s.visitor(t)
			assert.Equal(t, "/login?next="+url.QueryEscape(path), stranger.do(r).location(t))
			answer := stranger.post(path, form, "Authorization", "Bearer "+secret, "Cookie", "session="+secret)
			assert.Contains(t, []int{http.StatusForbidden, http.StatusMethodNotAllowed}, answer.StatusCode, path)
		}
		cookie := s.visitor(t).do(newRequest(t, s.URL+"/portal/tokens", "session="+secret[:43]))
		assert.Contains(t, cookie.location(t), "/login")
		assert.Len(t, s.tokensOf(t, "1", store.DeveloperToken), 1)
	})
	t.Run("TOK-SCOPE-02 a person who signed in makes them", func(t *testing.T) {
		v.post("/portal/tokens/new", form).secret(t, "token")
		assert.Len(t, s.tokensOf(t, "1", store.DeveloperToken), 2)
	})
}

func newRequest(t testing.TB, target, cookie string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("GET", target, nil)
	require.NoError(t, err)
	r.Header.Set("Cookie", cookie)
	return r
}

func TestRevokingAToken(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	secret := v.send("/portal/tokens/new", "description", "<b>CI</b>\u202e", "scope", "read").secret(t, "token")
	list := v.get("/portal/tokens")
	assert.Contains(t, list.text, "&lt;b&gt;CI&lt;/b&gt;\uFFFD")
	require.Len(t, list.ids(), 1)
	path := "/portal/tokens/revoke?id=" + list.ids()[0]
	assert.Contains(t, v.get(path).text, "Revoke this token?")
	assert.Zero(t, s.tokensOf(t, "1", store.DeveloperToken)[0].Revoked, "looking at the question revokes nothing")

	jasmine := s.visitor(t)
	jasmine.signIn("Jasmine", "/portal/")
	assert.Equal(t, http.StatusNotFound, jasmine.get(path).StatusCode)
	assert.Equal(t, http.StatusNotFound, jasmine.post("/portal/tokens/revoke", jasmine.get("/portal/tokens").filled("id", list.ids()[0])).StatusCode)

	assert.Equal(t, "/portal/tokens", v.send(path).location(t))
	found, err := s.store.LookUpToken(context.Background(), store.DigestOf(secret))
	require.NoError(t, err)
	assert.NotZero(t, found.Token.Revoked)
	list = v.get("/portal/tokens")
	assert.Contains(t, list.text, "Revoked")
	assert.Empty(t, list.ids(), "no button is left")
	assert.Len(t, s.eventsOf(t, "1", tokens.EventRevoked), 1)
	assert.Equal(t, http.StatusNotFound, v.get("/portal/tokens/revoke?id=none").StatusCode)
}

func TestLongListsHavePages(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	for i := range 51 {
		at := time.Unix(int64(1_700_000_000+i), 0)
		require.NoError(t, s.store.PutTokens(context.Background(), []store.Token{{
			Digest: store.DigestOf(at.String()), ID: at.String(), Kind: store.DeveloperToken, User: "1", Description: at.String(), Created: at,
		}}, 0))
	}
	page := v.get("/portal/tokens")
	assert.Len(t, page.ids(), 50)
	_, rest, found := strings.Cut(page.text, `href="/portal/tokens?after=`)
	require.True(t, found)
	rest, _, _ = strings.Cut(rest, `"`)
	assert.Len(t, v.get("/portal/tokens?after="+html.UnescapeString(rest)).ids(), 1)
}

func TestAPIKeys(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	first := v.send("/portal/keys/new", "description", "the shop", "expires", "never").secret(t, "api_key")
	assert.True(t, strings.HasPrefix(first, "t_key_"))
	found, err := s.store.LookUpToken(context.Background(), store.DigestOf(first))
	require.NoError(t, err)
	assert.True(t, found.Token.AllScopes, "without scopes it has its owner's")
	v.send("/portal/keys/new", "description", "narrow", "scope", "read").secret(t, "api_key")
	assert.Equal(t, auth.Scopes{"read"}, auth.Scopes(s.tokensOf(t, "1", store.APIKey)[0].Scopes))
	narrow := s.tokensOf(t, "1", store.APIKey)[0].ID

	page := v.get("/portal/keys/rotate?id=" + found.Token.ID)
	assert.Contains(t, page.text, `<option value="0" selected>`, "without an overlap unless it is chosen")
	filled := page.filled("overlap", "24")
	second := v.post("/portal/keys/rotate", filled)
	assert.NotEqual(t, first, second.secret(t, "api_key"))
	again := v.post("/portal/keys/rotate", filled)
	assert.Equal(t, http.StatusConflict, again.StatusCode)
	assert.Empty(t, shown.FindString(again.text))
	found, err = s.store.LookUpToken(context.Background(), store.DigestOf(first))
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now().Add(24*time.Hour), found.Token.Expires, time.Minute)
	assert.Contains(t, v.get("/portal/keys").text, "Works until")

	v.send("/portal/keys/rotate?id="+narrow).secret(t, "api_key")
	for _, key := range s.tokensOf(t, "1", store.APIKey) {
		if key.ID == narrow {
			assert.False(t, key.Expires.After(time.Now()), "it ended at once")
		}
	}
	assert.Equal(t, "/portal/keys", v.send("/portal/keys/revoke?id="+found.Token.ID).location(t))
	assert.Equal(t, http.StatusBadRequest, v.send("/portal/keys/rotate?id="+s.tokensOf(t, "1", store.APIKey)[0].ID, "overlap", "9999").StatusCode)
}

package portal_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/portal"
	"github.com/seed-f67351ce/sesame/store"
)

var clientKey = regexp.MustCompile(`data-client-key="([^"]*)">([^<]*)<`)

// registered is the app that a page shows the key of.
func (s *site) registered(t testing.TB, page view) store.Client {
	t.Helper()
	found := clientKey.FindStringSubmatch(page.text)
	require.Len(t, found, 3, page.text)
	assert.Equal(t, found[1], found[2])
	client, err := s.store.Client(context.Background(), found[1])
	require.NoError(t, err)
	return client
}

func TestRegisteringAnApp(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	form := v.get("/portal/apps/new")
	filled := form.filled("name", "Tracker", "redirect_uri", "https://tracker.example/cb\r\nhttp://127.0.0.1/cb\r\n\r\n", "scope", "read")
	page := v.post("/portal/apps/new", filled)
	secret := page.secret(t, "client_secret")
	client := s.registered(t, page)
	assert.Equal(t, "Tracker", client.Name)
	assert.Equal(t, "1", client.Owner)
	assert.Equal(t, []string{"https://tracker.example/cb", "http://127.0.0.1/cb"}, client.RedirectURIs)
	assert.Equal(t, []string{"read"}, client.Scopes)
	assert.ElementsMatch(t, []string{"authorization_code", "refresh_token", "client_credentials"}, client.GrantTypes)
	assert.Equal(t, []string{"client_secret_basic", "client_secret_post"}, client.AuthMethods)
	assert.False(t, client.Published || client.Native || client.SelfRegistered || client.Introspects)
	require.Len(t, client.Secrets, 1)
	assert.Equal(t, store.DigestOf(secret), client.Secrets[0].Digest)
	assert.Equal(t, "sealed for "+client.ID+": "+secret, string(client.Secrets[0].Sealed))
	assert.Regexp(t, `^[0-9A-Za-z]{43}$`, secret)
	assert.Contains(t, client.SignatureMethods, "HMAC-SHA256")

	again := v.post("/portal/apps/new", filled)
	assert.Equal(t, http.StatusConflict, again.StatusCode)
	assert.NotContains(t, again.text, "data-secret")
	list := v.get("/portal/apps")
	assert.NotContains(t, list.text, secret)
	assert.Contains(t, list.text, client.ID)
	events := s.eventsOf(t, "1", portal.EventAppRegistered)
	require.Len(t, events, 1)
	assert.Equal(t, store.DeliveryPending, events[0].Delivery.State)
	assert.Equal(t, client.ID, events[0].Client)
}

func TestKindsOfApps(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	require.NoError(t, err)
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	t.Run("public", func(t *testing.T) {
		page := v.send("/portal/apps/new", "name", "Phone", "redirect_uri", "com.example.app:/cb", "scope", "read", "kind", "public", "offered", "anyone")
		client := s.registered(t, page)
		assert.Empty(t, client.Secrets)
		assert.True(t, client.Native && client.Published)
		assert.Equal(t, []string{"none"}, client.AuthMethods)
		assert.NotContains(t, client.GrantTypes, "client_credentials")
		assert.NotContains(t, page.text, "data-secret")
		assert.Equal(t, http.StatusConflict, v.get("/portal/apps/rotate?id="+client.ID).StatusCode)
	})
	t.Run("with a key in PEM", func(t *testing.T) {
		client := s.registered(t, v.send("/portal/apps/new", "name", "Signer", "scope", "read", "keys", public))
		assert.Empty(t, client.Secrets)
		assert.Equal(t, []string{"private_key_jwt"}, client.AuthMethods)
		assert.Contains(t, client.SignatureMethods, "RSA-SHA256")
		var set jose.JSONWebKeySet
		require.NoError(t, json.Unmarshal(client.Keys, &set))
		require.Len(t, set.Keys, 1)
		assert.Equal(t, key.Public(), set.Keys[0].Key)
		page := v.send("/portal/apps/edit?id="+client.ID, "name", "Signer", "scope", "read", "keys", "")
		assert.Equal(t, http.StatusUnprocessableEntity, page.StatusCode, "it cannot be left without")
		assert.Equal(t, http.StatusSeeOther, v.send("/portal/apps/edit?id="+client.ID, "name", "Signer 2", "scope", "read", "keys", string(client.Keys)).StatusCode)
	})
	t.Run("without OAuth 1.0a", func(t *testing.T) {
		s := newDesk(t, func(c *portal.Config) { c.Developer.SealSecret = nil })
		client := s.registered(t, s.aladdin(t).send("/portal/apps/new", "name", "x", "scope", "read"))
		assert.Empty(t, client.SignatureMethods)
		assert.Nil(t, client.Secrets[0].Sealed)
	})
}

func TestAWrongAppFormSaysWhatIsWrong(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	good := map[string]string{"name": "x", "scope": "read"}
	for name, c := range map[string]struct{ field, value string }{
		"no name":                              {"name", ""},
		"a name that nobody sees":              {"name", "\u00a0\u3164"},
		"a scope that there is not":            {"scope", "nope"},
		"a name over 100 bytes":                {"name", strings.Repeat("x", 101)},
		"clear HTTP":                           {"redirect_uri", "http://tracker.example/cb"},
		"a script":                             {"redirect_uri", "javascript:alert(1)"},
		"data":                                 {"redirect_uri", "data:text/html,x"},
		"a fragment":                           {"redirect_uri", "https://tracker.example/cb#x"},
		"its own scheme, confidential":         {"redirect_uri", "com.example.app:/cb"},
		"no scope":                             {"scope", ""},
		"a scope that the owner does not hold": {"scope", "admin"},
		"no key":                               {"keys", "nonsense"},
	} {
		t.Run(name, func(t *testing.T) {
			fields := []string{c.field, c.value}
			for field, value := range good {
				if field != c.field {
					fields = append(fields, field, value)
				}
			}
			page := v.send("/portal/apps/new", fields...)
			assert.Equal(t, http.StatusUnprocessableEntity, page.StatusCode)
			assert.Contains(t, page.text, `role="alert" id="`+c.field+`-problem"`)
		})
	}
	list, err := s.store.ClientsByOwner(context.Background(), "1")
	require.NoError(t, err)
	assert.Len(t, list, 2, "those that were there")
	all := v.send("/portal/apps/new", "name", "kept", "all", "yes")
	assert.Contains(t, all.text, `value="kept"`)
	assert.Equal(t, 2, len(regexp.MustCompile(`name="scope" value="[a-z]+" checked`).FindAllString(all.text, -1)))

	few := newDesk(t, func(c *portal.Config) { c.Developer.MaxApps = 2 })
	assert.Contains(t, few.aladdin(t).send("/portal/apps/new", "name", "x", "scope", "read").text, "too many apps")
}

func TestEditingAnApp(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	before := s.registered(t, v.send("/portal/apps/new", "name", "Tracker", "scope", "read", "redirect_uri", "https://a.example/"))
	path := "/portal/apps/edit?id=" + before.ID
	assert.Contains(t, v.get(path).text, "https://a.example/")
	assert.Equal(t, http.StatusUnprocessableEntity, v.send(path, "name", "", "scope", "read").StatusCode)
	assert.Equal(t, "/portal/apps", v.send(path, "name", "Tracker 2", "scope", "write", "redirect_uri", "https://b.example/", "offered", "anyone", "kind", "public").location(t))
	after, err := s.store.Client(context.Background(), before.ID)
	require.NoError(t, err)
	want := before
	want.Name, want.Scopes, want.RedirectURIs, want.Published, want.Version = "Tracker 2", []string{"write"}, []string{"https://b.example/"}, true, before.Version+1
	assert.Equal(t, want, after, "and nothing else: a confidential app stays one")
	assert.Len(t, s.eventsOf(t, "1", portal.EventAppChanged), 1)

	jasmine := s.visitor(t)
	jasmine.signIn("Jasmine", "/portal/")
	for _, step := range []string{"edit", "rotate", "delete"} {
		assert.Equal(t, http.StatusNotFound, jasmine.get("/portal/apps/"+step+"?id="+before.ID).StatusCode)
		answer := jasmine.post("/portal/apps/"+step, jasmine.get("/portal/apps/new").filled("id", before.ID, "name", "mine", "scope", "read"))
		assert.Equal(t, http.StatusNotFound, answer.StatusCode)
	}
}

func TestRotatingAnAppsSecret(t *testing.T) {
	s := newDesk(t)
	v := s.aladdin(t)
	page := v.send("/portal/apps/new", "name", "Tracker", "scope", "read")
	client, first := s.registered(t, page), page.secret(t, "client_secret")
	path := "/portal/apps/rotate?id=" + client.ID

	second := v.send(path, "overlap", "24").secret(t, "client_secret")
	client, err := s.store.Client(context.Background(), client.ID)
	require.NoError(t, err)
	require.Len(t, client.Secrets, 2)
	assert.Equal(t, store.DigestOf(second), client.Secrets[0].Digest)
	assert.Zero(t, client.Secrets[0].Expires)
	assert.Equal(t, store.DigestOf(first), client.Secrets[1].Digest)
	assert.WithinDuration(t, time.Now().Add(24*time.Hour), client.Secrets[1].Expires, time.Minute)
	assert.Contains(t, v.get("/portal/apps").text, "Old secret works until")

	filled := v.get(path).filled()
	third := v.post("/portal/apps/rotate", filled).secret(t, "client_secret")
	client, err = s.store.Client(context.Background(), client.ID)
	require.NoError(t, err)
	require.Len(t, client.Secrets, 1, "the old ones end at once where nobody asks for an overlap")
	assert.Equal(t, store.DigestOf(third), client.Secrets[0].Digest)
	assert.Equal(t, http.StatusConflict, v.post("/portal/apps/rotate", filled).StatusCode)
	assert.Len(t, s.eventsOf(t, "1", portal.EventAppRotated), 2)
}

func TestDeletingAnApp(t *testing.T) {
	ctx, s := context.Background(), newDesk(t)
	v := s.aladdin(t)
	client := s.registered(t, v.send("/portal/apps/new", "name", "Tracker", "scope", "read"))
	path := "/portal/apps/delete?id=" + client.ID
	assert.Contains(t, v.get(path).text, "no token")
	now := time.Now()
	for i, expires := range []time.Time{now.Add(time.Hour), now.Add(time.Hour), now.Add(-time.Hour)} {
		id := "token " + string(rune('a'+i))
		require.NoError(t, s.store.PutTokens(ctx, []store.Token{{
			Digest: store.DigestOf(id), ID: id, Kind: store.AccessToken, User: "3", Client: client.ID, Created: now, Expires: expires,
		}}, 0))
	}
	assert.Contains(t, v.get(path).text, "This ends 2 tokens")
	s.later += 16 * time.Minute
	back := "/login?next=" + url.QueryEscape(path)
	assert.Equal(t, back, v.get(path).location(t), "an old sign-in is not enough")
	assert.Equal(t, back, v.post("/portal/apps/delete", v.get("/portal/authorised").filled("id", client.ID)).location(t))
	s.later = 0
	assert.Equal(t, "/portal/apps", v.send(path).location(t))
	_, err := s.store.Client(ctx, client.ID)
	assert.ErrorIs(t, err, store.ErrNotFound)
	_, err = s.store.LookUpToken(ctx, store.DigestOf("token a"))
	assert.ErrorIs(t, err, store.ErrNotFound)
	assert.Len(t, s.eventsOf(t, "1", portal.EventAppDeleted), 1)
}

func TestAppsOfOthersAreText(t *testing.T) {
	s := newDesk(t)
	require.NoError(t, s.store.PutClient(context.Background(), store.Client{
		ID: "odd", Owner: "1", Name: "Odd", Scopes: []string{"read"}, RedirectURIs: []string{"javascript:alert(1)", "data:text/html,x", "https://a.example/logo.png"},
	}))
	v := s.aladdin(t)
	for _, path := range []string{"/portal/apps", "/portal/apps/edit?id=odd", "/portal/apps/delete?id=evil", "/portal/apps/edit?id=evil"} {
		page := v.get(path)
		require.Equal(t, http.StatusOK, page.StatusCode)
		t.Run("PORTAL-XSS-02 no link and no picture of what an app says: "+path, func(t *testing.T) {
			assert.NotRegexp(t, `(href|src)="(javascript|data|https?):`, page.text)
			assert.NotContains(t, page.text, "<img")
		})
		t.Run("PORTAL-XSS-03 names show what would turn them around: "+path, func(t *testing.T) {
			assert.NotContains(t, page.text, "<script>")
			if path != "/portal/apps/edit?id=odd" {
				assert.Contains(t, page.text, "alert(1)")
			}
			if path == "/portal/apps" || path == "/portal/apps/delete?id=evil" {
				assert.NotContains(t, page.text, "\u202e")
				assert.Contains(t, page.text, "&lt;/script&gt;\uFFFD")
			}
		})
	}
}

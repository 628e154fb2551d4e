package oauth2_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/storetest"
	"github.com/seed-f67351ce/sesame/store/storetest/faulty"
)

// asks reports whether the user is asked about the client.
func (w *world) asks(browser, client string, fields ...string) bool {
	w.t.Helper()
	return w.authorize(browser, client, fields...).location(w.t).Path == "/consent"
}

// change changes a client's record.
func (w *world) change(id string, change func(*store.Client)) {
	w.t.Helper()
	client, err := w.store.Client(context.Background(), id)
	require.NoError(w.t, err)
	change(&client)
	require.NoError(w.t, w.store.PutClient(context.Background(), client))
}

// over makes the server work over stores whose calls are counted and can fail.
func (w *world) over(calls *faulty.Calls) {
	broken := faulty.Wrap(storetest.Backend{Clients: w.store, Grants: w.store, Handles: w.store, Tokens: w.store, Events: w.store}, calls)
	w.build(func(c *oauth2.Config) {
		c.Clients, c.Grants, c.Handles, c.Tokens, c.Events = broken.Clients, broken.Grants, broken.Handles, broken.Tokens, broken.Events
	})
}

func TestConsentIsToTheAppAsItWas(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*store.Client)
		asks   bool
	}{
		{"another owner is asked about", func(c *store.Client) { c.Owner = "2" }, true},
		{"no owner is asked about", func(c *store.Client) { c.Owner = "" }, true},
		{"a redirect URI more is asked about", func(c *store.Client) { c.RedirectURIs = append(c.RedirectURIs, "https://new.example/callback") }, true},
		{"a redirect URI less is asked about", func(c *store.Client) { c.RedirectURIs = c.RedirectURIs[:1] }, true},
		{"redirect URIs in another order are the same", func(c *store.Client) {
			c.RedirectURIs[0], c.RedirectURIs[1] = c.RedirectURIs[1], c.RedirectURIs[0]
		}, false},
		{"a new secret changes nothing", func(c *store.Client) {
			c.Secrets = append(c.Secrets, store.Secret{Digest: store.DigestOf("another secret")})
		}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := newWorld(t)
			visit := []string{"redirect_uri", "https://other.example/a"}
			w.code("1", "other", visit...)
			require.False(t, w.asks("1", "other", visit...), "before")
			w.change("other", row.change)
			assert.Equal(t, row.asks, w.asks("1", "other", visit...))
			w.code("1", "other", visit...)
			assert.False(t, w.asks("1", "other", visit...), "once more, and not again")
		})
	}
}

func TestWhoeverWasAskedAboutAnotherOwnersAppAllowedNothing(t *testing.T) {
	w := newWorld(t)
	page := w.authorize("1", "app")
	w.change("app", func(c *store.Client) { c.Owner = "2" })
	r := httptest.NewRequest("POST", issuer+"/consent", nil)
	r.Header.Set("X-Browser", "1")
	rec := httptest.NewRecorder()
	require.NoError(t, w.pages.Decide(rec, r, page.location(t).Query().Get("id"), yes))
	assert.Equal(t, http.StatusBadRequest, rec.Code)
	assert.Empty(t, rec.Header().Get("Location"))
	assert.Empty(t, w.grants())
}

// grants are the live ones of the user 1.
func (w *world) grants() []store.Grant {
	w.t.Helper()
	grants, err := w.store.Grants(context.Background(), store.GrantFilter{User: "1", Live: true}, 1000)
	require.NoError(w.t, err)
	return grants
}

func TestAConsentThatIsRememberedTakesOneLookUp(t *testing.T) {
	var calls faulty.Calls
	w := newWorld(t)
	w.over(&calls)
	for range 10 {
		w.code("1", "app")
	}
	calls.Follow(nil)
	w.code("1", "app")
	assert.Equal(t, []string{"Client", "Grants", "PutHandle", "PutGrant"}, calls.Made())
	grants, err := w.store.Grants(context.Background(), store.GrantFilter{User: "1", Client: "app", Live: true, Remembered: true}, 100)
	require.NoError(t, err)
	assert.Len(t, grants, 1, "what was not asked is not remembered once more")
}

// Each call of a store fails in turn, and then loses its answer: whoever gets no code has allowed nothing.
func TestNobodyAllowsAnythingWithoutACode(t *testing.T) {
	for name, fault := range map[string]faulty.Fault{"failed": {Failed: faulty.ErrBroken}, "lost": {Lost: faulty.ErrBroken}} {
		for _, remembered := range []bool{false, true} {
			for n := range allowWithFault(t, remembered, nil) {
				t.Run(fmt.Sprintf("%s, remembered %t, call %d", name, remembered, n+1), func(t *testing.T) {
					allowWithFault(t, remembered, faulty.Nth(n+1, fault))
				})
			}
		}
	}
}

// allowWithFault makes the user 1 allow the app something, and returns how many calls the server made of its stores.
func allowWithFault(t *testing.T, remembered bool, plan faulty.Plan) int {
	t.Helper()
	var calls faulty.Calls
	w := newWorld(t)
	w.over(&calls)
	r, rec := httptest.NewRequest("GET", issuer, nil), httptest.NewRecorder()
	r.Header.Set("X-Browser", "1")
	if remembered {
		w.code("1", "app")
	}
	before := w.grants()
	var code string
	if remembered {
		calls.Follow(plan)
		if a := w.authorize("1", "app"); a.StatusCode == http.StatusSeeOther {
			code = a.location(t).Query().Get("code")
		}
	} else {
		page := w.authorize("1", "app").location(t)
		calls.Follow(plan)
		require.NoError(t, w.pages.Decide(rec, r, page.Query().Get("id"), yes))
		if to, err := rec.Result().Location(); err == nil {
			code = to.Query().Get("code")
		}
	}
	made := len(calls.Made())
	calls.Follow(nil)
	if code == "" {
		assert.Equal(t, before, w.grants(), "what nobody got a code for")
		return made
	}
	assert.Equal(t, http.StatusOK, w.redeem("app", code).StatusCode)
	assert.Greater(t, len(w.grants()), len(before))
	return made
}

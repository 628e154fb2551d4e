package oauth2_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
)

// names takes each account's name as its password.
type names struct{ users store.Users }

func (n names) Check(ctx context.Context, _ *http.Request, name, password string) (store.User, error) {
	user, err := n.users.UserByName(ctx, name)
	if err != nil || password != name {
		return store.User{}, &autherr.Error{Kind: autherr.Unauthenticated, Reason: "wrong_password"}
	}
	return user, nil
}

// login posts to a password login with a raw query and body.
func (w *world) login(change func(*oauth2.PasswordLoginConfig), method, query, body string) *httptest.ResponseRecorder {
	cfg := oauth2.PasswordLoginConfig{Passwords: names{w.store}, Tokens: w.store, Access: format(w.t, "test_at_"), Realm: "api", Clock: w.clock}
	if change != nil {
		change(&cfg)
	}
	handler, err := oauth2.NewPasswordLogin(cfg)
	require.NoError(w.t, err)
	r := httptest.NewRequest(method, issuer+"/authorization"+query, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	}
	rec := httptest.NewRecorder()
	handler.ServeHTTP(rec, r.WithContext(auth.WithRequestID(r.Context(), "login")))
	return rec
}

func TestPasswordLogin(t *testing.T) {
	w := newWorld(t)
	form := func(name, password string) string {
		return url.Values{"username": {name}, "password": {password}}.Encode()
	}
	good := w.login(nil, "POST", "", form("Aladdin", "Aladdin"))
	require.Equal(t, 200, good.Code, good.Body)
	var members map[string]any
	require.NoError(t, json.Unmarshal(good.Body.Bytes(), &members))
	assert.Equal(t, "Bearer", members["token_type"])
	assert.EqualValues(t, 3600, members["expires_in"])
	assert.Len(t, members, 3)
	token := members["access_token"].(string)
	_, body := w.call(token)
	assert.Equal(t, "1: read write", body)
	require.NoError(t, w.store.UpdateUser(context.Background(), store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}))
	_, body = w.call(token)
	assert.Equal(t, "1: read", body, "what the user may do now")

	query := func(c *oauth2.PasswordLoginConfig) { c.AllowQuery = true }
	for _, row := range []struct {
		name                string
		change              func(*oauth2.PasswordLoginConfig)
		method, query, body string
		status              int
		message             string
	}{
		{"a wrong password", nil, "POST", "", form("Aladdin", "x"), 401, `"Could not authenticate: Aladdin"`},
		{"an unknown name", nil, "POST", "", form("Nobody", "x"), 401, `"Could not authenticate: Nobody"`},
		{"nothing", nil, "POST", "", "", 401, `"Could not authenticate:"`},
		{"a locked account", nil, "POST", "", form("Cassim", "Cassim"), 403, `"No API Access"`},
		{"GET", nil, "GET", "?" + form("Aladdin", "Aladdin"), "", 405, ""},
		{"LIM-BODY-05 the query by default", nil, "POST", "?" + form("Aladdin", "Aladdin"), "", 400, "body"},
		{"the query where it is allowed", query, "POST", "?" + form("Aladdin", "Aladdin"), "", 200, ""},
		{"in both", query, "POST", "?" + form("Aladdin", "Aladdin"), form("Aladdin", "Aladdin"), 400, "and in the query"},
		{"one in each", query, "POST", "?username=Aladdin", "password=Aladdin", 400, "and in the query"},
		{"a password twice", nil, "POST", "", form("Aladdin", "Aladdin") + "&password=x", 400, "more than once"},
	} {
		t.Run(row.name, func(t *testing.T) {
			rec := w.login(row.change, row.method, row.query, row.body)
			assert.Equal(t, row.status, rec.Code, rec.Body)
			assert.Contains(t, rec.Body.String(), row.message)
			t.Run("RFC9110-11.6.1-01 a 401 names a scheme that no browser acts on", func(t *testing.T) {
				assert.Equal(t, row.status == 401, rec.Header().Get("WWW-Authenticate") == `Form realm="api"`)
			})
		})
	}
	t.Run("SEC-TLS-01 clear HTTP from beyond is not looked at", func(t *testing.T) {
		handler, err := oauth2.NewPasswordLogin(oauth2.PasswordLoginConfig{Passwords: names{w.store}, Tokens: w.store, Access: format(t, "test_at_"), Realm: "api"})
		require.NoError(t, err)
		r := httptest.NewRequest("POST", "http://api.example/authorization", strings.NewReader(form("Aladdin", "Aladdin")))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		rec := httptest.NewRecorder()
		handler.ServeHTTP(rec, r)
		assert.Equal(t, 403, rec.Code)
	})
	for name, change := range map[string]func(*oauth2.PasswordLoginConfig){
		"no passwords": func(c *oauth2.PasswordLoginConfig) { c.Passwords = nil },
		"no realm":     func(c *oauth2.PasswordLoginConfig) { c.Realm = "" },
	} {
		t.Run("SEC-FAIL-03 "+name, func(t *testing.T) {
			cfg := oauth2.PasswordLoginConfig{Passwords: names{w.store}, Tokens: w.store, Access: format(t, "test_at_"), Realm: "api"}
			change(&cfg)
			_, err := oauth2.NewPasswordLogin(cfg)
			assert.Error(t, err)
		})
	}
}

func TestThePasswordLoginIsAudited(t *testing.T) {
	w := newWorld(t)
	kept := func(c *oauth2.PasswordLoginConfig) { c.Events, c.Passwords = w.store, known{names{w.store}} }
	for _, row := range []struct{ says, name, password, kind, user, reason string }{
		{"a right password", "Aladdin", "Aladdin", auth.EventSignedIn, "1", ""},
		{"a wrong one", "Jasmine", "wrong", auth.EventSignInFailed, "2", "wrong_password"},
		{"that of a locked account", "Cassim", "Cassim", auth.EventSignInRefused, "3", "account_locked"},
	} {
		t.Run("SEC-LOG-03 "+row.says, func(t *testing.T) {
			w.login(kept, "POST", "", url.Values{"username": {row.name}, "password": {row.password}}.Encode())
			events, err := w.store.Events(context.Background(), store.EventFilter{User: row.user}, 10)
			require.NoError(t, err)
			require.Len(t, events, 1)
			e := events[0]
			assert.Equal(t, []string{row.kind, row.reason, "Form", "login"}, []string{e.Type, e.Reason, e.Scheme, e.Request})
			assert.NotEmpty(t, e.Address)
			assert.Equal(t, row.kind == auth.EventSignedIn, e.Token != "", "with the token that it gave")
		})
	}
	t.Run("a name that is nobody's leaves nothing", func(t *testing.T) {
		w.login(kept, "POST", "", "username=Iago&password=x")
		events, err := w.store.Events(context.Background(), store.EventFilter{}, 10)
		require.NoError(t, err)
		assert.Len(t, events, 3)
	})
}

// known says whose the wrong password was meant to be, as a password.Checker does.
type known struct{ names }

func (k known) Check(ctx context.Context, r *http.Request, name, password string) (store.User, error) {
	user, err := k.names.Check(ctx, r, name, password)
	if meant, unknown := k.users.UserByName(ctx, name); err != nil && unknown == nil {
		return store.User{ID: meant.ID}, err
	}
	return user, err
}

func TestAWrongClientSecretIsItsOwnersEvent(t *testing.T) {
	w := newWorld(t, func(c *oauth2.Config) { c.Events = nil })
	events := func() []store.Event {
		list, err := w.store.Events(context.Background(), store.EventFilter{User: "1", Types: []string{auth.EventClientFailed}}, 100)
		require.NoError(t, err)
		return list
	}
	const form = "grant_type=client_credentials"
	w.tokenRequest(basicAuth("app:wrong"), "", form)
	assert.Empty(t, events(), "where the host keeps none")

	w = newWorld(t)
	t.Run("SEC-LOG-03 wrong credentials of an app", func(t *testing.T) {
		require.Equal(t, 401, w.tokenRequest(basicAuth("app:wrong"), "", form).StatusCode)
		require.Len(t, events(), 1)
		e := events()[0]
		assert.Equal(t, []string{"refused", "client_secret_wrong", "app", "1", ""}, []string{e.Outcome, e.Reason, e.Client, e.User, e.Actor})
	})
	require.Equal(t, 401, w.tokenRequest(basicAuth("nobody:wrong"), "", form).StatusCode)
	require.Equal(t, 200, w.tokenRequest(basicAuth("app:"+secretOf("app")), "", form).StatusCode)
	assert.Len(t, events(), 1, "neither an unknown app nor one that is let in")
	for range 200 {
		w.tokenRequest(basicAuth("app:wrong"), "", form)
	}
	assert.LessOrEqual(t, len(events()), 11, "and nobody fills it")
}

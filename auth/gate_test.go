package auth_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

func TestVerdictsOfTheGate(t *testing.T) {
	for _, row := range []struct {
		name    string
		fields  []string
		scopes  []string
		status  int
		message string
	}{
		{"RFC9110-11.3-01 no credentials", nil, []string{"read"}, 401, "Could not authenticate:"},
		{"wrong credentials name the user", []string{"Authorization", "Fake iago"}, []string{"read"}, 401, "Could not authenticate: iago"},
		{"an unknown scheme", []string{"Authorization", "Negotiate abc"}, []string{"read"}, 401, "Could not authenticate:"},
		{"a field that is no credentials", []string{"Authorization", "\x01"}, []string{"read"}, 401, "Could not authenticate:"},
		{"an empty field", []string{"Authorization", ""}, []string{"read"}, 401, "Could not authenticate:"},
		{"RFC9110-11.1-01 the scheme in lower case", []string{"Authorization", "fake aladdin"}, []string{"read"}, 200, ""},
		{"RFC9110-11.1-01 the scheme in upper case", []string{"Authorization", "FAKE aladdin"}, []string{"read"}, 200, ""},
		{"RFC9110-11.6.2-01 two fields, the first right", []string{"Authorization", "Fake aladdin", "Authorization", "Fake iago"}, []string{"read"}, 400, "Bad request: more than one Authorization field"},
		{"RFC9110-11.6.2-01 two fields, the last right", []string{"Authorization", "Fake iago", "Authorization", "Fake aladdin"}, []string{"read"}, 400, "Bad request: more than one Authorization field"},
		{"RFC9110-11.4-01 a scope that is missing", []string{"Authorization", "Fake nobody"}, []string{"write"}, 403, "This action needs the scope write"},
		{"any scope, and there is none", []string{"Authorization", "Fake nobody"}, []string{auth.AnyScope}, 403, "This action needs a scope, and there is none"},
		{"any scope, and there is one", []string{"Authorization", "Fake aladdin"}, []string{auth.AnyScope}, 200, ""},
		{"all scopes", []string{"Authorization", "Fake aladdin"}, []string{"read", "write"}, 200, ""},
		{"a locked account", []string{"Authorization", "Fake cassim"}, []string{"read"}, 403, "No API Access"},
		{"a disabled account", []string{"Authorization", "Fake jafar"}, []string{"read"}, 403, "API Access is disabled"},
		{"a state that nobody described", []string{"Authorization", "Fake genie"}, []string{"read"}, 403, "This account may not use the API"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := serve(newGate(t, auth.Config{}), newRequest("GET", "/", row.fields...), row.scopes...)
			require.Equal(t, row.status, w.Code, w.Body.String())
			if row.status == 200 {
				assert.Equal(t, "aladdin  read write", w.Body.String())
				return
			}
			assert.Equal(t, row.message, message(t, w))
			assert.Equal(t, row.status == 401, w.Header().Get("WWW-Authenticate") != "", "a challenge with each 401 and no other")
		})
	}
}

func TestOneSchemeDecides(t *testing.T) {
	basic, keys := newFake(), newFake()
	keys.name, keys.ambient = "APIKey", false
	gate := newGate(t, auth.Config{Schemes: []auth.Scheme{basic, keys}})

	t.Run("RFC9110-11.6.2-02 a refused scheme is not followed by another", func(t *testing.T) {
		w := serve(gate, newRequest("GET", "/", "Authorization", "Fake iago"), "read")
		assert.Equal(t, 401, w.Code)
		assert.Equal(t, 1, basic.verified)
		assert.Zero(t, keys.verified)
	})
	t.Run("two kinds of credentials are a bad request", func(t *testing.T) {
		w := serve(gate, newRequest("GET", "/", "Authorization", "Fake aladdin", "X-API-Key", "aladdin"), "read")
		assert.Equal(t, 400, w.Code)
		assert.Equal(t, 1, basic.verified, "neither was looked at")
	})
	t.Run("RFC9110-11.6.1-02 each challenge has a line of its own", func(t *testing.T) {
		w := serve(gate, newRequest("GET", "/"), "read")
		assert.Equal(t, []string{`Fake realm="test"`, `APIKey realm="test"`}, w.Header().Values("WWW-Authenticate"))
	})
	t.Run("credentials outside Authorization make an answer that no cache keeps", func(t *testing.T) {
		w := serve(gate, newRequest("GET", "/", "X-API-Key", "aladdin"), "read")
		assert.Equal(t, 200, w.Code)
		assert.Equal(t, "private, no-store", w.Header().Get("Cache-Control"))
	})
}

func TestEveryMethodIsGuarded(t *testing.T) {
	gate := newGate(t, auth.Config{})
	for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS", "TRACE", "FOO", "DELETE"} {
		t.Run("RFC9110-9.3.2-01 "+method, func(t *testing.T) {
			called := false
			w := httptest.NewRecorder()
			gate.Require("read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true })).ServeHTTP(w, newRequest(method, "/"))
			assert.Equal(t, 401, w.Code)
			assert.False(t, called)
		})
	}
}

func TestPreflights(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	preflight := []string{"Origin", "https://app.example", "Access-Control-Request-Method", "GET"}
	for _, row := range []struct {
		name       string
		configured http.Handler
		fields     []string
		status     int
	}{
		{"RFC9110-AUTH-01 a configured preflight is answered without the handler", answer, preflight, 204},
		{"RFC9110-AUTH-01 by default a preflight needs credentials", nil, preflight, 401},
		{"RFC9110-AUTH-01 a plain OPTIONS is no preflight", answer, nil, 401},
		{"RFC9110-AUTH-01 nor is one with an origin alone", answer, preflight[:2], 401},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := serve(newGate(t, auth.Config{Preflight: row.configured}), newRequest("OPTIONS", "/", row.fields...), "read")
			assert.Equal(t, row.status, w.Code)
			assert.NotContains(t, w.Body.String(), "aladdin")
		})
	}
}

func TestBreakageLetsNobodyIn(t *testing.T) {
	for _, row := range []struct {
		name   string
		break_ func(*fakeScheme)
		status int
	}{
		{"SEC-FAIL-01 a store that fails", func(s *fakeScheme) { s.broken = autherr.NewUnavailable(errors.New("disk on fire")) }, 503},
		{"SEC-FAIL-01 a store that runs into its deadline", func(s *fakeScheme) { s.broken = autherr.NewUnavailable(context.DeadlineExceeded) }, 503},
		{"SEC-FAIL-01 an error that is nobody's", func(s *fakeScheme) { s.broken = errors.New("disk on fire") }, 500},
		{"SEC-FAIL-01 a panic", func(s *fakeScheme) { s.panics = true }, 500},
	} {
		t.Run(row.name, func(t *testing.T) {
			scheme := newFake()
			row.break_(scheme)
			w := serve(newGate(t, auth.Config{Schemes: []auth.Scheme{scheme}}), newRequest("GET", "/", "Authorization", "Fake aladdin"), "read")
			assert.Equal(t, row.status, w.Code)
			assert.NotContains(t, w.Body.String(), "aladdin")
			t.Run("SEC-LOG-04 and the answer says nothing of it", func(t *testing.T) {
				assert.NotContains(t, w.Body.String(), "fire")
				assert.NotContains(t, w.Body.String(), "bug")
				assert.NotContains(t, w.Body.String(), "goroutine")
			})
		})
	}
}

func TestBadCredentialsDoNotPassAsAnonymous(t *testing.T) {
	optional := newGate(t, auth.Config{}).Optional()(greet)
	for credentials, status := range map[string]int{"": 200, "Fake aladdin": 200, "Fake iago": 401, "Unknown x": 401, "Fake cassim": 403} {
		r := newRequest("GET", "/")
		if credentials != "" {
			r.Header.Set("Authorization", credentials)
		}
		w := httptest.NewRecorder()
		optional.ServeHTTP(w, r)
		assert.Equal(t, status, w.Code, credentials)
		assert.Equal(t, credentials == "", w.Body.String() == "anonymous", credentials)
	}
}

func TestCheckGivesTheSameVerdictWithoutMiddleware(t *testing.T) {
	gate := newGate(t, auth.Config{})
	verdict, err := gate.Check(newRequest("GET", "/", "Authorization", "Fake aladdin"), "read")
	require.NoError(t, err)
	assert.Equal(t, "id-aladdin", verdict.Identity.Subject)

	verdict, err = gate.Check(newRequest("GET", "/", "Authorization", "Fake iago"), "read")
	assert.ErrorIs(t, err, autherr.Unauthenticated)
	assert.Zero(t, verdict, "a refused request has no identity, whatever the scheme guessed")

	w := httptest.NewRecorder()
	gate.Refuse(w, newRequest("GET", "/"), err)
	assert.Equal(t, `Fake realm="test"`, w.Header().Get("WWW-Authenticate"))
}

func TestRoutesThatForgotTheirScopeAreNotBuilt(t *testing.T) {
	gate := newGate(t, auth.Config{})
	for name, scopes := range map[string][]string{"none": nil, "unknown": {"fly"}, "any and another": {auth.AnyScope, "read"}} {
		assert.Panics(t, func() { gate.Require(scopes...) }, name)
	}
}

func TestTheAnswerCarriesWhatTheVerdictSays(t *testing.T) {
	app := newFake()
	verdict := app.accounts["aladdin"]
	verdict.Info, verdict.Header = `rspauth="0123"`, http.Header{"Vary": {"X-API-Key"}}
	app.accounts["aladdin"] = verdict
	gate := newGate(t, auth.Config{Schemes: []auth.Scheme{app}})
	w := serve(gate, newRequest("GET", "/", "Authorization", "Fake aladdin"), "read")
	assert.Equal(t, []string{`rspauth="0123"`}, w.Header().Values("Authentication-Info"))
	assert.Equal(t, []string{"X-API-Key"}, w.Header().Values("Vary"))
	assert.NotContains(t, serve(gate, newRequest("GET", "/", "Authorization", "Fake jasmine"), "read").Header(), "Authentication-Info")
}

func TestRulesHoldBesides(t *testing.T) {
	app := newFake()
	app.accounts["robot"] = auth.Verdict{Identity: auth.Identity{Kind: auth.Client, Subject: "app", ClientKey: "app", Scopes: auth.Scopes{"read"}}}
	gate := newGate(t, auth.Config{Schemes: []auth.Scheme{app}, Rules: []auth.Rule{auth.RequireUser}})
	assert.Equal(t, 200, serve(gate, newRequest("GET", "/", "Authorization", "Fake aladdin"), "read").Code)
	w := serve(gate, newRequest("GET", "/", "Authorization", "Fake robot"), "read")
	assert.Equal(t, 403, w.Code)
	assert.Equal(t, "This token stands for an app, not for a user", message(t, w))
}

func TestConstructionRefusesHoles(t *testing.T) {
	for name, cfg := range map[string]auth.Config{
		"SEC-FAIL-03 no scheme":                          {},
		"SEC-FAIL-03 a nil scheme":                       {Schemes: []auth.Scheme{nil}},
		"SEC-FAIL-03 a nil rule":                         {Schemes: []auth.Scheme{newFake()}, Rules: []auth.Rule{nil}},
		"SEC-FAIL-03 client keys without clients":        {Schemes: []auth.Scheme{newFake()}, ClientKeys: &auth.ClientKeys{}},
		"SEC-FAIL-03 client keys that may come nowhere":  {Schemes: []auth.Scheme{newFake()}, ClientKeys: &auth.ClientKeys{Clients: &fakeClients{}, Headers: []string{}, Query: []string{}}},
		"SEC-FAIL-03 a trusted origin that is none":      {Schemes: []auth.Scheme{newFake()}, TrustedOrigins: []string{"app.example/path"}},
		"ASVS-6.3.2 nothing works without configuration": {},
	} {
		t.Run(name, func(t *testing.T) {
			gate, err := auth.New(cfg)
			assert.Error(t, err)
			assert.Nil(t, gate)
		})
	}
}

func TestWriterOfTheHost(t *testing.T) {
	gate := newGate(t, auth.Config{Writer: autherr.Problem{}})
	w := serve(gate, newRequest("GET", "/"), "read")
	assert.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	assert.Equal(t, 401, w.Code)
	assert.NotEmpty(t, w.Header().Get("WWW-Authenticate"))
}

func TestStatesWithReferences(t *testing.T) {
	states := auth.NewStates(map[store.State]auth.StateAnswer{
		store.Locked: {Reference: "https://example.com/billing"},
		"in a lamp":  {Message: "Rub it", Reference: "https://example.com/lamp"},
	})
	gate := newGate(t, auth.Config{States: states})
	w := serve(gate, newRequest("GET", "/", "Authorization", "Fake cassim"), "read")
	assert.Equal(t, `{"status":403,"message":"No API Access","additional":"The authenticated account is locked due to an unpaid balance.","reference":"https://example.com/billing"}`+"\n", w.Body.String())
	w = serve(gate, newRequest("GET", "/", "Authorization", "Fake jafar"), "read")
	assert.Equal(t, `{"status":403,"message":"API Access is disabled","additional":"API access has been disabled for this user due to API terms violation.","reference":""}`+"\n", w.Body.String())
	w = serve(gate, newRequest("GET", "/", "Authorization", "Fake genie"), "read")
	assert.Equal(t, `{"status":403,"message":"Rub it","additional":"","reference":"https://example.com/lamp"}`+"\n", w.Body.String())
}

func TestLongFieldsAreRefusedUnread(t *testing.T) {
	t.Run("LIM-HDR-01 a field over 16 KiB is not parsed", func(t *testing.T) {
		scheme := newFake()
		gate := newGate(t, auth.Config{Schemes: []auth.Scheme{scheme}})
		for _, filler := range []string{"x", ",", "."} {
			r := newRequest("GET", "/", "Authorization", "Fake "+strings.Repeat(filler, 1<<20))
			w := serve(gate, r, "read")
			assert.Equal(t, 400, w.Code)
			assert.Less(t, testing.AllocsPerRun(10, func() { _, _ = gate.Check(r, "read") }), 10.0)
		}
		assert.Zero(t, scheme.verified)
	})
}

func TestMixedLoad(t *testing.T) {
	t.Run("LIM-CONC-01 64 goroutines of every kind of caller", func(t *testing.T) {
		gate := newGate(t, auth.Config{Schemes: []auth.Scheme{stateless{newFake()}}, IdentityHeaders: []string{"X-Auth-User"}, StripCredentials: true})
		handler := gate.Require("read")(greet)
		var wait sync.WaitGroup
		for i := range 64 {
			wait.Go(func() {
				account := []string{"aladdin", "jasmine", "cassim", "iago"}[i%4]
				for range 50 {
					w := httptest.NewRecorder()
					handler.ServeHTTP(w, newRequest("GET", "/", "Authorization", "Fake "+account, "X-Auth-User", "root"))
					assert.Equal(t, []int{200, 200, 403, 401}[i%4], w.Code)
				}
			})
		}
		wait.Wait()
	})
}

// stateless is a fake that does not count, for use by many goroutines.
type stateless struct{ *fakeScheme }

func (s stateless) Verify(_ context.Context, r *http.Request) (auth.Verdict, error) {
	_, account := auth.Authorization(r)
	if verdict, ok := s.accounts[account]; ok {
		return verdict, nil
	}
	return auth.Verdict{}, auth.Refuse(account, "unknown_user")
}

func TestTheMiddlewareAllocatesTwice(t *testing.T) {
	gate := newGate(t, auth.Config{Schemes: []auth.Scheme{stateless{newFake()}}})
	r := newRequest("GET", "/", "Authorization", "Fake aladdin")
	handler := gate.Require("read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	w := httptest.NewRecorder()
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { handler.ServeHTTP(w, r) }), 2.0)
	assert.Zero(t, testing.AllocsPerRun(100, func() { _, _ = gate.Check(r, "read") }), "Check alone allocates nothing")
}

package main_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// leadsTo says that an answer sends the browser to an address that begins so and has this in it.
func leadsTo(prefix, has string) func(apitest.Answer) bool {
	return func(a apitest.Answer) bool {
		location := a.Header.Get("Location")
		return a.Status == http.StatusSeeOther && strings.HasPrefix(location, prefix) && strings.Contains(location, has)
	}
}

// opens is the step of a visitor who opens a page.
func (r *round) opens(t *testing.T, v *apitest.Visitor, target string, done func(apitest.Answer) bool) step {
	return step{do: func() apitest.Answer { return v.Do(r.s.NewRequest("GET", strings.TrimPrefix(target, r.base))) }, done: done}
}

// posts is the step of a visitor who opens a page, fills in its form with this action, and posts it as often as it takes.
func (r *round) posts(t *testing.T, v *apitest.Visitor, page, action string, done func(apitest.Answer) bool, pairs ...string) step {
	t.Helper()
	view := v.Open(page)
	fields, found := view.Form(action)
	require.True(t, found, "the page has no form %s:\n%s", action, view.Body)
	for i := 0; i < len(pairs); i += 2 {
		fields.Add(pairs[i], pairs[i+1])
	}
	return step{do: func() apitest.Answer { return v.Do(r.s.Post(action, fields, "Origin", r.base)) }, done: done}
}

// signedIn is a visitor who is signed in.
func (r *round) signedIn(t *testing.T) *apitest.Visitor {
	v := r.s.Visitor()
	require.Equal(t, "/portal/", v.SignIn("me", "/portal/").URL.Path)
	return v
}

// ask2 and ask1 are the links of an app's requests.
func (r *round) ask2(name string) string {
	return app(r.s, name).AuthCodeURL("the state", oauth2.S256ChallengeOption("v"))
}

func (r *round) ask1(t *testing.T, callback string) string {
	_, _, link := r.begun(t, callback)
	return link
}

// decided is the step of a visitor who is asked, and answers.
func (r *round) decided(t *testing.T, link, decision string, done func(apitest.Answer) bool) step {
	return r.posts(t, r.signedIn(t), link, "/consent", done, "decision", decision)
}

// consentEndpoints are those where people decide. A decision is taken once: where what follows from it fails, they are sent
// back to the app, to begin again.
func consentEndpoints() []endpoint {
	const gone = "not waiting any more"
	taken := map[string]string{"lost AdvanceHandle": gone, "Client 2": gone, "Handle 2": gone, "AdvanceHandle 2": gone, "PutGrant": gone, "PutHandle": gone}
	page := hasStatus(http.StatusOK)
	return []endpoint{
		{says: "a request of OAuth 2", ready: func(t *testing.T, r *round) step {
			return r.opens(t, r.signedIn(t), r.ask2("app"), leadsTo("/consent?id=", ""))
		}},
		{says: "the consent page", despite: []string{"LookUpToken 2"}, ready: func(t *testing.T, r *round) step {
			v := r.signedIn(t)
			return r.opens(t, v, v.Open(r.ask2("app")).URL.String(), page)
		}},
		{says: "a person allows an app", despite: []string{"PutGrant 2"}, spent: taken, ready: func(t *testing.T, r *round) step {
			return r.decided(t, r.ask2("app"), "allow", leadsTo(callback, "code="))
		}},
		{says: "a person allows a public app", spent: taken, ready: func(t *testing.T, r *round) step {
			return r.decided(t, r.ask2("public"), "allow", leadsTo(callback, "code="))
		}},
		{says: "a consent that is remembered", ready: func(t *testing.T, r *round) step {
			v := r.s.Visitor()
			v.Decide("me", r.ask2("app"), "allow")
			return r.opens(t, v, r.ask2("app"), leadsTo(callback, "code="))
		}},
		{says: "a person denies an app", despite: []string{"AppendEvents"}, spent: taken, ready: func(t *testing.T, r *round) step {
			return r.decided(t, r.ask2("app"), "deny", leadsTo(callback, "error=access_denied"))
		}},
		{says: "a request of OAuth 1.0a", ready: func(t *testing.T, r *round) step {
			return r.opens(t, r.signedIn(t), r.ask1(t, callback), leadsTo("/consent?id=", ""))
		}},
		{says: "a person allows an app of OAuth 1.0a", spent: taken, ready: func(t *testing.T, r *round) step {
			return r.decided(t, r.ask1(t, callback), "allow", leadsTo(callback, "oauth_verifier="))
		}},
		{says: "a person allows an app that cannot be called back", despite: []string{"LookUpToken 2"}, spent: taken, ready: func(t *testing.T, r *round) step {
			return r.decided(t, r.ask1(t, "oob"), "allow", func(a apitest.Answer) bool {
				return a.Status == 200 && strings.Contains(a.Body, "data-verifier")
			})
		}},
		{says: "a person denies an app of OAuth 1.0a", despite: []string{"AppendEvents"}, spent: taken, ready: func(t *testing.T, r *round) step {
			return r.decided(t, r.ask1(t, callback), "deny", leadsTo(callback, "oauth_problem=user_refused"))
		}},
	}
}

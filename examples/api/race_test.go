//go:build unix

package main_test

import (
	"net/http"
	"net/url"
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// A pair is two servers on one database.
type pair struct{ one, two *apitest.Server }

// asApp is a token request of the demo's app.
func (p pair) asApp(form url.Values) *http.Request {
	c := p.one.Credentials.Clients["aladdin_app"]
	r := p.one.Post("/oauth2/token", form)
	r.SetBasicAuth(c.ClientKey, c.ClientSecret)
	return r
}

// code is a request that redeems a code which nobody redeemed yet.
func (p pair) code(t *testing.T) *http.Request {
	t.Helper()
	config, verifier := app(p.one, "aladdin_app"), oauth2.GenerateVerifier()
	return p.asApp(url.Values{
		"grant_type": {"authorization_code"}, "code": {authorize(t, p.one.Visitor(), "jasmine", config, verifier)},
		"redirect_uri": {config.RedirectURL}, "code_verifier": {verifier},
	})
}

// refreshToken is a request that uses a refresh token which nobody used yet.
func (p pair) refreshToken(t *testing.T) *http.Request {
	t.Helper()
	answer := apitest.Do(t, p.code(t))
	require.Equal(t, 200, answer.Status, answer.Body)
	return p.asApp(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {issuedIn(t, answer).RefreshToken}})
}

// raced sends copies of r to both servers at once, and returns what was issued, and how many callers a machine that is very
// busy turned away.
func (p pair) raced(t *testing.T, r *http.Request) (issued []issuance, turnedAway int) {
	t.Helper()
	copies := 200
	if os.Getenv("SESAME_LONG") == "1" {
		copies = 1000
	}
	servers, answers := []*apitest.Server{p.one, p.two}, make([]apitest.Answer, copies)
	barrier, callers := make(chan struct{}), sync.WaitGroup{}
	for i := range copies {
		again := r.Clone(t.Context())
		again.URL.Host, again.Host = servers[i%2].Address, ""
		again.Body, _ = r.GetBody() // of a string: it does not fail
		callers.Go(func() {
			<-barrier
			var err error
			answers[i], err = apitest.Try(again)
			assert.NoError(t, err)
		})
	}
	close(barrier)
	callers.Wait()
	for _, a := range answers {
		switch a.Status {
		case 200:
			issued = append(issued, issuedIn(t, a))
		case 503:
			turnedAway++
		default:
			assert.Equal(t, 400, a.Status, a.Body)
			assert.Contains(t, a.Body, "invalid_grant")
		}
	}
	return issued, turnedAway
}

// The winner of a race gets its answer; since the others had all that was needed too, somebody was a thief, and what was
// issued is dead.
func TestACodeAndARefreshTokenAreGoodOnceOnTwoServers(t *testing.T) {
	t.Parallel()
	for database, start := range map[string]func(t *testing.T) (one, two *apitest.Server){
		"SQLite": func(t *testing.T) (*apitest.Server, *apitest.Server) { return two(t, "-code-ttl", "10m") },
		"PostgreSQL": func(t *testing.T) (*apitest.Server, *apitest.Server) {
			return startTwo(t, startPostgreSQL(t), "-throttle", "off", "-code-ttl", "10m")
		},
	} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			var p pair
			p.one, p.two = start(t)
			for what, request := range map[string]func(*testing.T) *http.Request{"a code": p.code, "a refresh token": p.refreshToken} {
				t.Run(what, func(t *testing.T) {
					issued, turnedAway := p.raced(t, request(t))
					t.Logf("%d issued, %d turned away", len(issued), turnedAway)
					if require.LessOrEqual(t, len(issued), 1); len(issued) == 0 {
						require.Positive(t, turnedAway, "somebody wins")
						return
					}
					assert.Equal(t, 401, bearerStatus(t, p.one, issued[0].AccessToken))
					again := apitest.Do(t, p.asApp(url.Values{"grant_type": {"refresh_token"}, "refresh_token": {issued[0].RefreshToken}}))
					assert.Equal(t, 400, again.Status, again.Body)
				})
			}
		})
	}
}

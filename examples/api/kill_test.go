package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"golang.org/x/oauth2"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// An acknowledgement is what the server has said of one authorization before it was killed. What it was asked and did not
// answer any more is in none of them: that may have happened or not.
type acknowledgement struct {
	alive, dead []string     // access tokens
	spent       []url.Values // token requests that are good no more
}

// A walker is an app that walks the code flow for a person who has allowed it all, again and again, until the server dies.
type walker struct {
	s        *apitest.Server
	person   *apitest.Visitor
	config   *oauth2.Config
	verifier string
	answered func()      // is called for each request that was done
	dead     atomic.Bool // no answer came
}

// ask posts a form as the app. It returns false where that was not answered, or was refused.
func (w *walker) ask(path string, form url.Values) (i issuance, answered bool) {
	r := w.s.Post(path, form)
	r.SetBasicAuth(w.config.ClientID, w.config.ClientSecret)
	answer, err := apitest.Try(r)
	w.dead.Store(err != nil)
	if err != nil || answer.Status != http.StatusOK {
		return i, false
	}
	w.answered()
	return i, answer.Body == "" || json.Unmarshal([]byte(answer.Body), &i) == nil
}

// code is a request with a new code.
func (w *walker) code() (form url.Values, answered bool) {
	link := w.config.AuthCodeURL("", oauth2.S256ChallengeOption(w.verifier))
	answer, err := apitest.Try(w.person.Carry(w.s.NewRequest("GET", strings.TrimPrefix(link, w.s.BaseURL))))
	if w.dead.Store(err != nil); err != nil {
		return nil, false
	}
	to, err := url.Parse(answer.Header.Get("Location"))
	if err != nil || to.Query().Get("code") == "" {
		return nil, false
	}
	return url.Values{"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "code_verifier": {w.verifier}}, true
}

// walk is one authorization: a code is redeemed, its refresh token used, and then one of two tokens revoked, or none.
func (w *walker) walk(ending int) (a acknowledgement, answered bool) {
	code, answered := w.code()
	if !answered {
		return a, false
	}
	first, answered := w.ask("/oauth2/token", code)
	if !answered {
		return a, false
	}
	a.alive, a.spent = append(a.alive, first.AccessToken), append(a.spent, code)
	refresh := url.Values{"grant_type": {"refresh_token"}, "refresh_token": {first.RefreshToken}}
	second, answered := w.ask("/oauth2/token", refresh)
	if !answered {
		return a, false
	}
	a.spent = append(a.spent, refresh)
	both := append(a.alive, second.AccessToken)
	switch ending % 3 {
	case 0:
		a.alive = both
		return a, true
	case 1: // the other access token lives on
		if _, answered = w.ask("/oauth2/revoke", url.Values{"token": {second.AccessToken}}); answered {
			a.dead = both[1:]
		}
	case 2: // and here with it all that there is
		a.alive = nil
		if _, answered = w.ask("/oauth2/revoke", url.Values{"token": {second.RefreshToken}}); answered {
			a.dead = both
		}
	}
	return a, answered
}

// walkUntilKilled has apps walk, kills the server in the middle of it, and returns what it had acknowledged.
func walkUntilKilled(t *testing.T, s *apitest.Server, most int64) (all []acknowledgement) {
	t.Helper()
	var answers atomic.Int64
	enough := make(chan struct{})
	count := func() {
		if answers.Add(1) == most {
			close(enough)
		}
	}
	var walkers sync.WaitGroup
	acknowledged := make([][]acknowledgement, 4)
	for i := range acknowledged {
		w := &walker{s: s, person: s.Visitor(), config: app(s, "aladdin_app"), verifier: oauth2.GenerateVerifier(), answered: count}
		authorize(t, w.person, "unicode", w.config, w.verifier) // and is not asked again
		walkers.Go(func() {
			for ending := i; !w.dead.Load(); ending++ {
				a, _ := w.walk(ending)
				acknowledged[i] = append(acknowledged[i], a)
			}
		})
	}
	<-enough
	s.Kill()
	walkers.Wait()
	return slices.Concat(acknowledged...)
}

func TestAKillLosesAndRevivesNoAuthorization(t *testing.T) {
	t.Parallel()
	kills := 2
	if os.Getenv("SESAME_LONG") == "1" {
		kills = 50
	}
	dir := t.TempDir()
	flags := []string{"-store", "sqlite:" + filepath.Join(dir, "sesame.db"), "-credentials", filepath.Join(dir, "credentials.json"), "-throttle", "off", "-code-ttl", "10m"}
	for kill := range kills {
		acknowledged := walkUntilKilled(t, apitest.Start(t, flags...), int64(20+kill%7))
		s := apitest.Start(t, flags...)
		alive := 0
		for i, a := range acknowledged {
			alive += len(a.alive)
			for what, tokens := range map[int][]string{200: a.alive, 401: a.dead} {
				for _, token := range tokens {
					assert.Equal(t, what, bearerStatus(t, s, token), "%d of %d", i, len(acknowledged))
				}
			}
		}
		w := &walker{s: s, config: app(s, "aladdin_app"), answered: func() {}}
		for i, a := range acknowledged { // last, since it ends what is alive
			for _, form := range a.spent {
				_, answered := w.ask("/oauth2/token", form)
				assert.False(t, answered, fmt.Sprintf("%d of %d: %s is good for the second time", i, len(acknowledged), form.Get("grant_type")))
			}
		}
		assert.Positive(t, alive, "nothing was acknowledged")
		s.Stop()
	}
}

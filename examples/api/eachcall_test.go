package main_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/storetest/faulty"
)

// An endpoint is a step of a person or a client whose calls of the store are broken, one at a time.
type endpoint struct {
	says string
	// ready prepares one step with a store that works, for an account and apps that nobody else uses.
	ready func(t *testing.T, r *round) step
	// despite are the calls without which the step is done all the same: the store is told of something that can wait.
	// A call is "Add", or "Add 2" for the second of that name, or "lost Add" where only its answer is lost.
	despite []string
	// spent says of calls what whoever tries again is told, where the step cannot be done any more; elsewhere it is done.
	spent map[string]string
}

// A step is what is done.
type step struct {
	// do takes the step, as often as it is called.
	do func() apitest.Answer
	// done says that an answer is that of a store that works.
	done func(apitest.Answer) bool
	// check looks at what must hold once the step was done; nil for nothing.
	check func(t *testing.T, a apitest.Answer)
	// untouched looks at what must hold where a call never got there; nil for nothing.
	untouched func(t *testing.T)
}

// tellsNothing checks that an answer has no word of what went wrong inside.
func tellsNothing(t *testing.T, a apitest.Answer) {
	t.Helper()
	text := fmt.Sprint(a.Header, a.Body)
	for _, word := range []string{"faulty", "on purpose", "store:"} {
		assert.NotContains(t, text, word)
	}
}

// isUnavailable says that an answer promises nothing and blames nobody: a 503 with the time to wait, or an authorization
// endpoint's server_error, which goes to the app.
func isUnavailable(a apitest.Answer) bool {
	if left := a.Header.Get("Location"); left != "" {
		return strings.Contains(left, "error=server_error") && !strings.Contains(left, "code=")
	}
	return a.Status == http.StatusServiceUnavailable && a.Header.Get("Retry-After") != ""
}

// isOneOf says whether the nth of the calls made, failed or lost, is among those that a row names.
func isOneOf(rows []string, kind string, made []string, n int) bool {
	_, found := named(rows, kind, made, n)
	return found
}

func named(rows []string, kind string, made []string, n int) (row string, found bool) {
	method, which := made[n-1], 0
	for _, name := range made[:n] {
		if name == method {
			which++
		}
	}
	numbered := fmt.Sprintf("%s %d", method, which)
	for _, name := range []string{kind + " " + numbered, numbered, kind + " " + method, method} {
		if slices.Contains(rows, name) {
			return name, true
		}
	}
	return "", false
}

// breakEach takes an endpoint's step once as it is, and then once for each of its calls with that call broken.
func (b *testbed) breakEach(t *testing.T, e endpoint) {
	r := b.round(t)
	whole := e.ready(t, r)
	b.calls.Follow(nil)
	answer := whole.do()
	made := b.calls.Made()
	require.True(t, whole.done(answer), brief(answer))
	require.NotEmpty(t, made, "it asks the store nothing")
	whole.checked(t, answer)
	for n, method := range made {
		if !b.picks(method) {
			continue
		}
		for kind, fault := range map[string]faulty.Fault{"failed": {Failed: faulty.ErrBroken}, "lost": {Lost: faulty.ErrBroken}} {
			t.Run(fmt.Sprintf("%s %d of %d %s", kind, n+1, len(made), method), func(t *testing.T) {
				b.breakOne(t, e, made, n+1, kind, fault)
			})
		}
	}
}

// breakOne breaks the nth call, and then tries again with a store that works.
func (b *testbed) breakOne(t *testing.T, e endpoint, made []string, n int, kind string, fault faulty.Fault) {
	r := b.round(t)
	s := e.ready(t, r)
	before := r.live(t)
	b.calls.Follow(faulty.Nth(n, fault))
	b.broken.Store(true)
	answer := s.do()
	b.broken.Store(false)
	again := b.calls.Made()
	b.calls.Follow(nil)
	require.GreaterOrEqual(t, len(again), n, "the call was not made: %v", again)
	require.Equal(t, made[:n], again[:n])
	tellsNothing(t, answer)
	if isOneOf(e.despite, kind, made, n) {
		assert.True(t, s.done(answer), brief(answer))
		s.checked(t, answer)
		return
	}
	require.True(t, isUnavailable(answer), brief(answer))
	if kind == "failed" {
		r.nothingIsNew(t, before)
		if s.untouched != nil {
			s.untouched(t)
		}
	}
	answer = s.do()
	if row, found := named(slices.Collect(maps.Keys(e.spent)), kind, made, n); found {
		assert.False(t, s.done(answer), "it is done")
		assert.Contains(t, fmt.Sprint(answer.Status, " ", answer.Header.Get("Location"), answer.Body), e.spent[row])
		return
	}
	require.True(t, s.done(answer), "trying again: "+brief(answer))
	s.checked(t, answer)
}

// nothingIsNew checks that nothing came alive that nobody was given.
func (r *round) nothingIsNew(t *testing.T, before []string) {
	t.Helper()
	isOld := func(thing string) bool { return slices.Contains(before, thing) }
	assert.Empty(t, slices.DeleteFunc(r.live(t), isOld), "alive, and nobody was given it")
}

// brief is an answer in one line.
func brief(a apitest.Answer) string {
	text := strings.Join(strings.Fields(a.Body), " ")
	if heading := strings.Index(text, "<h1"); heading >= 0 {
		text = text[heading:]
	}
	return fmt.Sprintf("%d %s %.200s", a.Status, a.Header.Get("Location"), text)
}

func (s step) checked(t *testing.T, a apitest.Answer) {
	t.Helper()
	if s.check != nil {
		s.check(t, a)
	}
}

// storeless are the routes that ask the store nothing.
var storeless = []string{
	"GET /billing", "GET /contact", "GET /favicon.ico", "GET /healthz", "/.well-known/oauth-protected-resource",
	"/.well-known/oauth-authorization-server", "/portal/style.css", "/portal/portal.js", "/portal/",
}

// Whatever call of the store fails, and whichever answer of it is lost: nothing is promised that is not kept, nothing is
// half done, and whoever tries again gets what they wanted or learns why not.
func TestEachCallOfTheStoreFails(t *testing.T) {
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		b := newTestbed(t, memory.New(), func(string) bool { return true })
		b.breakAll(t)
		for _, pattern := range b.server.Patterns {
			_, met := b.met.Load(pattern)
			assert.NotEqual(t, slices.Contains(storeless, pattern), met, "%s has no row, or asks the store after all", pattern)
		}
	})
	t.Run("SQLite", func(t *testing.T) { // where reads fail as in memory, but writes are transactions
		t.Parallel()
		newTestbed(t, openSQLite(t), func(method string) bool {
			return os.Getenv("SESAME_LONG") == "1" || changes.MatchString(method)
		}).breakAll(t)
	})
}

// changes are the methods that change what people and apps hold.
var changes = regexp.MustCompile("^(Put|Advance|Rotate|Revoke|Delete|Replace|Claim)")

func (b *testbed) breakAll(t *testing.T) {
	for _, e := range slices.Concat(gateEndpoints(), tokenEndpoints(), consentEndpoints(), portalEndpoints()) {
		t.Run(e.says, func(t *testing.T) { b.breakEach(t, e) })
	}
}

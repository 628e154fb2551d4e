package sqlstore_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// A deed is something that a process does to records of a name, and then says that it did. Afterwards kept must hold.
type deed struct {
	do   func(ctx context.Context, s *sqlstore.Store, name string) error
	kept func(t *testing.T, s *sqlstore.Store, name string)
}

// deeds are done in this order; each needs those before it.
var deeds = []string{"consent", "issue", "rotate", "revoke", "use", "claim", "count"}

var deedsByName = map[string]deed{
	"consent": {
		func(ctx context.Context, s *sqlstore.Store, name string) error {
			return s.PutGrant(ctx, store.Grant{ID: name, User: "1", Client: "app"}, store.Event{ID: name})
		},
		func(t *testing.T, s *sqlstore.Store, name string) {
			_, err := s.Grant(t.Context(), name)
			assert.NoError(t, err)
			assert.ErrorIs(t, s.AppendEvents(t.Context(), store.Event{ID: name}), store.ErrExists, "the event that came with it")
		},
	},
	"issue": {
		func(ctx context.Context, s *sqlstore.Store, name string) error {
			return s.PutTokens(ctx, []store.Token{issued(name, "old"), issued(name, "other")}, 0)
		},
		func(t *testing.T, s *sqlstore.Store, name string) {
			for _, which := range []string{"old", "other"} {
				_, err := s.LookUpToken(t.Context(), issued(name, which).Digest)
				assert.NoError(t, err)
			}
		},
	},
	"rotate": {
		func(ctx context.Context, s *sqlstore.Store, name string) error {
			return s.RotateToken(ctx, issued(name, "old").Digest, end, []store.Token{issued(name, "new")})
		},
		func(t *testing.T, s *sqlstore.Store, name string) {
			_, err := s.LookUpToken(t.Context(), issued(name, "new").Digest)
			assert.NoError(t, err)
			again := s.RotateToken(t.Context(), issued(name, "old").Digest, end, []store.Token{issued(name, "another")})
			assert.ErrorIs(t, again, store.ErrUsed)
		},
	},
	"revoke": {
		func(ctx context.Context, s *sqlstore.Store, name string) error {
			_, err := s.RevokeTokens(ctx, store.TokenFilter{ID: issued(name, "other").ID}, end)
			return err
		},
		func(t *testing.T, s *sqlstore.Store, name string) {
			found, err := s.LookUpToken(t.Context(), issued(name, "other").Digest)
			require.NoError(t, err)
			assert.Equal(t, end, found.Token.Revoked)
		},
	},
	"use": {
		func(ctx context.Context, s *sqlstore.Store, name string) error {
			h := store.Handle{Digest: store.DigestOf(name), Kind: store.AuthorizationCode, Expires: end}
			if err := s.PutHandle(ctx, h); err != nil {
				return err
			}
			h.Used = true
			return s.AdvanceHandle(ctx, h)
		},
		func(t *testing.T, s *sqlstore.Store, name string) {
			assert.ErrorIs(t, s.AdvanceHandle(t.Context(), store.Handle{Digest: store.DigestOf(name)}), store.ErrUsed)
		},
	},
	"claim": {
		func(ctx context.Context, s *sqlstore.Store, name string) error {
			return s.Claim(ctx, store.DigestOf(name), end)
		},
		func(t *testing.T, s *sqlstore.Store, name string) {
			assert.ErrorIs(t, s.Claim(t.Context(), store.DigestOf(name), end), store.ErrUsed)
		},
	},
	"count": {
		func(ctx context.Context, s *sqlstore.Store, name string) error {
			return s.ClaimCount(ctx, store.DigestOf(name), 1, end)
		},
		func(t *testing.T, s *sqlstore.Store, name string) {
			assert.ErrorIs(t, s.ClaimCount(t.Context(), store.DigestOf(name), 1, end), store.ErrUsed)
		},
	},
}

func issued(name, which string) store.Token {
	id := name + " " + which
	return store.Token{ID: id, Digest: store.DigestOf(id), Kind: store.RefreshToken, User: "1", Client: "app", Grant: name}
}

// playWork does deeds, several at once, until it is killed.
func playWork(path, name string) error {
	_, s, err := openAnyStore(path)
	if err != nil {
		return err
	}
	var all sync.WaitGroup
	errs := make([]error, 4)
	for worker := range errs {
		all.Go(func() {
			for n := 0; errs[worker] == nil; n++ {
				errs[worker] = doAll(s, fmt.Sprintf("%s/%d/%d", name, worker, n))
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

func doAll(s *sqlstore.Store, name string) error {
	for _, what := range deeds {
		if err := deedsByName[what].do(context.Background(), s, name); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(os.Stdout, what, name); err != nil { // one write each, right when it was acknowledged
			return err
		}
	}
	return nil
}

func TestNothingAcknowledgedIsLostByAKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	s := storeOf(t, openFile(t, path))
	require.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "1"}))
	require.NoError(t, s.PutClient(t.Context(), store.Client{ID: "app"}))
	surviveKills(t, s, path, cyclesOf(4))
	sound(t, path)
}

// cyclesOf is how often something is broken: a few times, or a thousand times where there is time.
func cyclesOf(few int) int {
	if os.Getenv("SESAME_LONG") != "" {
		return 1000
	}
	return few
}

// surviveKills kills processes that work with what is at path, a file or a URL, and sees that what they said they did is done.
func surviveKills(t *testing.T, s *sqlstore.Store, path string, cycles int) {
	t.Helper()
	for cycle := range cycles {
		worker := start(t, "work", path, fmt.Sprint(cycle))
		var done []string
		for range 1 + rand.IntN(200) {
			done = append(done, worker.line(t))
		}
		require.NoError(t, worker.Process.Kill())
		done = append(done, worker.rest()...)
		require.Error(t, worker.Wait(), "it was killed")
		areKept(t, s, done)
	}
}

// areKept reports where a line of what was done does not hold.
func areKept(t *testing.T, s *sqlstore.Store, done []string) {
	t.Helper()
	for _, line := range done {
		what, name, _ := strings.Cut(line, " ")
		deedsByName[what].kept(t, s, name)
	}
}

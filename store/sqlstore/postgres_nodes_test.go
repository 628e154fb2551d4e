//go:build unix

package sqlstore_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// nodes are stores of several processes behind a balancer: what the law makes contend goes to any of them.
type nodes struct {
	*sqlstore.Store // the first one, for the rest
	all             []*sqlstore.Store
}

func (n nodes) any() *sqlstore.Store { return n.all[rand.IntN(len(n.all))] }

func (n nodes) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	return n.any().Claim(ctx, key, until)
}

func (n nodes) ClaimCount(ctx context.Context, key store.Digest, number uint32, until time.Time) error {
	return n.any().ClaimCount(ctx, key, number, until)
}

func (n nodes) Add(ctx context.Context, counts []store.Count) error { return n.any().Add(ctx, counts) }

func (n nodes) AdvanceHandle(ctx context.Context, h store.Handle) error {
	return n.any().AdvanceHandle(ctx, h)
}

func (n nodes) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	return n.any().PutTokens(ctx, tokens, limit, events...)
}

func (n nodes) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	return n.any().LookUpToken(ctx, d)
}

func (n nodes) RotateToken(ctx context.Context, old store.Digest, ends time.Time, next []store.Token, events ...store.Event) error {
	return n.any().RotateToken(ctx, old, ends, next, events...)
}

func (n nodes) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (int, error) {
	return n.any().RevokeTokens(ctx, f, at, events...)
}

func (n nodes) RevokeGrants(ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event) (int, error) {
	return n.any().RevokeGrants(ctx, f, at, events...)
}

func (n nodes) MarkDelivery(ctx context.Context, id string, from, to store.Delivery) error {
	return n.any().MarkDelivery(ctx, id, from, to)
}

// threeNodes have pools of their own and share a tenant.
func threeNodes(t testing.TB) func(t testing.TB) nodes {
	var pools []func(options ...sqlstore.Option) *sqlstore.Store
	for range 3 {
		db := anotherNode(t)
		pools = append(pools, func(options ...sqlstore.Option) *sqlstore.Store {
			return storeOf(t, db, append(options, sqlstore.PostgreSQL)...)
		})
	}
	return func(t testing.TB) nodes {
		tenant := newTenant()
		var n nodes
		for _, open := range pools {
			n.all = append(n.all, open(tenant))
		}
		n.Store = n.all[0]
		return n
	}
}

func TestThreeNodesOnPostgreSQLAreOneStore(t *testing.T) {
	t.Parallel()
	next := threeNodes(t)
	storetest.Run(t, func(t *testing.T) storetest.Backend {
		n := next(t)
		b := backend(n.Store)
		b.Tokens, b.Handles, b.Once, b.Counters, b.Grants, b.Events = n, n, n, n, n, n
		return b
	})
}

func TestTwoProcessesRaceForClaimsOnPostgreSQL(t *testing.T) {
	url := newDatabase(t)
	require.NoError(t, sqlstore.Migrate(t.Context(), openPostgres(t, url), sqlstore.PostgreSQL))
	raceForClaims(t, url)
}

// However a revocation and a rotation meet, no successor of what was revoked lives on.
func TestARevocationEndsTheSuccessorsOfTokensThatAreBeingReplaced(t *testing.T) {
	s, ctx := threeNodes(t)(t), t.Context()
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "anna"}))
	token := func(id string) store.Token { return store.Token{ID: id, Digest: store.DigestOf(id), User: "anna"} }
	for round := range 40 {
		name := func(n int) string { return fmt.Sprintf("%d/%d", round, n) }
		require.NoError(t, s.PutTokens(ctx, []store.Token{token(name(0))}, 0))
		var all sync.WaitGroup
		all.Go(func() {
			for n := 0; ; n++ {
				err := s.RotateToken(ctx, store.DigestOf(name(n)), end, []store.Token{token(name(n + 1))})
				if err != nil {
					assert.ErrorIs(t, err, store.ErrRevoked)
					return
				}
			}
		})
		time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
		_, err := s.RevokeTokens(ctx, store.TokenFilter{User: "anna", Live: round%2 == 0}, end)
		require.NoError(t, err)
		live, err := s.ListTokens(ctx, store.TokenFilter{User: "anna", Live: true}, "", 10)
		require.NoError(t, err)
		require.Empty(t, live, "what lives after all of it was revoked")
		all.Wait()
	}
}

// Calls that lock several rows, in the order of whoever makes them, get their turn: none waits in a circle until the
// database ends it.
func TestNobodyWaitsInACircle(t *testing.T) {
	s, ctx := threeNodes(t)(t), t.Context()
	const families = 6
	var uses []store.Digest
	for n := range families {
		id := fmt.Sprint(n)
		require.NoError(t, s.CreateUsers(ctx, store.User{ID: id, Name: id}))
		require.NoError(t, s.PutClient(ctx, store.Client{ID: id, Owner: id}))
		require.NoError(t, s.PutGrant(ctx, store.Grant{ID: id, User: id, Client: id}))
		for i := range 5 {
			name := fmt.Sprintf("%d/%d", n, i)
			uses = append(uses, store.DigestOf(name))
			require.NoError(t, s.PutTokens(ctx, []store.Token{{ID: name, Digest: uses[len(uses)-1], User: id, Grant: id}}, 0))
		}
	}
	before := deadlocks(t)
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for n := range 40 {
				fine(t, s.anything(ctx, worker, n, uses))
			}
		})
	}
	all.Wait()
	assert.Equal(t, before, deadlocks(t))
}

func fine(t *testing.T, err error) {
	t.Helper()
	for _, fact := range []error{nil, store.ErrNotFound, store.ErrUsed, store.ErrRevoked} {
		if errors.Is(err, fact) {
			return
		}
	}
	t.Error(err)
}

// anything is one call of many that lock what others lock too.
func (n nodes) anything(ctx context.Context, worker, round int, tokens []store.Digest) error {
	id, other := fmt.Sprint(rand.IntN(6)), fmt.Sprint(rand.IntN(6))
	fresh := func(which string, user string) store.Token {
		name := fmt.Sprintf("%s %d %d", which, worker, round)
		return store.Token{ID: name, Digest: store.DigestOf(name), User: user, Grant: id}
	}
	switch rand.IntN(8) {
	case 0, 1:
		lastUsed := map[store.Digest]time.Time{}
		for _, d := range tokens {
			lastUsed[d] = end.Add(time.Duration(rand.IntN(1e9)))
		}
		return n.any().RecordUses(ctx, lastUsed)
	case 2:
		_, err := n.RevokeTokens(ctx, store.TokenFilter{User: id}, end)
		return err
	case 3:
		return n.RotateToken(ctx, tokens[rand.IntN(len(tokens))], end, []store.Token{fresh("a", id), fresh("b", other)})
	case 4:
		return n.PutTokens(ctx, []store.Token{fresh("c", other), fresh("d", id)}, 1000)
	case 5:
		return n.any().UpdateUser(ctx, store.User{ID: id, Name: id})
	case 6:
		if round > 30 {
			return n.any().DeleteUser(ctx, id)
		}
		return n.any().PutGrant(ctx, store.Grant{ID: fmt.Sprintf("%d %d", worker, round), User: other, Client: id})
	default:
		if round > 20 {
			_, err := n.RevokeGrants(ctx, store.GrantFilter{User: id}, end)
			return err
		}
		c, err := n.Client(ctx, id)
		if err == nil {
			err = n.any().PutClient(ctx, c)
		}
		if errors.Is(err, store.ErrConflict) {
			return nil
		}
		return err
	}
}

// deadlocks is how many transactions the server ended because they waited in a circle.
func deadlocks(t *testing.T) int {
	t.Helper()
	server, err := shared()
	require.NoError(t, err)
	log, err := server.Log()
	require.NoError(t, err)
	return strings.Count(log, "deadlock detected")
}

// A host's transaction locks in an order of its own; the store's call that has to give way to it is made again.
func TestACallThatWasLostToOthersIsMadeAgain(t *testing.T) {
	db, tenant := postgresDB(t), newTenant()
	s := storeOf(t, db, sqlstore.PostgreSQL, tenant)
	yielding := storeOf(t, anotherNode(t, "deadlock_timeout=2s"), sqlstore.PostgreSQL, tenant) // the first to look gives way
	require.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "anna", Name: "anna"}))
	require.NoError(t, s.PutTokens(t.Context(), []store.Token{{ID: "t", Digest: store.DigestOf("t"), User: "anna"}}, 0))
	before := deadlocks(t)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(t.Context(), "SET LOCAL deadlock_timeout = '1min'")
	require.NoError(t, err)
	host := sqlstore.WithTx(t.Context(), tx)
	_, err = s.RevokeTokens(host, store.TokenFilter{ID: "t"}, end)
	require.NoError(t, err)
	deleted := make(chan error)
	go func() { deleted <- yielding.DeleteUser(t.Context(), "anna") }() // has the account, and waits for the token
	await(t, db)
	require.NoError(t, s.UpdateUser(host, store.User{ID: "anna", Name: "berta"}))
	require.NoError(t, tx.Commit())
	assert.NoError(t, <-deleted)
	assert.Greater(t, deadlocks(t), before)
	_, err = s.UserByID(t.Context(), "anna")
	assert.ErrorIs(t, err, store.ErrNotFound)
}

// await waits until somebody waits for a row.
func await(t *testing.T, db *sql.DB) {
	t.Helper()
	require.Eventually(t, func() bool {
		var waiting int
		err := db.QueryRowContext(t.Context(), "SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'").Scan(&waiting)
		return err == nil && waiting > 0
	}, 10*time.Second, time.Millisecond)
}

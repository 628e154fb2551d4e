package memory_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func TestWhatIsKeptElsewhereNeedNotBeHere(t *testing.T) {
	ctx := context.Background()
	token := store.Token{Digest: key(1), ID: "1", User: "anna", Client: "app", Grant: "grant"}
	grant := store.Grant{ID: "grant", User: "anna", Client: "app"}
	users, clients, grants := memory.UsersElsewhere(), memory.ClientsElsewhere(), memory.GrantsElsewhere()
	for name, row := range map[string]struct {
		store    *memory.Store
		grant    error
		token    error
		tokenToo error // when the grant is there, where it can be
	}{
		"everything here":            {memory.New(), store.ErrNotFound, store.ErrNotFound, store.ErrNotFound},
		"users elsewhere":            {memory.New(users), store.ErrNotFound, store.ErrNotFound, store.ErrNotFound},
		"users and clients":          {memory.New(users, clients), nil, store.ErrNotFound, nil},
		"users, clients, and grants": {memory.New(users, clients, grants), nil, nil, store.ErrExists},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, row.token, row.store.PutTokens(ctx, []store.Token{token}, 0))
			assert.Equal(t, row.grant, row.store.PutGrant(ctx, grant))
			assert.Equal(t, row.tokenToo, row.store.PutTokens(ctx, []store.Token{token}, 0))
		})
	}
}

func TestAGrantThatComesAfterItsTokensCountsForThem(t *testing.T) {
	ctx := context.Background()
	s := memory.New(memory.GrantsElsewhere())
	require.NoError(t, s.PutTokens(ctx, []store.Token{{Digest: key(1), ID: "1", Grant: "grant"}}, 0))
	require.NoError(t, s.PutGrant(ctx, store.Grant{ID: "grant"}))
	_, err := s.RevokeGrants(ctx, store.GrantFilter{ID: "grant"}, noon)
	require.NoError(t, err)
	found, err := s.LookUpToken(ctx, key(1))
	require.NoError(t, err)
	assert.True(t, found.GrantRevoked)
	assert.Equal(t, noon, found.Token.Revoked)
}

func TestCallsThatMeanNothingAreRefused(t *testing.T) {
	ctx := context.Background()
	s := memory.New()
	require.NoError(t, s.PutTokens(ctx, []store.Token{{Digest: key(1), ID: "1"}}, 0))
	for name, call := range map[string]func() error{
		"a revocation of all tokens": func() error { _, err := s.RevokeTokens(ctx, store.TokenFilter{Live: true}, noon); return err },
		"a list of all tokens":       func() error { _, err := s.ListTokens(ctx, store.TokenFilter{}, "", 9); return err },
		"a revocation of all grants": func() error { _, err := s.RevokeGrants(ctx, store.GrantFilter{Protocol: "oauth2"}, noon); return err },
		"a list of all grants":       func() error { _, err := s.Grants(ctx, store.GrantFilter{}, 9); return err },
		"a revocation of tokens at no time": func() error {
			_, err := s.RevokeTokens(ctx, store.TokenFilter{ID: "1"}, time.Time{})
			return err
		},
		"a revocation of grants at no time": func() error {
			_, err := s.RevokeGrants(ctx, store.GrantFilter{ID: "1"}, time.Time{})
			return err
		},
		"a rotation without a successor": func() error { return s.RotateToken(ctx, key(1), noon, nil) },
		"an account without an ID":       func() error { return s.CreateUsers(ctx, store.User{Name: "anna"}) },
		"a client without an ID":         func() error { return s.PutClient(ctx, store.Client{}) },
		"a grant without an ID":          func() error { return s.PutGrant(ctx, store.Grant{}) },
	} {
		t.Run(name, func(t *testing.T) {
			err := call()
			require.Error(t, err)
			for _, fact := range []error{store.ErrNotFound, store.ErrExists, store.ErrUsed, store.ErrConflict, store.ErrRevoked, store.ErrFull} {
				assert.NotErrorIs(t, err, fact)
			}
		})
	}
	found, err := s.LookUpToken(ctx, key(1))
	require.NoError(t, err)
	assert.Zero(t, found.Token.Revoked)
	assert.Zero(t, found.Token.Successor)
}

func TestClientsThatNobodyOwnsAreListedTogether(t *testing.T) {
	ctx := context.Background()
	s := memory.New()
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "anna"}))
	for _, id := range []string{"1", "2"} {
		require.NoError(t, s.PutClient(ctx, store.Client{ID: id}))
	}
	require.NoError(t, s.PutClient(ctx, store.Client{ID: "3", Owner: "anna"}))
	require.NoError(t, s.PutClient(ctx, store.Client{ID: "2", Owner: "anna", Version: 1}))
	hosts, err := s.ClientsByOwner(ctx, "")
	require.NoError(t, err)
	require.Len(t, hosts, 1)
	assert.Equal(t, "1", hosts[0].ID)
	hers, err := s.ClientsByOwner(ctx, "anna")
	require.NoError(t, err)
	assert.Len(t, hers, 2)
}

func TestAnOwnerWhoComesLaterCounts(t *testing.T) {
	ctx := context.Background()
	s := memory.New(memory.UsersElsewhere())
	require.NoError(t, s.PutClient(ctx, store.Client{ID: "1", Owner: "anna"}))
	require.NoError(t, s.PutClient(ctx, store.Client{ID: "2", Owner: "anna"}))
	require.NoError(t, s.PutTokens(ctx, []store.Token{{Digest: key(1), ID: "1", Client: "1"}}, 0))
	require.NoError(t, s.PutClient(ctx, store.Client{ID: "2", Owner: "olga", Version: 1}))
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "anna", State: store.Locked}))
	found, err := s.LookUpToken(ctx, key(1))
	require.NoError(t, err)
	assert.Equal(t, store.Locked, found.Owner)
}

func TestAHandleThatEndsSoonerThanBeforeIsSweptSooner(t *testing.T) {
	ctx := context.Background()
	s := memory.New()
	h := store.Handle{Digest: key(1), Expires: until(100)}
	require.NoError(t, s.PutHandle(ctx, h))
	h.Expires = until(10)
	require.NoError(t, s.AdvanceHandle(ctx, h))
	n, err := s.Sweep(ctx, until(50), 10)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
}

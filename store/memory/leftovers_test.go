package memory

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

// leftovers counts everything that s still knows.
func (s *Store) leftovers() map[string]int {
	left := map[string]int{
		"accounts": size(&s.accounts), "names": size(&s.names), "userhashes": size(&s.userhashes), "apps": size(&s.apps),
		"consents": size(&s.consents), "handles": size(&s.tickets), "tokens": s.tokens.size, "clients of nobody": len(s.nobody.apps),
		"families": size(&s.families.register), "terms": len(s.families.terms),
		"remembered": len(s.remembered),
	}
	for number := uint32(1); number <= s.tokens.pages.given; number++ {
		if s.tokens.pages.get(number) != nil {
			left["pages"]++
		}
	}
	for kind, n := range left {
		if n == 0 {
			delete(left, kind)
		}
	}
	return left
}

func size[K comparable, T any](r *register[K, T]) (n int) {
	for number := range r.things.given {
		if r.things.get(number+1) != nil {
			n++
		}
	}
	return n
}

// populate gives the account anna an app, and an app that it uses under a grant, with tokens and handles.
func populate(t *testing.T, s *Store, expires time.Time) {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "anna", Name: "Anna", Password: store.Password{
		HA1s: []store.HA1{{Algorithm: "MD5", Realm: "a"}, {Algorithm: "SHA-256", Realm: "a"}, {Algorithm: "SHA-512-256", Realm: "a"}},
	}}))
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "somebody", Name: "Somebody"}))
	for id, owner := range map[string]string{"hers": "anna", "hosts": "", "other": "somebody"} {
		require.NoError(t, s.PutClient(ctx, store.Client{ID: id, Owner: owner}))
		require.NoError(t, s.PutGrant(ctx, store.Grant{ID: "grant of " + id, User: "anna", Client: id, Remembered: true, Expires: expires}))
		h := store.Handle{Digest: store.DigestOf(id), Grant: "grant of " + id, Expires: expires}
		require.NoError(t, s.PutHandle(ctx, h))
		require.NoError(t, s.AdvanceHandle(ctx, h))
		for i := range 2000 {
			name := id + strconv.Itoa(i)
			token := store.Token{Digest: store.DigestOf(name), ID: name, Client: id, Scopes: []string{id}, Expires: expires}
			if i%2 == 0 {
				token.User, token.Grant = "anna", "grant of "+id
			}
			require.NoError(t, s.PutTokens(ctx, []store.Token{token}, 0))
		}
	}
}

func TestNothingIsLeftOfWhatIsDeleted(t *testing.T) {
	ctx := context.Background()
	expires := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	after := expires.Add(time.Hour)
	for name, deletion := range map[string]func(s *Store) error{
		"the account, then its apps": func(s *Store) error { return s.DeleteUser(ctx, "anna") },
		"the apps one by one, then the account": func(s *Store) error {
			if err := s.DeleteClient(ctx, "hers"); err != nil {
				return err
			}
			return s.DeleteUser(ctx, "anna")
		},
		"what expired, then the account": func(s *Store) error {
			for n := 1; n > 0; {
				var err error
				if n, err = s.Sweep(ctx, after, 1000); err != nil {
					return err
				}
			}
			if left := s.leftovers(); left["tokens"]+left["consents"]+left["handles"] > 0 {
				return fmt.Errorf("not swept: %v", left)
			}
			return s.DeleteUser(ctx, "anna")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := New()
			populate(t, s, expires)
			require.Equal(t, 3, s.leftovers()["remembered"])
			require.NoError(t, deletion(s))
			for _, id := range []string{"hosts", "other"} {
				require.NoError(t, s.DeleteClient(ctx, id))
			}
			require.NoError(t, s.DeleteUser(ctx, "somebody"))
			_, err := s.Sweep(ctx, after, 1000)
			require.NoError(t, err)
			assert.Empty(t, s.leftovers())
		})
	}
}

func TestAnEndedConsentIsNotRemembered(t *testing.T) {
	ctx := context.Background()
	s := New(UsersElsewhere(), ClientsElsewhere())
	for _, id := range []string{"1", "2"} {
		require.NoError(t, s.PutGrant(ctx, store.Grant{ID: id, User: "anna", Client: "app", Remembered: true}))
		require.NoError(t, s.PutGrant(ctx, store.Grant{ID: "under " + id, User: "anna", Client: "app"}))
	}
	for left := range 2 {
		id := strconv.Itoa(2 - left)
		assert.Len(t, s.remembered[bond{s.accounts.get("anna"), s.apps.get("app")}], 2-left, "none but those that are looked for")
		n, err := s.RevokeGrants(ctx, store.GrantFilter{ID: id}, time.Now())
		require.NoError(t, err)
		require.Equal(t, 1, n)
	}
	assert.Empty(t, s.remembered)
}

func TestNothingIsLeftOfWhatWasRefused(t *testing.T) {
	ctx := context.Background()
	s := New()
	require.NoError(t, s.AppendEvents(ctx, store.Event{ID: "taken"}))
	taken := store.Event{ID: "taken"}
	token := store.Token{Digest: store.DigestOf("1"), ID: "1", Scopes: []string{"a"}}

	assert.ErrorIs(t, s.PutTokens(ctx, []store.Token{token}, 0, taken), store.ErrExists)
	assert.ErrorIs(t, s.PutTokens(ctx, []store.Token{token, token}, 0), store.ErrExists)
	assert.ErrorIs(t, s.PutTokens(ctx, []store.Token{token, {Digest: store.DigestOf("2"), ID: "1"}}, 0), store.ErrExists)
	assert.ErrorIs(t, s.PutTokens(ctx, []store.Token{token, {Digest: store.DigestOf("2"), ID: "2", User: "nobody"}}, 0), store.ErrNotFound)
	assert.ErrorIs(t, s.PutTokens(ctx, []store.Token{token, {Digest: store.DigestOf("2"), ID: "2", Grant: "none"}}, 0), store.ErrNotFound)
	assert.ErrorIs(t, s.PutClient(ctx, store.Client{ID: "app"}, taken), store.ErrExists)
	assert.ErrorIs(t, s.PutClient(ctx, store.Client{ID: "app", Owner: "nobody"}), store.ErrNotFound)
	assert.ErrorIs(t, s.PutGrant(ctx, store.Grant{ID: "grant", Client: "app"}), store.ErrNotFound)
	assert.Empty(t, s.leftovers())
}

func TestNothingIsLeftOfWhatNamedThingsElsewhere(t *testing.T) {
	ctx := context.Background()
	s := New(UsersElsewhere(), ClientsElsewhere(), GrantsElsewhere())
	expires := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	require.NoError(t, s.PutGrant(ctx, store.Grant{ID: "1", User: "a", Client: "b", Expires: expires}))
	require.NoError(t, s.PutHandle(ctx, store.Handle{Digest: store.DigestOf("1"), Grant: "c", Expires: expires}))
	require.NoError(t, s.PutTokens(ctx, []store.Token{{Digest: store.DigestOf("1"), ID: "1", User: "d", Client: "e", Grant: "f", Expires: expires}}, 0))
	n, err := s.Sweep(ctx, expires.Add(time.Second), 10)
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	assert.Empty(t, s.leftovers())
}

func TestRoomInFullPagesIsUsedAgain(t *testing.T) {
	ctx := context.Background()
	s := New()
	put := func(i int, expires time.Time) {
		name := strconv.Itoa(i)
		require.NoError(t, s.PutTokens(ctx, []store.Token{{Digest: store.DigestOf(name), ID: name, Expires: expires}}, 0))
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 3 * pageSize {
		put(i, now.Add(time.Duration(i%2)*time.Hour))
	}
	_, err := s.Sweep(ctx, now.Add(time.Minute), 3*pageSize)
	require.NoError(t, err)
	for i := range 3 * pageSize / 2 {
		put(-i-1, now)
	}
	assert.Equal(t, 3, s.leftovers()["pages"])
}

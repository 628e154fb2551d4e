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

func TestWhatIsDoneOnEachRequestAllocatesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := memory.New()
	digest, noon := store.DigestOf("token"), time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "1", Name: "alice", Scopes: []string{"a"}, Password: store.Password{
		HA1s: []store.HA1{{Algorithm: "MD5", Realm: "api"}},
	}}))
	require.NoError(t, s.PutClient(ctx, store.Client{ID: "app", Owner: "1"}))
	require.NoError(t, s.PutGrant(ctx, store.Grant{ID: "grant", User: "1", Client: "app"}))
	require.NoError(t, s.PutTokens(ctx, []store.Token{{
		Digest: digest, ID: "id", Kind: store.OAuth1Token, User: "1", Client: "app", Grant: "grant", Scopes: []string{"a"},
		Sealed: []byte("sealed"), Description: "description", Created: noon, Expires: noon.Add(time.Hour),
	}}, 0))
	require.NoError(t, s.Claim(ctx, digest, noon))
	counts := []store.Count{{Key: digest, Delta: 1, Until: noon}, {Key: store.DigestOf("other"), Delta: 1, Until: noon}}
	n := uint32(0)

	for name, call := range map[string]func() error{
		"UserByName": func() error { _, err := s.UserByName(ctx, "alice"); return err },
		"UserByID":   func() error { _, err := s.UserByID(ctx, "1"); return err },
		"UserByHash": func() error {
			_, err := s.UserByHash(ctx, "MD5", "api", "10075febdcb5875807ddf305bd3b0a25")
			return err
		},
		"Client":      func() error { _, err := s.Client(ctx, "app"); return err },
		"Grant":       func() error { _, err := s.Grant(ctx, "grant"); return err },
		"LookUpToken": func() error { _, err := s.LookUpToken(ctx, digest); return err },
		"ClaimCount":  func() error { n++; return s.ClaimCount(ctx, digest, n, noon) },
		"Add":         func() error { return s.Add(ctx, counts) },
		"RecordUses":  func() error { return s.RecordUses(ctx, nil) },
		"Claim of what is claimed": func() error {
			if err := s.Claim(ctx, digest, noon); err != store.ErrUsed {
				return assert.AnError
			}
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, call())
			assert.Zero(t, testing.AllocsPerRun(100, func() { _ = call() }))
		})
	}
}

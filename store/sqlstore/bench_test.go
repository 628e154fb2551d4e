package sqlstore_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// crowd is a file with this many tokens, of a hundredth as many accounts.
func crowd(b *testing.B, tokens int) *sqlstore.Store {
	b.Helper()
	path := filepath.Join(b.TempDir(), "sesame.db")
	s := storeOf(b, openFile(b, path))
	fillCrowd(b, s, tokens)
	return s
}

// fillCrowd puts this many tokens, of a hundredth as many accounts.
func fillCrowd(b *testing.B, s *sqlstore.Store, tokens int) {
	b.Helper()
	for i := range 100 {
		require.NoError(b, s.PutClient(b.Context(), store.Client{ID: fmt.Sprint(i), Scopes: []string{"products:read"}}))
	}
	created := time.Date(2030, time.January, 1, 0, 0, 0, 0, time.UTC)
	for user := range tokens / 100 {
		id, client := fmt.Sprint(user), fmt.Sprint(user%100)
		u := store.User{ID: id, Name: "user " + id, Scopes: []string{"products:read", "users:read"}}
		require.NoError(b, s.CreateUsers(b.Context(), u))
		require.NoError(b, s.PutGrant(b.Context(), store.Grant{ID: id, User: id, Client: client, Created: created}))
		var batch []store.Token
		for n := range 100 {
			batch = append(batch, store.Token{
				ID: fmt.Sprint(user*100 + n), Digest: store.DigestOf(fmt.Sprint(user*100 + n)), Kind: store.AccessToken,
				User: id, Client: client, Grant: id, Scopes: []string{"products:read"}, Created: created, Expires: end,
			})
		}
		require.NoError(b, s.PutTokens(b.Context(), batch, 0))
	}
}

func BenchmarkLookUpToken(b *testing.B) {
	s := crowd(b, 100_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.LookUpToken(b.Context(), store.DigestOf(fmt.Sprint(rand.IntN(100_000)))); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkClaim(b *testing.B) {
	s := openStore(b)
	n := 0
	for b.Loop() {
		n++
		if err := s.Claim(b.Context(), store.DigestOf(fmt.Sprint(n)), end); err != nil {
			b.Fatal(err)
		}
	}
}

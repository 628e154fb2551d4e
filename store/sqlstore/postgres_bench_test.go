//go:build unix

package sqlstore_test

import (
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/sqlstore/postgrestest"
)

// benchPostgres is a store on a server that syncs each commit.
func benchPostgres(b *testing.B) *sqlstore.Store {
	b.Helper()
	server, err := postgrestest.Start()
	needPostgres(b, err)
	b.Cleanup(func() { server.Stop() })
	db := openPostgres(b, server.URL("postgres"))
	require.NoError(b, sqlstore.Migrate(b.Context(), db, sqlstore.PostgreSQL))
	return storeOf(b, db, sqlstore.PostgreSQL)
}

func BenchmarkPostgreSQL(b *testing.B) {
	const tokens = 100_000
	s := benchPostgres(b)
	fillCrowd(b, s, tokens)
	lookUp := func() error {
		_, err := s.LookUpToken(b.Context(), store.DigestOf(fmt.Sprint(rand.IntN(tokens))))
		return err
	}
	var nonce atomic.Int64
	claim := func() error { return s.Claim(b.Context(), store.DigestOf(fmt.Sprint(nonce.Add(1))), end) }
	for name, call := range map[string]func() error{"LookUpToken": lookUp, "Claim": claim} {
		b.Run(name+" alone", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				require.NoError(b, call())
			}
		})
		b.Run(name+" of 16 callers", func(b *testing.B) {
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := call(); err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

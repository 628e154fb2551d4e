package sqlstore_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

func TestCancelWhileWaitingForTheWriter(t *testing.T) {
	const forever = sqlstore.Timeout(time.Hour)
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"), forever)
	s := storeOf(t, db, forever)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer tx.Rollback()
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error)
	for n := range 4 { // one waits for the database's lock, the others for that one
		go func() { errs <- s.Claim(ctx, store.DigestOf(fmt.Sprint(n)), end) }()
	}
	cancel()
	for range 4 {
		err := <-errs
		broken(t, err, "a claim")
		assert.ErrorIs(t, err, context.Canceled)
	}
}

// However short the time is: a record that is there is found, or the call ends with the context's error; and a write that
// ended so was done as a whole or not at all.
func TestCancelAtAnyMoment(t *testing.T) {
	s := openStore(t)
	prepareCalls(t, s)
	for n := range 400 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(n)*2*time.Microsecond)
		_, err := s.LookUpToken(ctx, store.DigestOf("t"))
		if err != nil {
			broken(t, err, "a look-up")
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}
		id := fmt.Sprint(n)
		err = s.PutTokens(ctx, []store.Token{
			{ID: id, Digest: store.DigestOf(id), User: "1"}, {ID: id + "b", Digest: store.DigestOf(id + "b"), User: "1"},
		}, 0)
		if err != nil {
			broken(t, err, "a put")
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		}
		cancel()
		_, first := s.LookUpToken(t.Context(), store.DigestOf(id))
		_, second := s.LookUpToken(t.Context(), store.DigestOf(id+"b"))
		assert.Equal(t, first, second, "both or neither")
		if err == nil {
			assert.NoError(t, first)
		}
	}
}

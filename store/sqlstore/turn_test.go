//go:build unix

package sqlstore_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func TestCallsQueueForConnections(t *testing.T) {
	db := anotherNode(t)
	db.SetMaxOpenConns(1)
	s := tenantOn(t, db)
	held, err := db.Conn(t.Context())
	require.NoError(t, err)
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			_, err := s.UserByID(t.Context(), "nobody")
			assert.ErrorIs(t, err, store.ErrNotFound)
		})
	}
	require.Eventually(t, func() bool { return db.Stats().WaitCount == 1 }, 20*time.Second, time.Millisecond)
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.UserByID(canceled, "nobody")
	assert.ErrorIs(t, err, context.Canceled, "who gives up waits no longer")
	require.NoError(t, held.Close())
	callers.Wait()
	assert.EqualValues(t, 1, db.Stats().WaitCount, "only the first waited for the pool, which does not care who came first")
}

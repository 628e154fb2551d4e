package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

func TestItRuns(t *testing.T) {
	s, err := openShop(t.Context(), filepath.Join(t.TempDir(), "shop.db"))
	require.NoError(t, err)
	defer s.db.Close()
	var out strings.Builder
	require.NoError(t, s.run(t.Context(), &out))
	assert.Equal(t, `Signing up with a card that is expired: error the card was declined
  the account is there: false
  keys: 0
  subscriptions: 0
Signing up with a card that is good: error <nil>
  the account is there: true
  keys: 1
  subscriptions: 1
`, out.String())

	_, err = s.signUp(t.Context(), "Aladdin", "good")
	require.ErrorIs(t, err, store.ErrExists)
	events, err := s.store.Events(t.Context(), store.EventFilter{User: "Aladdin"}, 10)
	require.NoError(t, err)
	assert.Len(t, events, 1, "of the key that is there; what was rolled back left none")
	list, err := s.keys.List(t.Context(), "Aladdin", store.APIKey, "", 10)
	require.NoError(t, err)
	assert.Len(t, list, 1)
}

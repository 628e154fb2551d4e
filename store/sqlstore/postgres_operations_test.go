//go:build unix

package sqlstore_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

// statementsOnPage is the SQL that the page for operators tells them to run, a text for each block.
func statementsOnPage(t *testing.T) (blocks []string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/operations.md")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(page), "```sql\n")
	for found {
		var block string
		block, rest, _ = strings.Cut(rest, "```")
		blocks = append(blocks, block)
		_, rest, found = strings.Cut(rest, "```sql\n")
	}
	return blocks
}

// What operators are told to run after a restore to an earlier moment ends all that was issued by then.
func TestWhatOperatorsAreToldToRun(t *testing.T) {
	db, ctx := openPostgres(t, newDatabase(t)), t.Context()
	require.NoError(t, sqlstore.Migrate(ctx, db, sqlstore.PostgreSQL))
	s := storeOf(t, db, sqlstore.PostgreSQL)
	token := store.Token{ID: "t", Digest: store.DigestOf("token"), User: "anna", Client: "app", Grant: "g", Sealed: []byte("sealed")}
	code := store.Handle{Digest: store.DigestOf("code"), Kind: store.AuthorizationCode, Client: "app", Expires: end}
	require.NoError(t, s.CreateUsers(ctx, store.User{ID: "anna"}))
	require.NoError(t, s.PutClient(ctx, store.Client{ID: "app", Owner: "anna"}))
	require.NoError(t, s.PutGrant(ctx, store.Grant{ID: "g", User: "anna", Client: "app"}))
	require.NoError(t, s.PutTokens(ctx, []store.Token{token}, 0))
	require.NoError(t, s.PutHandle(ctx, code))

	blocks := statementsOnPage(t)
	require.NotEmpty(t, blocks)
	for _, block := range blocks {
		_, err := db.ExecContext(ctx, block)
		assert.NoError(t, err, block)
	}
	found, err := s.LookUpToken(ctx, token.Digest)
	require.NoError(t, err)
	assert.False(t, found.Token.Revoked.IsZero())
	assert.True(t, found.GrantRevoked)
	handle, err := s.Handle(ctx, code.Digest)
	require.NoError(t, err)
	assert.True(t, handle.Used)
}

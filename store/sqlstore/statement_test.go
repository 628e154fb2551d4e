package sqlstore_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAQueryWithinTheSameQuery(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	tx, err := db.BeginTx(t.Context(), nil) // one connection for both
	require.NoError(t, err)
	defer tx.Rollback()
	const query = "SELECT value FROM json_each(?)"
	var pairs []string
	outer, err := tx.QueryContext(t.Context(), query, "[1,2]")
	require.NoError(t, err)
	for outer.Next() {
		var a, b int
		require.NoError(t, outer.Scan(&a))
		require.NoError(t, tx.QueryRowContext(t.Context(), query, fmt.Sprintf("[%d]", a+10)).Scan(&b))
		pairs = append(pairs, fmt.Sprint(a, b))
	}
	require.NoError(t, outer.Err())
	assert.Equal(t, []string{"1 11", "2 12"}, pairs)
}

func TestMoreQueriesThanAreKept(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	for round := range 2 {
		for n := range 500 {
			var got int
			require.NoError(t, db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT %d", n)).Scan(&got))
			require.Equal(t, n, got, "in round %d", round)
		}
	}
}

func TestAKeptQueryAfterAnError(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	const query = "SELECT value FROM json_each(?)"
	for range 2 {
		var got int
		assert.Error(t, db.QueryRowContext(t.Context(), query, "no JSON").Scan(&got))
		require.NoError(t, db.QueryRowContext(t.Context(), query, "[7]").Scan(&got))
		assert.Equal(t, 7, got)
	}
}

func TestHostsSeeColumnTypes(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	rows, err := db.QueryContext(t.Context(), "SELECT version, name FROM sesame_schema")
	require.NoError(t, err)
	defer rows.Close()
	types, err := rows.ColumnTypes()
	require.NoError(t, err)
	assert.Equal(t, "INTEGER", types[0].DatabaseTypeName())
	assert.Equal(t, "TEXT", types[1].DatabaseTypeName())
}

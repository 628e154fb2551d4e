package sqlstore_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/storetest"
)

// Every query that the whole law makes a tenant's store ask must find its rows by an index.
func TestNoQueryScansATable(t *testing.T) {
	t.Parallel()
	var lock sync.Mutex
	queries := map[string]bool{}
	t.Run("what is asked", func(t *testing.T) {
		next := tenants(t)
		storetest.Run(t, func(t *testing.T) storetest.Backend {
			s := next(t)
			s.Overhear(func(query string) {
				lock.Lock()
				defer lock.Unlock()
				queries[query] = true
			})
			return backend(s)
		})
	})
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	assert.Greater(t, len(queries), 40)
	for query := range queries {
		rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, make([]any, strings.Count(query, "?"))...)
		require.NoError(t, err, query)
		for rows.Next() {
			var id, parent, unused int
			var step string
			require.NoError(t, rows.Scan(&id, &parent, &unused, &step))
			assert.False(t, strings.HasPrefix(step, "SCAN") && strings.Contains(step, "sesame_"), "%s\n%s", step, query)
			if strings.Contains(query, "DESC") && !strings.Contains(query, "UNION") {
				assert.NotContains(t, step, "TEMP B-TREE FOR ORDER", "%s\n%s", step, query)
			}
			if !strings.Contains(query, " OR ") { // whoever deletes an account with its apps waits for that
				assert.NotRegexp(t, allKeys, step, query)
			}
			if asksForConsent(query) {
				assert.Contains(t, step, "sesame_grants_remembered (tenant=? AND user_id=? AND client_id=?)", query)
			}
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
	}
}

// allKeys is a step that reads the keys of all that a tenant has of a kind.
var allKeys = regexp.MustCompile(`autoindex_sesame_(users|clients|grants|tokens|handles)_\d \(tenant=\?\)$`)

// asksForConsent says of the query of each authorization, which must find what is remembered among however many grants.
func asksForConsent(query string) bool {
	return strings.Contains(query, " AND user_id = ") && strings.Contains(query, " AND client_id = ") &&
		strings.Contains(query, " AND remembered AND revoked = 0 ORDER BY created DESC")
}

//go:build unix

package sqlstore_test

import (
	"database/sql"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/sqlstore"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// wholeTenant is a plan's step that reads all rows of a tenant. The stream of all events is read in its order, as far as it
// is asked for.
var wholeTenant = regexp.MustCompile(`(?m)Index Cond: \(tenant = \$\d+\)$`)

// ofMany is a step that finds the rows that belong to something.
var ofMany = regexp.MustCompile(`using sesame_(tokens|grants|clients)_(user|client|grant|owner) `)

// The law holds, and every query that the whole of it makes a tenant's store ask finds its rows by an index.
func TestStoreOnPostgreSQL(t *testing.T) {
	t.Parallel()
	queries := map[string]bool{}
	t.Run("the law", func(t *testing.T) { queries = overheard(t, postgresDB(t)) })
	t.Run("no query scans a table", func(t *testing.T) {
		assert.Greater(t, len(queries), 40)
		db := openPostgres(t, newDatabase(t))
		db.SetMaxOpenConns(1) // its settings and statements belong to a connection
		require.NoError(t, sqlstore.Migrate(t.Context(), db, sqlstore.PostgreSQL))
		crowdPostgres(t, db)
		for _, setting := range []string{"enable_seqscan = off", "plan_cache_mode = force_generic_plan"} {
			_, err := db.ExecContext(t.Context(), "SET "+setting)
			require.NoError(t, err)
		}
		for query := range queries {
			if strings.Contains(query, "sesame_") {
				checkPlan(t, query, planOf(t, db, query))
			}
		}
	})
}

// overheard is every query that the law makes stores on db ask.
func overheard(t *testing.T, db *sql.DB) map[string]bool {
	var lock sync.Mutex
	queries := map[string]bool{}
	storetest.Run(t, func(t *testing.T) storetest.Backend {
		s := tenantOn(t, db)
		s.Overhear(func(query string) {
			lock.Lock()
			defer lock.Unlock()
			queries[query] = true
		})
		return backend(s)
	})
	return queries
}

// crowdPostgres fills each table with so many rows of one tenant that an index is better than none. They mean nothing.
func crowdPostgres(t *testing.T, db *sql.DB) {
	t.Helper()
	_, err := db.ExecContext(t.Context(), `
		DO $$
		DECLARE
			target text; made text;
		BEGIN
			FOR target IN SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'sesame%' AND table_name <> 'sesame_schema' LOOP
				SELECT string_agg(CASE
					WHEN column_name = 'tenant' THEN quote_literal('')
					WHEN data_type = 'bytea' THEN 'sha256(n::text::bytea)'
					WHEN data_type = 'text' AND (column_name LIKE '%id' OR column_name IN ('name', 'owner', 'actor', 'hash')) THEN 'md5(n::text)'
					WHEN data_type = 'text' THEN '(n % 20)::text'
					WHEN data_type = 'boolean' THEN 'false'
					WHEN data_type = 'bit' THEN '0::bit(128)'
					WHEN column_name IN ('kind', 'delivery') THEN 'n % 4'
					ELSE 'n' END, ', ' ORDER BY ordinal_position) INTO made
				FROM information_schema.columns WHERE table_name = target;
				EXECUTE format('INSERT INTO %I SELECT %s FROM generate_series(1, 5000) AS n', target, made);
				EXECUTE format('ANALYZE %I', target);
			END LOOP;
		END $$`)
	require.NoError(t, err)
}

func checkPlan(t *testing.T, query, plan string) {
	t.Helper()
	assert.NotContains(t, plan, "Seq Scan on sesame_", query)
	if !strings.Contains(query, "FROM sesame_events WHERE tenant = $1 ORDER BY id") {
		assert.NotRegexp(t, wholeTenant, plan, query)
	}
	if asksForConsent(query) {
		assert.Contains(t, plan, "using sesame_grants_remembered ", query)
	}
	if strings.Contains(query, "DESC") && ofMany.MatchString(plan) {
		assert.NotContains(t, plan, "Sort Key: created DESC", query)
	}
}

func planOf(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	holes := strings.Count(query, "$")
	call := "EXPLAIN EXECUTE plan"
	if holes > 0 {
		call += "(NULL" + strings.Repeat(", NULL", holes-1) + ")"
	}
	_, err := db.ExecContext(t.Context(), "PREPARE plan AS "+query)
	require.NoError(t, err, query)
	rows, err := db.QueryContext(t.Context(), call)
	require.NoError(t, err, query)
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var step string
		require.NoError(t, rows.Scan(&step))
		plan = append(plan, step)
	}
	require.NoError(t, rows.Err())
	require.NoError(t, rows.Close())
	_, err = db.ExecContext(t.Context(), "DEALLOCATE plan")
	require.NoError(t, err)
	return strings.Join(plan, "\n")
}

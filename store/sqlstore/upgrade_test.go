package sqlstore_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/sqlstore"
)

func TestAProgramGoesOnAfterALaterOneHasMigrated(t *testing.T) {
	db := openFile(t, filepath.Join(t.TempDir(), "sesame.db"))
	s := storeOf(t, db)
	_, err := db.ExecContext(t.Context(), "INSERT INTO sesame_schema (version, name) VALUES (1000, 'of a later program')")
	require.NoError(t, err)
	assert.NoError(t, s.Ping(t.Context()))
	assert.NoError(t, s.CreateUsers(t.Context(), store.User{ID: "1", Name: "alice"}))
	assert.ErrorContains(t, sqlstore.Migrate(t.Context(), db), "at version 1000 of the schema", "but none starts")
}

// additions are what a step may do: the program of the version before goes on, and names each column that it writes.
var additions = []*regexp.Regexp{
	regexp.MustCompile(`^CREATE TABLE (\w+) \(`),
	regexp.MustCompile(`^CREATE INDEX IF NOT EXISTS \w+ ON \w+ `), // somebody may have built it while the service ran
	regexp.MustCompile(`^ALTER TABLE \w+ ADD COLUMN \w+ \w+( DEFAULT .*)?$`),
}

func TestStepsOnlyAdd(t *testing.T) {
	files, err := filepath.Glob("migrations/*/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, statement := range statementsOf(string(text)) {
			assert.True(t, adds(string(text), statement), "%s: a program of the version before may not bear\n%s", file, statement)
		}
	}
}

// adds says whether a statement of a step only adds. On a table of its own a step may build any index.
func adds(step, statement string) bool {
	if _, table, found := strings.Cut(statement, " ON "); found && strings.HasPrefix(statement, "CREATE INDEX ") {
		name, _, _ := strings.Cut(table, " ")
		if strings.Contains(step, "CREATE TABLE "+name+" (") {
			return true
		}
	}
	for _, addition := range additions {
		if addition.MatchString(statement) {
			return true
		}
	}
	return false
}

var remark = regexp.MustCompile(`(?m)--.*$`)

func statementsOf(step string) (statements []string) {
	for statement := range strings.SplitSeq(remark.ReplaceAllString(step, ""), ";") {
		if statement = strings.TrimSpace(statement); statement != "" {
			statements = append(statements, statement)
		}
	}
	return statements
}

func TestWhatIsNoAddition(t *testing.T) {
	const step = "CREATE TABLE own (id TEXT)"
	for statement, want := range map[string]bool{
		"CREATE TABLE own (id TEXT)":                          true,
		"CREATE INDEX own_id ON own (id)":                     true,
		"CREATE INDEX others_id ON others (id)":               false,
		"CREATE INDEX IF NOT EXISTS others_id ON others (id)": true,
		"CREATE UNIQUE INDEX others_id ON others (id)":        false,
		"ALTER TABLE others ADD COLUMN more TEXT":             true,
		"ALTER TABLE others ADD COLUMN more TEXT NOT NULL":    false,
		"ALTER TABLE others ADD COLUMN more BIGINT DEFAULT 0": true,
		"ALTER TABLE others DROP COLUMN less":                 false,
		"ALTER TABLE others RENAME COLUMN one TO other":       false,
		"DROP TABLE others":                                   false,
		"UPDATE others SET id = ''":                           false,
	} {
		assert.Equal(t, want, adds(step, statement), statement)
	}
}

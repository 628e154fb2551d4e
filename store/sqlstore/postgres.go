package sqlstore

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/store"
)

// postgres is PostgreSQL's manner. Its transactions see what others committed before each statement began, so what a
// decision stands on is locked first and read after that. All lock rows in one order, so that they never wait in a circle:
// accounts, apps, handles, grants, tokens, and those of a table by their keys.
var postgres = manner{
	migrations: "migrations/postgres",
	bind:       bindNumbered,
	in:         func(query string) string { return " = ANY (ARRAY(" + query + "))" },
	isolation:  sql.LevelReadCommitted, // whatever the database's default is
	locks: locks{
		present: " FOR KEY SHARE",
		as:      " FOR SHARE",
		change:  " FOR NO KEY UPDATE",
		remove:  " FOR UPDATE",
		free:    " FOR UPDATE SKIP LOCKED",
	},
	lockSchema: "SELECT pg_advisory_xact_lock(7310584013262679405)", // "sesame" and more, of no other meaning
	lockLimit:  "SELECT pg_advisory_xact_lock(?)",
	claimCount: claimCount,
	recordUses: recordUses,
	unique:     func(err error) bool { return sqlState(err) == "23505" },
	busy:       lostToOthers,
	lost:       lostToOthers,
}

// claimCount takes a number of a key, and changes no row where it was taken or is too far back.
const claimCount = `INSERT INTO sesame_counts AS c (tenant, key, expires, highest, taken)
	VALUES (?, ?, ?, ?, set_bit(0::bit(128), 0, 1))
	ON CONFLICT (tenant, key) DO UPDATE SET highest = GREATEST(c.highest, excluded.highest), taken = CASE
		WHEN excluded.highest > c.highest THEN set_bit(c.taken >> LEAST(excluded.highest - c.highest, 128)::int, 0, 1)
		ELSE set_bit(c.taken, LEAST(c.highest - excluded.highest, 127)::int, 1) END
	WHERE CASE
		WHEN excluded.highest > c.highest THEN true
		WHEN c.highest - excluded.highest < 128 THEN get_bit(c.taken, LEAST(c.highest - excluded.highest, 127)::int) = 0
		ELSE false END`

// recordUses takes the digests and the times as two arrays.
const recordUses = `WITH used AS MATERIALIZED (
		SELECT t.tenant, t.digest, u.at FROM sesame_tokens t JOIN unnest(?::bytea[], ?::bigint[]) AS u (digest, at) ON u.digest = t.digest
		WHERE t.tenant = ? AND t.last_used < u.at ORDER BY t.digest FOR NO KEY UPDATE OF t)
	UPDATE sesame_tokens SET last_used = used.at FROM used WHERE sesame_tokens.tenant = used.tenant AND sesame_tokens.digest = used.digest`

// sqlState is the code in err (https://www.postgresql.org/docs/current/errcodes-appendix.html), empty where it has none.
func sqlState(err error) string {
	type stated interface {
		error
		SQLState() string
	}
	if e, ok := errors.AsType[stated](err); ok {
		return e.SQLState()
	}
	return ""
}

// lostToOthers says whether a transaction was taken back only because of what others did at the same time: it could not be
// serialised, or was one of those that waited in a circle.
func lostToOthers(err error) bool {
	state := sqlState(err)
	return state == "40001" || state == "40P01"
}

// errNoText says that PostgreSQL cannot keep a text.
var errNoText = errors.New("a text has a NUL or is not UTF-8, which PostgreSQL cannot keep")

// bindNumbered puts $1, $2 and so on in the place of question marks, of which our statements have no others. Arguments
// become what every mode of the driver knows the type of.
func bindNumbered(query string, args []any) (string, []any, error) {
	plain := make([]any, len(args))
	for i, arg := range args {
		var err error
		if plain[i], err = plainly(arg); err != nil {
			return "", nil, err
		}
	}
	return numbered(query), plain, nil
}

func numbered(query string) string {
	var text strings.Builder
	text.Grow(len(query) + 64)
	for n := 1; ; n++ {
		before, after, more := strings.Cut(query, "?")
		text.WriteString(before)
		if !more {
			return text.String()
		}
		text.WriteByte('$')
		text.WriteString(strconv.Itoa(n))
		query = after
	}
}

// plainly is the value that a pointer to a field, or one of the types in columns.go, stands for.
func plainly(arg any) (any, error) {
	switch arg.(type) {
	case [][]byte, []int64: // arrays
		return arg, nil
	}
	value, err := driver.DefaultParameterConverter.ConvertValue(arg)
	if text, ok := value.(string); ok && !keepable(text) {
		return nil, errNoText
	}
	return value, err
}

func keepable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }

// limitKey is the advisory lock of those who count the account's tokens.
func (s *Store) limitKey(user string) int64 {
	d := store.DigestOf("limit of " + strconv.Quote(s.tenant) + strconv.Quote(user))
	var key int64
	for _, b := range d[:8] {
		key = key<<8 | int64(b)
	}
	return key
}

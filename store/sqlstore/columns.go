package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// A record is listed once, as pointers to its fields: the same list is what a row is read into and what it is made of.
// The types here are for the fields that a driver does not know.

// moment is a time, kept as microseconds since 1970 (see micros).
type moment struct{ *time.Time }

// Value implements [driver.Valuer].
func (m moment) Value() (driver.Value, error) { return micros(*m.Time), nil }

// Scan implements [database/sql.Scanner].
func (m moment) Scan(column any) error {
	n, ok := column.(int64)
	if !ok {
		return fmt.Errorf("a time is a %T", column)
	}
	*m.Time = fromMicros(n)
	return nil
}

// micros is t in microseconds since 1970. The zero time is 0, and so what is not after 1970 began is one less than it would
// be: in the order of numbers, times are in their order still.
func micros(t time.Time) int64 {
	n := t.UnixMicro()
	switch {
	case t.IsZero():
		return 0
	case n <= 0:
		return n - 1
	default:
		return n
	}
}

func fromMicros(n int64) time.Time {
	switch {
	case n == 0:
		return time.Time{}
	case n < 0:
		n++
	}
	return time.UnixMicro(n).UTC()
}

// digest is a digest, kept as its bytes.
type digest struct{ *store.Digest }

// Value implements [driver.Valuer].
func (d digest) Value() (driver.Value, error) { return d.Digest[:], nil }

// Scan implements [database/sql.Scanner].
func (d digest) Scan(column any) error {
	bytes, ok := column.([]byte)
	if !ok || len(bytes) != len(d.Digest) {
		return fmt.Errorf("a digest is a %T of %d bytes", column, len(bytes))
	}
	copy(d.Digest[:], bytes)
	return nil
}

// digestOrNone is a digest that may not be there: the zero one is NULL.
type digestOrNone struct{ *store.Digest }

// Value implements [driver.Valuer].
func (o digestOrNone) Value() (driver.Value, error) {
	if *o.Digest == (store.Digest{}) {
		return nil, nil
	}
	return digest(o).Value()
}

// Scan implements [database/sql.Scanner].
func (o digestOrNone) Scan(column any) error {
	if column == nil {
		*o.Digest = store.Digest{}
		return nil
	}
	return digest(o).Scan(column)
}

// document is a list or a map, kept as JSON; an empty one is the empty text.
type document[T any] struct{ of *T }

// Value implements [driver.Valuer].
func (d document[T]) Value() (driver.Value, error) {
	text, err := json.Marshal(*d.of)
	switch string(text) {
	case "null", "[]", "{}":
		return "", err
	}
	return string(text), err
}

// Scan implements [database/sql.Scanner].
func (d document[T]) Scan(column any) error {
	*d.of = *new(T)
	switch text := column.(type) {
	case string:
		if text == "" {
			return nil
		}
		return json.Unmarshal([]byte(text), d.of)
	case []byte:
		if len(text) == 0 {
			return nil
		}
		return json.Unmarshal(text, d.of)
	default:
		return fmt.Errorf("a document is a %T", column)
	}
}

func texts(list *[]string) document[[]string] { return document[[]string]{list} }

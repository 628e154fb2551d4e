package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

type txKey struct{}

// WithTx returns a context with which a store works in tx, a transaction of the host on the database that the store
// was made of: what it changes is kept when tx is committed, and only then. A call that fails leaves the rest of tx as it
// was. A fact such as store.ErrExists does not end tx; after any other error tx should be rolled back. On PostgreSQL tx is to
// be READ COMMITTED, or else SERIALIZABLE, and what locks its calls take is held until it ends.
func WithTx(ctx context.Context, tx *sql.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

// facts are the errors that say something about records, and nothing about the database.
var facts = []error{store.ErrNotFound, store.ErrExists, store.ErrUsed, store.ErrConflict, store.ErrRevoked, store.ErrFull}

// failed is what a call that ended with err returns. A driver's error is never a fact.
func failed(ctx context.Context, what string, err error) error {
	if err == nil || slices.Contains(facts, err) {
		return err
	}
	if done := ended(ctx); done != nil && !errors.Is(err, done) {
		return fmt.Errorf("sqlstore: %s: %w: %w", what, done, err)
	}
	return fmt.Errorf("sqlstore: %s: %w", what, err)
}

// ended is why ctx is done. A socket's deadline can be noticed a moment before the context's own.
func ended(ctx context.Context) error {
	if deadline, ok := ctx.Deadline(); ok && ctx.Err() == nil && !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return ctx.Err()
}

// read runs do on a connection, or in the host's transaction.
func (s *Store) read(ctx context.Context, what string, do func(ctx context.Context, q queries) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if tx, ok := ctx.Value(txKey{}).(*sql.Tx); ok {
		return failed(ctx, what, do(ctx, queries{tx, s.manner}))
	}
	return failed(ctx, what, s.again(ctx, func() error { return do(ctx, queries{s.db, s.manner}) }))
}

// single runs do, which is one statement and perhaps a look at why it changed nothing, where that can be done in one trip: a
// transaction of its own is more.
func (s *Store) single(ctx context.Context, what string, do func(ctx context.Context, q queries) error) error {
	if _, nested := ctx.Value(txKey{}).(*sql.Tx); nested || s.oneWriter {
		return s.write(ctx, what, do)
	}
	return s.read(ctx, what, do)
}

// write runs do in one transaction: its own, or a part of the host's.
func (s *Store) write(ctx context.Context, what string, do func(ctx context.Context, q queries) error) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if tx, ok := ctx.Value(txKey{}).(*sql.Tx); ok {
		return failed(ctx, what, s.nested(ctx, tx, do))
	}
	return failed(ctx, what, s.again(ctx, func() error { return s.transact(ctx, do) }))
}

// tries is how often what was lost to others is done at most.
const tries = 5

// again makes the call once more where it was lost to others, after a pause that they do not share.
func (s *Store) again(ctx context.Context, call func() error) error {
	err := s.inTurn(ctx, call)
	for try := 1; try < tries && err != nil && s.lost(err); try++ {
		select {
		case <-time.After(time.Duration(try) * jitter()):
			err = s.inTurn(ctx, call)
		case <-ctx.Done():
			return err
		}
	}
	return err
}

// inTurn makes the call when those that came before have a connection.
func (s *Store) inTurn(ctx context.Context, call func() error) error {
	if s.turns == nil {
		return call()
	}
	select {
	case s.turns <- struct{}{}:
		defer func() { <-s.turns }()
		return call()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Store) transact(ctx context.Context, do func(ctx context.Context, q queries) error) error {
	if s.writer != nil {
		select {
		case s.writer <- struct{}{}:
			defer func() { <-s.writer }()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	tx, err := s.db.BeginTx(ctx, &sql.TxOptions{Isolation: s.isolation})
	if err != nil {
		return err
	}
	if err := do(ctx, queries{tx, s.manner}); err != nil {
		tx.Rollback() // where it fails the connection is given up, and the transaction with it
		return err
	}
	return tx.Commit()
}

// nested runs do within the host's transaction so that it happens as a whole or not at all.
func (s *Store) nested(ctx context.Context, tx *sql.Tx, do func(ctx context.Context, q queries) error) error {
	if _, err := tx.ExecContext(ctx, "SAVEPOINT sesame"); err != nil {
		return err
	}
	if err := do(ctx, queries{tx, s.manner}); err != nil {
		if undone := undo(ctx, tx); undone != nil {
			return fmt.Errorf("taking back what failed (%v): %w", err, undone)
		}
		return err
	}
	_, err := tx.ExecContext(ctx, "RELEASE SAVEPOINT sesame")
	return err
}

// undo takes back what was done since the savepoint, even where the call's time is over.
func undo(ctx context.Context, tx *sql.Tx) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), DefaultTimeout)
	defer cancel()
	if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT sesame"); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "RELEASE SAVEPOINT sesame")
	return err
}

// jitter is up to 10 ms, so that those who stood in each other's way do not meet again.
func jitter() time.Duration {
	var octet [1]byte
	_, _ = rand.Read(octet[:]) // which does not fail
	return time.Duration(octet[0]) * 40 * time.Microsecond
}

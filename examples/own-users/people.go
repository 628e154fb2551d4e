package main

import (
	"context"
	"database/sql"
	"errors"
	"strconv"

	"github.com/seed-f67351ce/sesame/store"
)

// schema is the host's own: made without a thought of Sesame.
const schema = `CREATE TABLE people (
	number INTEGER PRIMARY KEY,
	login TEXT NOT NULL UNIQUE,
	bcrypt_or_argon2 TEXT NOT NULL,
	unpaid BOOLEAN NOT NULL DEFAULT FALSE
)`

// people is the host's user table. Two methods let Sesame read it; it is asked at each request, so that what the host
// changes holds at once.
type people struct{ db *sql.DB }

// UserByName implements [store.Users].
func (p people) UserByName(ctx context.Context, name string) (store.User, error) {
	return p.find(ctx, "login = ?", name)
}

// UserByID implements [store.Users].
func (p people) UserByID(ctx context.Context, id string) (store.User, error) {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return store.User{}, store.ErrNotFound
	}
	return p.find(ctx, "number = ?", number)
}

// find says that nobody is there by store.ErrNotFound, and by nothing else: every other error is a breakage, and a 503.
func (p people) find(ctx context.Context, where string, value any) (store.User, error) {
	var number int64
	var unpaid bool
	user := store.User{Scopes: []string{"read"}} // here everybody may do the same
	row := p.db.QueryRowContext(ctx, "SELECT number, login, bcrypt_or_argon2, unpaid FROM people WHERE "+where, value)
	if err := row.Scan(&number, &user.Name, &user.Password.Hash, &unpaid); errors.Is(err, sql.ErrNoRows) {
		return store.User{}, store.ErrNotFound
	} else if err != nil {
		return store.User{}, err
	}
	user.ID = strconv.FormatInt(number, 10)
	if unpaid {
		user.State = store.Locked
	}
	return user, nil
}

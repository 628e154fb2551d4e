package sqlstore

import (
	"context"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
)

// shownColumns are what others than the account itself need of it.
const (
	shownColumns = "id, name, email, state, scopes"
	userColumns  = shownColumns + ", password_hash, ha1s"
)

func shownFields(u *store.User) []any {
	return []any{&u.ID, &u.Name, &u.Email, &u.State, texts(&u.Scopes)}
}

func userFields(u *store.User) []any {
	return append(shownFields(u), &u.Password.Hash, ha1s{&u.Password.HA1s})
}

// UserByName implements [store.Users].
func (s *Store) UserByName(ctx context.Context, name string) (store.User, error) {
	return s.user(ctx, "SELECT "+userColumns+" FROM sesame_users WHERE tenant = ? AND name = ?", name)
}

// UserByID implements [store.Users].
func (s *Store) UserByID(ctx context.Context, id string) (store.User, error) {
	return s.user(ctx, "SELECT "+userColumns+" FROM sesame_users WHERE tenant = ? AND id = ?", id)
}

func (s *Store) user(ctx context.Context, query string, args ...any) (store.User, error) {
	var u store.User
	err := s.read(ctx, "user", func(ctx context.Context, q queries) error {
		return q.get(ctx, query, append([]any{s.tenant}, args...), userFields(&u)...)
	})
	if err != nil {
		return store.User{}, err
	}
	return u, nil
}

// CreateUsers implements [store.UserWriter].
func (s *Store) CreateUsers(ctx context.Context, users ...store.User) error {
	return s.write(ctx, "create users", func(ctx context.Context, q queries) error {
		for _, u := range users {
			fields := append([]any{s.tenant}, userFields(&u)...)
			if err := q.must(ctx, store.ErrExists, insert("sesame_users", userColumns), fields...); err != nil {
				return err
			}
			if err := s.putHashes(ctx, q, u); err != nil {
				return err
			}
		}
		return nil
	})
}

// UpdateUser implements [store.UserWriter].
func (s *Store) UpdateUser(ctx context.Context, u store.User) error {
	return s.write(ctx, "update user", func(ctx context.Context, q queries) error {
		err := s.replaceUser(ctx, q, u)
		if q.unique(err) { // the ID stays, so it is the name
			return store.ErrExists
		}
		return err
	})
}

// replaceUser replaces the account and its userhashes.
func (s *Store) replaceUser(ctx context.Context, q queries, u store.User) error {
	err := q.must(ctx, store.ErrNotFound, update("sesame_users", userColumns)+"tenant = ? AND id = ?",
		append(userFields(&u), s.tenant, u.ID)...)
	if err != nil {
		return err
	}
	return s.putHashes(ctx, q, u)
}

// DeleteUser implements [store.UserWriter].
func (s *Store) DeleteUser(ctx context.Context, id string) error {
	return s.write(ctx, "delete user", func(ctx context.Context, q queries) error {
		err := q.must(ctx, store.ErrNotFound, "DELETE FROM sesame_users WHERE tenant = ? AND id = ?", s.tenant, id)
		if err != nil {
			return err
		}
		if err := s.removeHashes(ctx, q, id); err != nil {
			return err
		}
		query, args := q.each(s.condition().and("owner = ?", id), "sesame_clients", "id", q.locks.remove, "DELETE FROM sesame_clients")
		clients, err := list(ctx, q, idField, query+" RETURNING id", args...)
		if err != nil {
			return err
		}
		return s.removeUnder(ctx, q, id, clients)
	})
}

// removeUnder removes the grants and the tokens of the account, where there is one, and of the clients.
func (s *Store) removeUnder(ctx context.Context, q queries, user string, clients []string) error {
	for _, t := range []struct{ table, key string }{{"sesame_grants", "id"}, {"sesame_tokens", "digest"}} {
		var sets []string
		var args []any
		if user != "" {
			sets, args = append(sets, "user_id = ? AND user_id <> ''"), append(args, user)
		}
		for _, client := range clients {
			sets, args = append(sets, "client_id = ? AND client_id <> ''"), append(args, client)
		}
		if len(sets) == 0 {
			return nil
		}
		c := s.condition().and("("+strings.Join(sets, " OR ")+")", args...)
		if err := q.remove(ctx, c, t.table, t.key); err != nil {
			return err
		}
	}
	return nil
}

// ReplacePassword implements [store.Passwords].
func (s *Store) ReplacePassword(ctx context.Context, userID, oldHash string, next store.Password) error {
	return s.write(ctx, "replace password", func(ctx context.Context, q queries) error {
		u := store.User{ID: userID}
		err := q.get(ctx, "SELECT "+userColumns+" FROM sesame_users WHERE tenant = ? AND id = ?"+q.locks.change,
			[]any{s.tenant, userID}, userFields(&u)...)
		if err != nil {
			return err
		}
		if u.Password.Hash != oldHash {
			return store.ErrConflict
		}
		u.Password = next
		return s.replaceUser(ctx, q, u)
	})
}

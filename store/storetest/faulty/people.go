package faulty

import (
	"context"

	"github.com/seed-f67351ce/sesame/store"
)

type users struct {
	of    store.Users
	calls *Calls
}

func (s users) UserByName(ctx context.Context, name string) (store.User, error) {
	return ask(ctx, s.calls, "UserByName", func() (store.User, error) { return s.of.UserByName(ctx, name) })
}

func (s users) UserByID(ctx context.Context, id string) (store.User, error) {
	return ask(ctx, s.calls, "UserByID", func() (store.User, error) { return s.of.UserByID(ctx, id) })
}

type userHashes struct {
	of    store.UserHashes
	calls *Calls
}

func (s userHashes) UserByHash(ctx context.Context, algorithm, realm, hash string) (store.User, error) {
	return ask(ctx, s.calls, "UserByHash", func() (store.User, error) { return s.of.UserByHash(ctx, algorithm, realm, hash) })
}

type userWriter struct {
	of    store.UserWriter
	calls *Calls
}

func (s userWriter) CreateUsers(ctx context.Context, users ...store.User) error {
	return s.calls.do(ctx, "CreateUsers", func() error { return s.of.CreateUsers(ctx, users...) })
}

func (s userWriter) UpdateUser(ctx context.Context, u store.User) error {
	return s.calls.do(ctx, "UpdateUser", func() error { return s.of.UpdateUser(ctx, u) })
}

func (s userWriter) DeleteUser(ctx context.Context, id string) error {
	return s.calls.do(ctx, "DeleteUser", func() error { return s.of.DeleteUser(ctx, id) })
}

type passwords struct {
	of    store.Passwords
	calls *Calls
}

func (s passwords) ReplacePassword(ctx context.Context, userID, oldHash string, next store.Password) error {
	return s.calls.do(ctx, "ReplacePassword", func() error { return s.of.ReplacePassword(ctx, userID, oldHash, next) })
}

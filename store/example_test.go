package store_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/seed-f67351ce/sesame/store"
)

// A host's own user table behind the two methods that Sesame reads accounts by.
type employees map[string]string // name → password hash

func (e employees) UserByName(_ context.Context, name string) (store.User, error) {
	hash, ok := e[name]
	if !ok {
		return store.User{}, store.ErrNotFound
	}
	return store.User{ID: "employee/" + name, Name: name, Scopes: []string{"products:read"}, Password: store.Password{Hash: hash}}, nil
}

func (e employees) UserByID(ctx context.Context, id string) (store.User, error) {
	var name string
	if _, err := fmt.Sscanf(id, "employee/%s", &name); err != nil {
		return store.User{}, store.ErrNotFound
	}
	return e.UserByName(ctx, name)
}

func ExampleUsers() {
	var users store.Users = employees{"alice": "$argon2id$…"}

	user, err := users.UserByID(context.Background(), "employee/alice")
	fmt.Println(user.Name, user.Scopes, err)
	_, err = users.UserByName(context.Background(), "Alice")
	fmt.Println(errors.Is(err, store.ErrNotFound))
	// Output:
	// alice [products:read] <nil>
	// true
}

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// cheapHasher has the least costs: first-time checks are measured with the real ones.
func cheapHasher() *password.Hasher {
	return must(password.NewHasher(password.HasherConfig{Memory: 8, Time: 1, Threads: 1, InsecureCosts: true}))
}

// accounts is a store with n of them, all with this stored password made by hash.
func accounts(n int, of func(i int) store.Password) *memory.Store {
	db := memory.New(memory.OnceCapacity(4 << 20))
	var batch []store.User
	for i := range n {
		batch = append(batch, store.User{ID: fmt.Sprint("id", i), Name: userName(i), Scopes: []string{"read"}, Password: of(i)})
		if len(batch) == 1000 || i == n-1 {
			check(db.CreateUsers(context.Background(), batch...))
			batch = batch[:0]
		}
	}
	return db
}

// checker checks passwords over db, with a throttle that has room for everybody.
func checker(db *memory.Store, hasher *password.Hasher) *password.Checker {
	limits := must(throttle.New(throttle.Config{Counters: db, Notes: 4 * entries, PerAddress: 10 * entries, Window: time.Hour}))
	return must(password.New(password.Config{
		Users: db, Hasher: hasher, Throttle: limits, Remembered: 4 * entries, Remember: time.Hour,
	}))
}

// forgetful checks each password anew.
func forgetful(db *memory.Store, hasher *password.Hasher) *password.Checker {
	return must(password.New(password.Config{Users: db, Hasher: hasher, InsecureUnthrottled: true, Remember: -1}))
}

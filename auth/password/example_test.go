package password_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"

	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func Example() {
	ctx, db := context.Background(), memory.New()
	limits, err := throttle.New(throttle.Config{Counters: db})
	if err != nil {
		fmt.Println(err)
		return
	}
	checker, err := password.New(password.Config{Users: db, Passwords: db, Throttle: limits})
	if err != nil {
		fmt.Println(err)
		return
	}

	// Somebody registers.
	user := store.User{ID: "1", Name: "Aladdin"}
	if user.Password, err = checker.NewPassword(ctx, user, "open sesame"); err != nil {
		fmt.Println(err)
		return
	}
	if err := db.CreateUsers(ctx, user); err != nil {
		fmt.Println(err)
		return
	}

	// And signs in.
	r := httptest.NewRequest("POST", "/login", nil)
	for _, typed := range []string{"open sesame", "open barley"} {
		switch user, err := checker.Check(ctx, r, "Aladdin", typed); {
		case errors.Is(err, autherr.Unauthenticated):
			fmt.Println("that is not the password")
		case err != nil:
			fmt.Println(err)
		default:
			fmt.Println("welcome,", user.Name)
		}
	}
	// Output:
	// welcome, Aladdin
	// that is not the password
}

func ExampleHasher_Accept() {
	hasher, err := password.NewHasher(password.HasherConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, imported := range []string{
		"$2y$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy",
		"$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/",
		"$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	} {
		fmt.Println(hasher.Accept(imported))
	}
	// Output:
	// <nil>
	// password: a hash of kind MD5 crypt is not accepted
	// password: a hash of kind argon2id costs more than is allowed
}

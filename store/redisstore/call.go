package redisstore

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// call does something within the timeout, and says in an error what it was.
func (s *Store) call(ctx context.Context, what string, do func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("redisstore: %s: %w", what, err)
	}
	bounded, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	err := do(bounded)
	if err == nil {
		return nil
	}
	reload(ctx, s.client)
	if ended := bounded.Err(); ended != nil {
		return fmt.Errorf("redisstore: %s: %w: %w", what, ended, err)
	}
	return fmt.Errorf("redisstore: %s: %w", what, err)
}

// reload has a cluster's client ask who the masters are: by itself it goes on asking one that is gone, for a minute.
func reload(ctx context.Context, client redis.UniversalClient) {
	if c, ok := client.(*redis.ClusterClient); ok {
		c.ReloadState(context.WithoutCancel(ctx))
	}
}

// runAll runs a script once for each of keys, in one round trip to each server, and returns what they gave.
func (s *Store) runAll(ctx context.Context, script *redis.Script, keys [][]string, args [][]any) ([]*redis.Cmd, error) {
	pipe := s.client.Pipeline()
	results := make([]*redis.Cmd, len(keys))
	for i := range keys {
		results[i] = script.EvalSha(ctx, pipe, keys[i], args[i]...)
	}
	_, _ = pipe.Exec(ctx) // each result has its own error
	pipe = s.client.Pipeline()
	for i := range keys {
		if redis.HasErrorPrefix(results[i].Err(), "NOSCRIPT") { // it did not run
			results[i] = script.Eval(ctx, pipe, keys[i], args[i]...)
		}
	}
	if pipe.Len() > 0 {
		_, _ = pipe.Exec(ctx)
	}
	for _, r := range results {
		if err := r.Err(); err != nil {
			return nil, err
		}
	}
	return results, nil
}

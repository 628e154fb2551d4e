package redisstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store"
)

// Claim implements [store.Once]. A key whose until is zero, or further away than the [Window], is an error unless it was
// claimed before.
func (s *Store) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	return s.claim(ctx, "claim", s.scripts.claim, "once", &key, until)
}

// ClaimCount implements [store.Once], with the bounds of [Store.Claim].
func (s *Store) ClaimCount(ctx context.Context, key store.Digest, n uint32, until time.Time) error {
	return s.claim(ctx, "claim count", s.scripts.count, "count", &key, until, n, store.CountWindow)
}

func (s *Store) claim(
	ctx context.Context, what string, script *redis.Script, kind string, key *store.Digest, until time.Time, args ...any,
) error {
	if s.badWindow() {
		return errWindow
	}
	var verdict string
	err := s.call(ctx, what, func(ctx context.Context) error {
		keys := []string{s.keys.note(shardOf(key)), s.keys.of(kind, key)}
		args := append([]any{endOf(until), s.window.Microseconds(), noteLife.Milliseconds()}, args...)
		answer, err := s.run(ctx, script, keys, args)
		if err != nil {
			return err
		}
		verdict, _ = answer[0].(string)
		if answer[1] != int64(0) { // the others find it out from the same moment on
			return s.everyShard(ctx, s.scripts.touch)
		}
		return nil
	})
	switch {
	case err != nil:
		return err
	case verdict == "ok":
		return nil
	case verdict == "used":
		return store.ErrUsed
	case verdict == "long":
		return fmt.Errorf("redisstore: %s: the key's until is further away than the window of %v", what, s.window)
	}
	return fmt.Errorf("redisstore: %s: the script said %q", what, verdict)
}

// never is later than any window.
const never = 1 << 52

// endOf is a time in microseconds as a script can count.
func endOf(until time.Time) int64 {
	if until.IsZero() {
		return never
	}
	return min(until.UnixMicro(), never)
}

// run runs a script that answers with a verdict and whether the note was fresh, and has it acknowledged where replicas are
// waited for.
func (s *Store) run(ctx context.Context, script *redis.Script, keys []string, args []any) ([]any, error) {
	if s.wait.Replicas == 0 {
		return verdictOf(script.Run(ctx, s.client, keys, args...))
	}
	server, err := s.serverOf(ctx, keys[0])
	if err != nil {
		return nil, err
	}
	answer, acknowledged, err := s.await(ctx, server, func(pipe redis.Pipeliner) *redis.Cmd { return script.EvalSha(ctx, pipe, keys, args...) })
	if redis.HasErrorPrefix(err, "NOSCRIPT") {
		answer, acknowledged, err = s.await(ctx, server, func(pipe redis.Pipeliner) *redis.Cmd { return script.Eval(ctx, pipe, keys, args...) })
	}
	if err == nil && answer[0] == "ok" && acknowledged < int64(s.wait.Replicas) {
		return nil, fmt.Errorf("%w: %d of %d", ErrReplicas, acknowledged, s.wait.Replicas)
	}
	return answer, err
}

// await writes and waits on the same connection: replicas acknowledge what that has written.
func (s *Store) await(
	ctx context.Context, server *redis.Client, write func(redis.Pipeliner) *redis.Cmd,
) (answer []any, acknowledged int64, err error) {
	pipe := server.Pipeline()
	written := write(pipe)
	waited := pipe.Do(ctx, "WAIT", s.wait.Replicas, max(1, s.wait.Timeout.Milliseconds()))
	_, _ = pipe.Exec(ctx) // each has its own error
	if answer, err = verdictOf(written); err != nil {
		return nil, 0, err
	}
	acknowledged, err = waited.Int64()
	return answer, acknowledged, err
}

func verdictOf(result *redis.Cmd) ([]any, error) {
	answer, err := result.Slice()
	if err == nil && len(answer) != 2 {
		err = errors.New("the script's answer is none")
	}
	return answer, err
}

// serverOf is the client of the one server that has the key.
func (s *Store) serverOf(ctx context.Context, key string) (*redis.Client, error) {
	switch c := s.client.(type) {
	case *redis.ClusterClient:
		return c.MasterForKey(ctx, key)
	case *redis.Client:
		return c, nil
	}
	return nil, fmt.Errorf("a %T does not say which server has a key, so replicas cannot be waited for", s.client)
}

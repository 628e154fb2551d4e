package redisstore

import (
	"context"
	_ "embed" // the scripts
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/seed-f67351ce/sesame/store"
)

//go:embed scripts/session.lua
var sessionSource string

//go:embed scripts/sessionput.lua
var sessionPutSource string

//go:embed scripts/sessionlist.lua
var sessionListSource string

//go:embed scripts/sessionchange.lua
var sessionChangeSource string

// pointer is the key that says whose session it is that has this digest, or whose ID has it.
func (s *Sessions) pointer(kind string, d store.Digest) string { return s.store.keys.of(kind, &d) }

// point sets a pointer, where it is free.
func (s *Sessions) point(ctx context.Context, key, user string, end time.Time) (free bool, err error) {
	err = s.store.call(ctx, "put session", func(ctx context.Context) error {
		err := s.store.client.SetArgs(ctx, key, user, redis.SetArgs{Mode: "NX", ExpireAt: end.Add(time.Second)}).Err()
		free = err == nil
		if errors.Is(err, redis.Nil) {
			return nil
		}
		return err
	})
	return free, err
}

// accountOf follows a pointer.
func (s *Sessions) accountOf(ctx context.Context, kind string, d store.Digest) (user string, err error) {
	err = s.store.call(ctx, "find session", func(ctx context.Context) error {
		user, err = s.store.client.Get(ctx, s.pointer(kind, d)).Result()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		return err
	})
	if err == nil && user == "" {
		err = store.ErrNotFound
	}
	return user, err
}

// forget takes a session out of its account's hash.
func (s *Sessions) forget(ctx context.Context, t store.Token) {
	d := store.DigestOf(t.User)
	_ = s.store.call(context.WithoutCancel(ctx), "take session back", func(ctx context.Context) error {
		return s.store.client.HDel(ctx, s.store.keys.of("sessions", &d), string(t.Digest[:])).Err()
	})
}

// remove takes pointers back; what they point to is out of reach then, and expires.
func (s *Sessions) remove(ctx context.Context, keys []string) {
	for _, key := range keys {
		_ = s.store.call(context.WithoutCancel(ctx), "take session back", func(ctx context.Context) error {
			return s.store.client.Del(ctx, key).Err()
		})
	}
}

// runFor runs a script on an account's hash.
func (s *Sessions) runFor(ctx context.Context, what string, script *redis.Script, user string, args ...any) (answer any, err error) {
	d := store.DigestOf(user)
	keys := []string{s.store.keys.note(shardOf(&d)), s.store.keys.of("sessions", &d)}
	err = s.store.call(ctx, what, func(ctx context.Context) error {
		answer, err = script.Run(ctx, s.store.client, keys, append([]any{noteLife.Milliseconds()}, args...)...).Result()
		return err
	})
	return answer, err
}

// read returns an account's sessions, or one of them.
func (s *Sessions) read(ctx context.Context, user string, digest ...any) ([]store.Token, error) {
	answer, err := s.runFor(ctx, "read sessions", s.list, user, digest...)
	if err != nil {
		return nil, err
	}
	values, _ := answer.([]any)
	sessions := make([]store.Token, 0, len(values))
	for _, value := range values {
		text, _ := value.(string)
		t, err := decodeSession(text)
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, t)
	}
	return sessions, nil
}

// encodeSession writes times in UTC, to the microsecond.
func encodeSession(t store.Token) ([]byte, error) {
	for _, at := range []*time.Time{&t.AuthTime, &t.Created, &t.Expires, &t.LastUsed, &t.Revoked} {
		*at = at.UTC().Truncate(time.Microsecond)
	}
	return json.Marshal(t)
}

// decodeSession reads what the scripts write.
func decodeSession(text string) (t store.Token, err error) {
	fields := strings.SplitN(text, " ", 5)
	if len(fields) < 5 {
		return t, errors.New("redisstore: a session in Redis is none")
	}
	if err := json.Unmarshal([]byte(fields[4]), &t); err != nil {
		return t, err
	}
	if t.Revoked, err = timeOf(fields[1]); err != nil {
		return t, err
	}
	t.LastUsed, err = timeOf(fields[2])
	return t, err
}

// microsOf is 0 for never.
func microsOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(1, t.UnixMicro())
}

func timeOf(micros string) (time.Time, error) {
	n, err := strconv.ParseInt(micros, 10, 64)
	if err != nil || n == 0 {
		return time.Time{}, err
	}
	return time.UnixMicro(n).UTC(), nil
}

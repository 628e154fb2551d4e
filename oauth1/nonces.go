package oauth1

import (
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// nonceKey is what is claimed for a request (§3.3): the digest of app, token, timestamp and nonce, each behind its length,
// which is at most maxValue. It is made in room.
func nonceKey(room []byte, client, token, timestamp string, nonce []byte) store.Digest {
	text := append(room[:0], "oauth1 nonce"...)
	for _, part := range [...]string{client, token, timestamp} {
		text = append(text, byte(len(part)))
		text = append(text, part...)
	}
	text = append(text, byte(len(nonce)))
	text = append(text, nonce...)
	return sha256.Sum256(text)
}

// claim takes the nonce of m, whose signature client's was verified to be. Of any number of copies of a request one gets nil.
func (s *Scheme) claim(ctx context.Context, m *message, client string, now time.Time) error {
	if !m.stamped {
		return nil
	}
	if wait := s.bound.take(client, now); wait > 0 {
		return &autherr.Error{
			Kind: autherr.TooManyRequests, Reason: "nonces_exhausted",
			Message: "Too many requests of this app", RetryAfter: wait,
		}
	}
	key := nonceKey(m.room, client, m.values[token], m.values[timestamp], m.nonce)
	err := s.cfg.Once.Claim(ctx, key, windowEnd(m.seconds, s.cfg.Window))
	if err == nil {
		return nil
	}
	s.bound.giveBack(client)
	if errors.Is(err, store.ErrUsed) {
		return auth.Refuse("", "nonce_used")
	}
	return autherr.NewUnavailable(err)
}

// A nonceBound bounds how many nonces each app claims here within a span of time. It counts in two spans, this one and
// the one before, which together cover every nonce that is still kept. Only apps whose signature was verified are in it.
type nonceBound struct {
	most int
	span int64 // seconds

	mu           sync.Mutex
	begun        int64 // the number of this span
	this, before map[string]int
}

func newNonceBound(most int, span time.Duration) *nonceBound {
	return &nonceBound{most: most, span: int64(span / time.Second), this: map[string]int{}}
}

// take counts one nonce of client, or says how long it has to wait.
func (b *nonceBound) take(client string, now time.Time) (wait time.Duration) {
	seconds := now.Unix()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.turn(seconds / b.span)
	if b.this[client]+b.before[client] >= b.most {
		return time.Duration(b.span-seconds%b.span) * time.Second
	}
	b.this[client]++
	return 0
}

// giveBack uncounts one: it was no new nonce.
func (b *nonceBound) giveBack(client string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.this[client] > 0 {
		b.this[client]--
	}
}

// turn begins the span with this number, where it is not the present one. A clock that went back begins nothing.
func (b *nonceBound) turn(number int64) {
	switch {
	case number <= b.begun && len(b.this)+len(b.before) > 0:
		return
	case number == b.begun+1:
		b.before = b.this
	default:
		b.before = nil
	}
	b.begun, b.this = number, map[string]int{}
}

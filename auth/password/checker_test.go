package password_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/password"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

var errDown = errors.New("down")

func TestWhoIsWho(t *testing.T) {
	t.Run("the right password gives the account, whatever its state", func(t *testing.T) {
		l := newLab(t, nil)
		for name, state := range map[string]store.State{"alice": store.Active, "jasmine": store.Locked, "jafar": store.Disabled} {
			user, err := l.check(name, stored)
			require.NoError(t, err)
			assert.Equal(t, name, user.Name)
			assert.Equal(t, state, user.State)
		}
	})
	refusals := []struct{ name, account, secret, reason, id string }{
		{"a wrong password", "alice", "open barley", "wrong_password", "1"},
		{"a wrong password of a locked account", "jasmine", "open barley", "wrong_password", "2"},
		{"an account without a password", "abu", stored, "no_password", "4"},
		{"an unknown name", "aladdin", stored, "unknown_user", ""},
		{"an empty name", "", stored, "unusable_name", ""},
		{"an empty password", "alice", "", "unusable_password", "1"},
		{"a password over 1024 bytes", "alice", strings.Repeat("x", 1025), "unusable_password", "1"},
	}
	for _, test := range refusals {
		t.Run(test.name+" is refused without a word, and a reason for the log", func(t *testing.T) {
			l := newLab(t, nil)
			user, err := l.check(test.account, test.secret)
			require.ErrorIs(t, err, autherr.Unauthenticated)
			assert.Equal(t, &autherr.Error{Kind: autherr.Unauthenticated, Reason: test.reason}, err)
			assert.Equal(t, store.User{ID: test.id}, user, "for the log")
		})
	}
	t.Run("a store that does not answer is neither yes nor no", func(t *testing.T) {
		l := newLab(t, nil)
		l.users.broken = errDown
		user, err := l.check("alice", stored)
		assert.ErrorIs(t, err, autherr.Unavailable)
		assert.ErrorIs(t, err, errDown)
		assert.Zero(t, user)
	})
}

func TestNames(t *testing.T) {
	t.Run("SEC-BASIC-02 names are exact after NFC, and the stored one is handed on", func(t *testing.T) {
		l := newLab(t, nil)
		l.users.byName["jos\u00e9"] = store.User{ID: "9", Name: "jos\u00e9", Password: l.users.byName["alice"].Password}
		_, err := l.check("ALICE", stored)
		assert.ErrorIs(t, err, autherr.Unauthenticated)
		_, err = l.check("alice ", stored)
		assert.ErrorIs(t, err, autherr.Unauthenticated)
		user, err := l.check("jose\u0301", stored)
		require.NoError(t, err)
		assert.Equal(t, "jos\u00e9", user.Name)
	})
	t.Run("SEC-BASIC-02 with folding ALICE is alice", func(t *testing.T) {
		l := newLab(t, func(cfg *password.Config) { cfg.Fold = strings.ToLower })
		user, err := l.check("ALICE", stored)
		require.NoError(t, err)
		assert.Equal(t, "alice", user.Name)
	})
	t.Run("what folds to one name shares one limit", func(t *testing.T) {
		l := newLab(t, func(cfg *password.Config) { cfg.Fold = strings.ToLower })
		for n, name := range []string{"alice", "Alice", "ALICE", "aLICE", "alicE", "alice", "Alice", "ALICE", "aLICE", "alicE"} {
			_, err := l.check(name, "wrong")
			require.ErrorIs(t, err, autherr.Unauthenticated, "failure %d", n)
		}
		_, err := l.check("AlIcE", stored)
		assert.ErrorIs(t, err, autherr.TooManyRequests)
	})
	for _, name := range []string{"ali\x00ce", "\xff\xfe", "alice\xc3", strings.Repeat("x", 257), strings.Repeat("e\u0301", 500)} {
		t.Run("LIM-UTF8-01 a name that could be nobody's does not reach the store, and costs the same", func(t *testing.T) {
			l := newLab(t, nil)
			_, err := l.check(name, stored)
			require.ErrorIs(t, err, autherr.Unauthenticated)
			assert.Empty(t, l.users.lookUps)
			assert.EqualValues(t, 1, l.hashes.Load())
			assert.Equal(t, 1, l.counters.calls)
		})
	}
}

// TestRefusalsCostTheSame asserts the cause of equal times: what is done.
func TestRefusalsCostTheSame(t *testing.T) {
	subjects := map[string]struct{ name, secret string }{
		"an unknown user": {"aladdin", "wrong"}, "a known one": {"alice", "wrong"}, "a locked one": {"jasmine", "wrong"},
		"a disabled one": {"jafar", "wrong"}, "one without a password": {"abu", "wrong"},
	}
	for who, subject := range subjects {
		t.Run("SEC-ENUM-01 "+who+" costs one look-up, one count and one hash", func(t *testing.T) {
			l := newLab(t, nil)
			_, err := l.check(subject.name, subject.secret)
			require.ErrorIs(t, err, autherr.Unauthenticated)
			assert.Len(t, l.users.lookUps, 1)
			assert.Equal(t, 1, l.counters.calls)
			assert.EqualValues(t, 1, l.hashes.Load())
			assert.EqualValues(t, 64, l.work.Load())
		})
		t.Run("SEC-ENUM-02 "+who+" costs the work of now when costs were raised", func(t *testing.T) {
			raised, err := password.NewHasher(password.HasherConfig{Memory: 256, Time: 2, InsecureCosts: true})
			require.NoError(t, err)
			work := 0
			raised.Watch(func(memory, time uint32) { work += int(memory * time) })
			l := newLab(t, func(cfg *password.Config) { cfg.Hasher = raised })
			_, err = l.check(subject.name, subject.secret)
			require.ErrorIs(t, err, autherr.Unauthenticated)
			assert.Equal(t, 512, work)
		})
		t.Run("SEC-ENUM-01 "+who+" is limited at the eleventh failure", func(t *testing.T) {
			l := newLab(t, nil)
			for range 10 {
				_, err := l.check(subject.name, subject.secret)
				require.ErrorIs(t, err, autherr.Unauthenticated)
			}
			_, err := l.check(subject.name, subject.secret)
			require.ErrorIs(t, err, autherr.TooManyRequests)
			assert.Equal(t, 50*time.Second, autherr.From(err).RetryAfter)
			assert.EqualValues(t, 10, l.hashes.Load())
		})
	}
	t.Run("SEC-HASH-05 a mebibyte is counted as a failure and not hashed, for the known and the unknown", func(t *testing.T) {
		for _, name := range []string{"alice", "aladdin"} {
			l := newLab(t, nil)
			_, err := l.check(name, strings.Repeat("x", 1<<20))
			require.ErrorIs(t, err, autherr.Unauthenticated)
			assert.Zero(t, l.hashes.Load())
			assert.Equal(t, 1, l.counters.calls)
		}
	})
}

func TestLimits(t *testing.T) {
	t.Run("SEC-RATE-01 the right password is refused too while the limit holds, remembered or not", func(t *testing.T) {
		for _, remembered := range []bool{false, true} {
			l := newLab(t, nil)
			if remembered {
				_, err := l.check("alice", stored)
				require.NoError(t, err)
			}
			for range 10 {
				_, err := l.check("alice", "wrong")
				require.ErrorIs(t, err, autherr.Unauthenticated)
			}
			_, err := l.check("alice", stored)
			require.ErrorIs(t, err, autherr.TooManyRequests)
			_, err = l.Check(context.Background(), from("192.0.2.2:1"), "alice", stored)
			assert.NoError(t, err, "from elsewhere")
			l.now = l.now.Add(time.Minute)
			_, err = l.check("alice", stored)
			assert.NoError(t, err, "after the window")
		}
	})
	t.Run("a guesser from a new address learns nothing from what is remembered without being counted", func(t *testing.T) {
		l := newLab(t, nil)
		_, err := l.check("alice", stored)
		require.NoError(t, err)
		calls := l.counters.calls
		_, err = l.Check(context.Background(), from("198.51.100.7:1"), "alice", stored)
		require.NoError(t, err)
		assert.Equal(t, calls+2, l.counters.calls, "counted, and given back")
		assert.EqualValues(t, 1, l.hashes.Load(), "and not hashed again")
	})
	for _, secrets := range []string{"one", "many"} {
		t.Run("SEC-RATE-03 of 500 parallel guesses of "+secrets+" passwords at most 10 are hashed, the others are refused", func(t *testing.T) {
			l := newLab(t, func(cfg *password.Config) { cfg.Queue = 500; cfg.MaxWait = time.Minute })
			var wrong, limited atomic.Int64
			var wait sync.WaitGroup
			for n := range 500 {
				guess := "wrong"
				if secrets == "many" {
					guess = strings.Repeat("x", n+1)
				}
				wait.Go(func() {
					switch _, err := l.check("alice", guess); {
					case errors.Is(err, autherr.Unauthenticated):
						wrong.Add(1)
					case errors.Is(err, autherr.TooManyRequests):
						limited.Add(1)
					}
				})
			}
			wait.Wait()
			assert.EqualValues(t, 10, wrong.Load())
			assert.EqualValues(t, 490, limited.Load())
			assert.LessOrEqual(t, l.hashes.Load(), int64(10))
			_, err := l.check("alice", stored)
			assert.ErrorIs(t, err, autherr.TooManyRequests)
		})
	}
	t.Run("counters that do not answer let nobody in who is not remembered", func(t *testing.T) {
		l := newLab(t, nil)
		l.counters.broken = errDown
		_, err := l.check("alice", stored)
		assert.ErrorIs(t, err, autherr.Unavailable)
		assert.Zero(t, l.hashes.Load())
	})
	t.Run("an attempt that cannot be given back does not fail the sign-in, and is told", func(t *testing.T) {
		l := newLab(t, nil)
		l.hasher.Watch(func(_, _ uint32) { l.counters.broken = errDown })
		_, err := l.check("alice", stored)
		require.NoError(t, err)
		require.Len(t, l.reports, 1)
		assert.ErrorIs(t, l.reports[0], errDown)
	})
}

func TestMemory(t *testing.T) {
	t.Run("a verified password costs no hash and no count for a while", func(t *testing.T) {
		l := newLab(t, nil)
		for range 100 {
			_, err := l.check("alice", stored)
			require.NoError(t, err)
		}
		assert.EqualValues(t, 1, l.hashes.Load())
		assert.Equal(t, 2, l.counters.calls)
		assert.Len(t, l.users.lookUps, 100, "the account is looked up each time")

		l.now = l.now.Add(4 * time.Minute)
		_, err := l.check("alice", stored)
		require.NoError(t, err)
		assert.EqualValues(t, 1, l.hashes.Load())
		l.now = l.now.Add(time.Minute)
		_, err = l.check("alice", stored)
		require.NoError(t, err)
		assert.EqualValues(t, 2, l.hashes.Load(), "after five minutes it is hashed again")
	})
	t.Run("SEC-CACHE-02 a changed password is refused at once", func(t *testing.T) {
		l := newLab(t, nil)
		_, err := l.check("alice", stored)
		require.NoError(t, err)
		l.users.set("alice", func(u *store.User) { u.Password.Hash = hashOf(t, l.hasher, "new") })
		_, err = l.check("alice", stored)
		assert.ErrorIs(t, err, autherr.Unauthenticated)
		_, err = l.check("alice", "new")
		assert.NoError(t, err)
	})
	t.Run("SEC-CACHE-02 a password that was taken away is refused at once", func(t *testing.T) {
		l := newLab(t, nil)
		_, err := l.check("alice", stored)
		require.NoError(t, err)
		l.users.set("alice", func(u *store.User) { u.Password.Hash = "" })
		_, err = l.check("alice", stored)
		assert.ErrorIs(t, err, autherr.Unauthenticated)
	})
	t.Run("SEC-CACHE-02 a new state of the account counts at once", func(t *testing.T) {
		l := newLab(t, nil)
		_, err := l.check("alice", stored)
		require.NoError(t, err)
		l.users.set("alice", func(u *store.User) { u.State = store.Locked })
		user, err := l.check("alice", stored)
		require.NoError(t, err)
		assert.Equal(t, store.Locked, user.State)
	})
	t.Run("SEC-CACHE-02 a failure is not remembered", func(t *testing.T) {
		l := newLab(t, nil)
		for range 3 {
			_, err := l.check("alice", "wrong")
			require.ErrorIs(t, err, autherr.Unauthenticated)
		}
		assert.EqualValues(t, 3, l.hashes.Load())
	})
	t.Run("SEC-CACHE-01 a, b:c is not a:b, c, in sequence or at the same moment", func(t *testing.T) {
		l := newLab(t, func(cfg *password.Config) { cfg.Throttle, cfg.InsecureUnthrottled = nil, true })
		l.users.byName["a"] = store.User{ID: "a", Name: "a", Password: store.Password{Hash: hashOf(t, l.hasher, "b:c")}}
		l.users.byName["a:b"] = store.User{ID: "a:b", Name: "a:b", Password: store.Password{Hash: hashOf(t, l.hasher, "x")}}
		var wait sync.WaitGroup
		for range 50 {
			wait.Go(func() {
				user, err := l.check("a", "b:c")
				assert.NoError(t, err)
				assert.Equal(t, "a", user.ID)
			})
			wait.Go(func() {
				_, err := l.check("a:b", "c")
				assert.ErrorIs(t, err, autherr.Unauthenticated)
			})
		}
		wait.Wait()
	})
	t.Run("two accounts with one hash and one password do not share an entry", func(t *testing.T) {
		l := newLab(t, nil)
		l.users.byName["twin"] = store.User{ID: "twin", Name: "twin", Password: l.users.byName["alice"].Password}
		for _, name := range []string{"alice", "twin"} {
			_, err := l.check(name, stored)
			require.NoError(t, err)
		}
		assert.EqualValues(t, 2, l.hashes.Load())
	})
	t.Run("it can be switched off", func(t *testing.T) {
		l := newLab(t, func(cfg *password.Config) { cfg.Remember = -1 })
		for range 3 {
			_, err := l.check("alice", stored)
			require.NoError(t, err)
		}
		assert.EqualValues(t, 3, l.hashes.Load())
	})
}

func TestImprovement(t *testing.T) {
	t.Run("SEC-HASH-04 an outdated hash is replaced at the next success, and only then", func(t *testing.T) {
		l := newLab(t, nil)
		l.users.set("alice", func(u *store.User) { u.Password.Hash = bcryptOf(t, stored, 4) })
		before := l.users.get("alice").Password.Hash
		_, err := l.check("alice", "wrong")
		require.ErrorIs(t, err, autherr.Unauthenticated)
		assert.Equal(t, before, l.users.get("alice").Password.Hash)

		_, err = l.check("alice", stored)
		require.NoError(t, err)
		after := l.users.get("alice").Password.Hash
		assert.Regexp(t, `^\$argon2id\$v=19\$m=64,t=1,p=1\$`, after)
		hashes := l.hashes.Load()
		_, err = l.check("alice", stored)
		require.NoError(t, err)
		assert.Equal(t, hashes, l.hashes.Load(), "the new hash is remembered as verified")
		_, err = l.check("alice", "wrong")
		assert.ErrorIs(t, err, autherr.Unauthenticated)
		assert.Equal(t, 1, l.users.replaced)
	})
	t.Run("SEC-HASH-04 a hash of lower costs is replaced", func(t *testing.T) {
		raised, err := password.NewHasher(password.HasherConfig{Memory: 128, Time: 2, InsecureCosts: true})
		require.NoError(t, err)
		l := newLab(t, func(cfg *password.Config) { cfg.Hasher = raised })
		_, err = l.check("alice", stored)
		require.NoError(t, err)
		assert.Regexp(t, `^\$argon2id\$v=19\$m=128,t=2,p=1\$`, l.users.get("alice").Password.Hash)
	})
	t.Run("SEC-BASIC-05 a weak hash that is switched on is replaced at the next sign-in", func(t *testing.T) {
		l := newLab(t, func(cfg *password.Config) { cfg.Hasher = cheap(t, password.SHA1) })
		l.users.set("alice", func(u *store.User) { u.Password.Hash = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" })
		_, err := l.check("alice", "secret")
		require.NoError(t, err)
		assert.Contains(t, l.users.get("alice").Password.Hash, "$argon2id$")
		_, err = l.check("alice", "secret")
		assert.NoError(t, err)
	})
	t.Run("SEC-BASIC-05 a weak hash that is not switched on matches nothing, and is told", func(t *testing.T) {
		l := newLab(t, nil)
		l.users.set("alice", func(u *store.User) { u.Password.Hash = "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" })
		_, err := l.check("alice", "secret")
		require.ErrorIs(t, err, autherr.Unauthenticated)
		assert.Equal(t, "unusable_hash", autherr.From(err).Reason)
		require.Len(t, l.reports, 1)
		assert.ErrorContains(t, l.reports[0], "SHA-1")
		assert.EqualValues(t, 64, l.work.Load(), "at the work of any refusal")
	})
	t.Run("a better hash that cannot be stored does not fail the sign-in, and is told", func(t *testing.T) {
		for _, failure := range []error{errDown, store.ErrConflict} {
			l := newLab(t, func(cfg *password.Config) { cfg.Passwords = refusing{failure} })
			l.users.set("alice", func(u *store.User) { u.Password.Hash = bcryptOf(t, stored, 4) })
			_, err := l.check("alice", stored)
			require.NoError(t, err)
			assert.Equal(t, []error{failure}, l.reports)
		}
	})
	t.Run("without a store for passwords an outdated hash stays, and is not hashed anew", func(t *testing.T) {
		l := newLab(t, func(cfg *password.Config) { cfg.Passwords = nil })
		l.users.set("alice", func(u *store.User) { u.Password.Hash = bcryptOf(t, stored, 4) })
		_, err := l.check("alice", stored)
		require.NoError(t, err)
		assert.Zero(t, l.hashes.Load())
	})
}

// refusing is a store.Passwords that fails.
type refusing struct{ err error }

func (r refusing) ReplacePassword(context.Context, string, string, store.Password) error {
	return r.err
}

func TestDigestsHashes(t *testing.T) {
	ha1s := []store.HA1{{Algorithm: "SHA-256", Realm: "api", Sealed: []byte("sealed")}}
	withDigest := func(fail error) func(*password.Config) {
		return func(cfg *password.Config) {
			cfg.HA1s = func(user store.User, secret string) ([]store.HA1, error) {
				assert.Equal(t, "caf\u00e9", secret, "in NFC")
				if len(user.Password.HA1s) > 0 {
					return nil, nil
				}
				return ha1s, fail
			}
		}
	}
	start := func(t *testing.T, fail error) *lab {
		l := newLab(t, withDigest(fail))
		l.users.set("alice", func(u *store.User) { u.Password.Hash = hashOf(t, l.hasher, "caf\u00e9") })
		return l
	}
	t.Run("those that are missing are made at the first success, once", func(t *testing.T) {
		l := start(t, nil)
		before := l.users.get("alice").Password.Hash
		for range 3 {
			_, err := l.check("alice", "cafe\u0301")
			require.NoError(t, err)
			l.now = l.now.Add(time.Hour)
		}
		assert.Equal(t, store.Password{Hash: before, HA1s: ha1s}, l.users.get("alice").Password)
		assert.Equal(t, 1, l.users.replaced)
	})
	t.Run("a failure to make them does not fail the sign-in, and is told", func(t *testing.T) {
		l := start(t, errDown)
		_, err := l.check("alice", "caf\u00e9")
		require.NoError(t, err)
		assert.Equal(t, []error{errDown}, l.reports)
	})
	t.Run("a new password has them all, whatever the old one had", func(t *testing.T) {
		l := start(t, nil)
		next, err := l.NewPassword(context.Background(), store.User{ID: "1", Name: "alice", Password: store.Password{HA1s: ha1s}}, "cafe\u0301")
		require.NoError(t, err)
		assert.Equal(t, ha1s, next.HA1s)
		match, _, err := l.hasher.Verify(next.Hash, "caf\u00e9")
		require.NoError(t, err)
		assert.True(t, match)
	})
	t.Run("a new password that could be nobody's is refused", func(t *testing.T) {
		l := start(t, nil)
		for _, secret := range []string{"", strings.Repeat("x", 1025), "\xff"} {
			_, err := l.NewPassword(context.Background(), store.User{}, secret)
			assert.ErrorIs(t, err, autherr.BadRequest)
		}
	})
}

func TestNewRefuses(t *testing.T) {
	ha1s := func(store.User, string) ([]store.HA1, error) { return nil, nil }
	for name, cfg := range map[string]password.Config{
		"SEC-FAIL-03 no users":            {InsecureUnthrottled: true},
		"SEC-FAIL-03 no throttle":         {Users: &users{}},
		"a negative number of hashes":     {Users: &users{}, InsecureUnthrottled: true, Concurrent: -1},
		"a negative wait":                 {Users: &users{}, InsecureUnthrottled: true, MaxWait: -1},
		"Digest's hashes with no place":   {Users: &users{}, InsecureUnthrottled: true, HA1s: ha1s},
		"a negative number of remembered": {Users: &users{}, InsecureUnthrottled: true, Remembered: -1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := password.New(cfg)
			assert.Error(t, err)
		})
	}
}

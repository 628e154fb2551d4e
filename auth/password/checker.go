package password

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A Checker says whose a name and a password are: the one engine behind Basic, the password login and sign-in pages. It is
// safe for concurrent use.
type Checker struct {
	users     store.Users
	passwords store.Passwords
	hasher    *Hasher
	throttle  *throttle.Throttle
	fold      func(string) string
	ha1s      func(store.User, string) ([]store.HA1, error)
	report    func(context.Context, string, error)
	clock     func() time.Time
	bound     *bound
	memory    *memory
	flights   flights
}

// A subject is whom a name stands for.
type subject struct {
	user    store.User // zero where there is none
	account throttle.Account
	reason  string // why a password is not right
}

// Check returns the account that signs in with name where password is its own. The account's state is not judged.
//
// A wrong name or password is [autherr.Unauthenticated] with a reason for the log and no message: the caller has the words.
// Whatever is wrong costs the same look-up, count and hash; the account comes with it by its ID alone, for the log, where it is
// known. Over a limit it is [autherr.TooManyRequests]; where a store does not answer or too many checks wait it is
// [autherr.Unavailable].
func (c *Checker) Check(ctx context.Context, r *http.Request, name, password string) (store.User, error) {
	who, err := c.find(ctx, name)
	if err != nil {
		return store.User{}, err
	}
	now, secret := c.clock(), normalize(password)
	trusted := c.throttle.Trusts(r, who.account)
	home := c.memory.home(who.account) // after the last clock was read, for which a processor waits until all is fetched
	proof := c.memory.proof(who.account, who.user.Password.Hash, secret)
	if trusted && home.has(proof, now) {
		return who.user, nil
	}
	if err := c.attempt(ctx, r, guess{who, secret, home, proof}); err != nil {
		return store.User{ID: who.user.ID}, err
	}
	return who.user, nil
}

// find looks up whom name stands for. A name that could be nobody's does not reach the store.
func (c *Checker) find(ctx context.Context, typed string) (who subject, err error) {
	name := normalizeName(typed)
	if name != "" && c.fold != nil {
		name = normalizeName(c.fold(name))
	}
	if name == "" {
		return subject{account: throttle.Account{Kind: throttle.Unknown, ID: typed}, reason: "unusable_name"}, nil
	}
	who.user, err = c.users.UserByName(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return subject{account: throttle.Account{Kind: throttle.Unknown, ID: name}, reason: "unknown_user"}, nil
	case err != nil:
		return subject{}, autherr.NewUnavailable(err)
	}
	who.account, who.reason = throttle.Account{Kind: throttle.Password, ID: who.user.ID}, "wrong_password"
	if who.user.Password.Hash == "" {
		who.reason = "no_password"
	}
	return who, nil
}

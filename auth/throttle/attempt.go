package throttle

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

const (
	// hold is how long at most a refusal stands without asking the store again. It is short, since a counter that is over its
	// limit by attempts under way falls again when they succeed.
	hold = time.Second
	// patience is how long the store may take. Its calls do not end with the request: a caller who hangs up in between
	// would leave counts behind that nobody gives back.
	patience = 5 * time.Second
)

// An Attempt is a reservation under which one check is made. It counts as a failure until Succeeded or Released gives it
// back; call one of them, once, or none. The zero Attempt, which a nil Throttle gives, does nothing.
type Attempt struct {
	throttle *Throttle
	account  Account
	from     netip.Addr
	since    time.Time // the beginning of the window
	counted  int       // what was added to the counters: 1 or nothing
	spared   bool      // the account was signed in to from there lately
}

// Trusts reports whether account was signed in to from r's address within the last window, through this process, and
// nobody tried since: a secret that was verified before may then be accepted without an attempt. What does not match goes
// through Reserve, which ends the trust, so that the memory of verified secrets tells a guesser no more than the store
// does. It asks no store and allocates nothing. A nil Throttle trusts everybody.
func (t *Throttle) Trusts(r *http.Request, account Account) bool {
	return t == nil || t.trusted.hold(byPair, account, t.Address(r), t.clock())
}

// Reserve counts an attempt at account's secret, before the secret is looked at, in one round trip. Over a limit it is
// [autherr.TooManyRequests], for the right secret too, with the time until the window ends; where the store does not
// answer it is [autherr.Unavailable].
func (t *Throttle) Reserve(ctx context.Context, r *http.Request, account Account) (Attempt, error) {
	if t == nil {
		return Attempt{}, nil
	}
	t.trusted.drop(byPair, account, t.Address(r))
	return t.attempt(ctx, r, account, 1)
}

// Admit is Reserve for a secret that is cheap to check and was found to be right: while a limit holds it is refused like
// every other, but it counts nothing, so that many requests at once of somebody who knows the secret are no reason to
// refuse some of them. Whoever calls it counts each wrong secret with Reserve before answering; then parallel guesses
// learn no more than those that Reserve let through.
func (t *Throttle) Admit(ctx context.Context, r *http.Request, account Account) (Attempt, error) {
	if t == nil {
		return Attempt{}, nil
	}
	return t.attempt(ctx, r, account, 0)
}

// attempt judges an attempt that adds one to the counters, or nothing.
func (t *Throttle) attempt(ctx context.Context, r *http.Request, account Account, counted int) (Attempt, error) {
	if err := ctx.Err(); err != nil {
		return Attempt{}, autherr.NewUnavailable(err)
	}
	now := t.clock()
	a := Attempt{throttle: t, account: account, from: t.Address(r), since: now.Truncate(t.window), counted: counted}
	switch {
	case t.refused.hold(byPair, account, a.from, now):
		return Attempt{}, a.refusal(byPair, now, nil)
	case t.refused.hold(byAddress, Account{}, a.from, now):
		return Attempt{}, a.refusal(byAddress, now, nil)
	}
	return a.judged(ctx, now)
}

// judged adds a to the counters and judges what they would be with it.
func (a Attempt) judged(ctx context.Context, now time.Time) (Attempt, error) {
	current, previous := a.marks(now)
	counts := append(a.counts(a.counted), store.Count{Key: current.Key}, store.Count{Key: previous.Key})
	if err := a.throttle.add(ctx, counts); err != nil {
		return Attempt{}, autherr.NewUnavailable(err)
	}
	a.spared = counts[counters].Total > 0 || counts[counters+1].Total > 0
	for of, most := range a.throttle.limits {
		if counts[of].Total+1-a.counted > most && (purpose(of) != byAccount || !a.spared) {
			return Attempt{}, a.refuse(ctx, purpose(of), now)
		}
	}
	return a, nil
}

// refuse gives a back, since what was refused is no failure, and notes the refusal.
func (a Attempt) refuse(ctx context.Context, of purpose, now time.Time) error {
	if of == byAddress {
		a.throttle.refused.put(byAddress, Account{}, a.from, now.Add(hold))
	} else { // by account, other addresses may be spared
		a.throttle.refused.put(byPair, a.account, a.from, now.Add(hold))
	}
	return a.refusal(of, now, a.throttle.add(ctx, a.back()))
}

// refusal is the same to the caller whichever limit it was.
func (a Attempt) refusal(of purpose, now time.Time, cause error) error {
	reasons := [counters]string{byPair: "account_address_limit", byAddress: "address_limit", byAccount: "account_limit"}
	return &autherr.Error{
		Kind: autherr.TooManyRequests, Reason: reasons[of],
		Message:    "Too many failed attempts: wait before you try again",
		RetryAfter: a.ends().Sub(now),
		Cause:      cause,
	}
}

// Succeeded gives the attempt back and notes that the account was signed in to from there. An error says that the store did
// not take it: the secret was right nonetheless, and the attempt counts as a failure until the window ends.
func (a Attempt) Succeeded(ctx context.Context) error {
	if a.throttle == nil {
		return nil
	}
	now := a.throttle.clock()
	a.throttle.trusted.put(byPair, a.account, a.from, now.Add(a.throttle.window))
	counts := a.returned(now)
	if !a.spared {
		mark, _ := a.marks(now)
		counts = append(counts, mark)
	}
	return a.throttle.add(ctx, counts)
}

// Released gives the attempt back where the check could not be made.
func (a Attempt) Released(ctx context.Context) error {
	if a.throttle == nil {
		return nil
	}
	return a.throttle.add(ctx, a.returned(a.throttle.clock()))
}

// returned are the counts that give a back; none when the window has ended, and the counters with it.
func (a Attempt) returned(now time.Time) []store.Count {
	if !now.Before(a.ends()) {
		return nil
	}
	return a.back()
}

// back are the counts that take away what a added; none where it added nothing.
func (a Attempt) back() []store.Count {
	if a.counted == 0 {
		return nil
	}
	return a.counts(-a.counted)
}

// counts add delta to each counter, in the order of the purposes.
func (a Attempt) counts(delta int) []store.Count {
	counts := make([]store.Count, counters, counters+2)
	for of := range counters {
		counts[of] = store.Count{Key: a.key(of), Delta: delta, Until: a.ends()}
	}
	return counts
}

// marks note a sign-in, in the present period of sparing, and the one before it. A mark weighs as much as a counter at its
// limit, so that a store with bounded memory keeps it as long as that.
func (a Attempt) marks(now time.Time) (current, previous store.Count) {
	period := a.throttle.spared
	since := now.Truncate(period)
	mark := func(since time.Time) store.Count {
		return store.Count{
			Key:   key(sparing, since.UnixNano(), a.account, a.from),
			Delta: a.throttle.limits[byPair], Until: since.Add(2 * period),
		}
	}
	return mark(since), mark(since.Add(-period))
}

// key is a's digest for a purpose.
func (a Attempt) key(of purpose) store.Digest {
	since := a.since.UnixNano()
	switch of {
	case byAddress:
		return key(of, since, Account{}, a.from)
	case byAccount:
		return key(of, since, a.account, netip.Addr{})
	}
	return key(of, since, a.account, a.from)
}

// ends is when a's window does.
func (a Attempt) ends() time.Time { return a.since.Add(a.throttle.window) }

// add makes the counts, if any, whether or not the request still waits.
func (t *Throttle) add(ctx context.Context, counts []store.Count) error {
	if len(counts) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	return t.counters.Add(ctx, counts)
}

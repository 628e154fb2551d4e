package memory

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// A Store keeps everything in memory. The zero Store is not usable: New makes one.
type Store struct {
	limits
	guard // of all the rest, but for the last two

	accounts   register[string, account] // by ID, as are the apps and the consents
	names      register[string, store.User]
	userhashes register[userhash, alias]
	apps       register[string, app]
	consents   register[string, consent]
	tickets    register[store.Digest, ticket]
	remembered map[bond]set[*consent] // those that live
	nobody     account                // the owner of clients that have none

	tokens   table
	families families
	events   events

	handleEnds deadlines[store.Digest]
	grantEnds  deadlines[*consent]

	once
	counters
}

var (
	_ store.Users      = (*Store)(nil)
	_ store.Passwords  = (*Store)(nil)
	_ store.UserWriter = (*Store)(nil)
	_ store.UserHashes = (*Store)(nil)
	_ store.Clients    = (*Store)(nil)
	_ store.Grants     = (*Store)(nil)
	_ store.Tokens     = (*Store)(nil)
	_ store.TokenUses  = (*Store)(nil)
	_ store.Handles    = (*Store)(nil)
	_ store.Once       = (*Store)(nil)
	_ store.Counters   = (*Store)(nil)
	_ store.Events     = (*Store)(nil)
	_ store.Sweeper    = (*Store)(nil)
)

// An Option changes what New makes.
type Option func(*limits)

type limits struct {
	onceCapacity, counterCapacity, eventCapacity, eventsPerAccount int
	usersElsewhere, clientsElsewhere, grantsElsewhere              bool
}

// OnceCapacity bounds how many keys Claim remembers, and how many ClaimCount does: n each, at least 1. The default is
// 1<<19 each. A store that is full refuses what it might have forgotten: see store.Once.
func OnceCapacity(n int) Option { return func(l *limits) { l.onceCapacity = max(n, 1) } }

// CounterCapacity bounds how many counters are kept, at least 1. The default is 1<<17. A store that is full forgets the
// smallest totals first, and what has ended before those; but how late it is it only hears from Sweep, so whoever counts
// should sweep now and then.
func CounterCapacity(n int) Option { return func(l *limits) { l.counterCapacity = max(n, 1) } }

// EventCapacity bounds how many events are kept, at least 1, not counting those that wait for their delivery: these
// are never dropped. The default is 1<<16.
func EventCapacity(n int) Option { return func(l *limits) { l.eventCapacity = max(n, 1) } }

// EventsPerAccount bounds how many events of one account are kept, at least 1, so that it cannot push out those of others;
// its own oldest go first, those that wait for their delivery never. The default is 1<<10.
func EventsPerAccount(n int) Option { return func(l *limits) { l.eventsPerAccount = max(n, 1) } }

// UsersElsewhere says that accounts are kept in another store: tokens and grants may name accounts that are not here.
func UsersElsewhere() Option { return func(l *limits) { l.usersElsewhere = true } }

// ClientsElsewhere says that apps are kept in another store: tokens and grants may name clients that are not here.
func ClientsElsewhere() Option { return func(l *limits) { l.clientsElsewhere = true } }

// GrantsElsewhere says that grants are kept in another store: tokens and handles may name grants that are not here.
func GrantsElsewhere() Option { return func(l *limits) { l.grantsElsewhere = true } }

// New makes an empty store.
func New(opts ...Option) *Store {
	s := &Store{
		limits:     limits{onceCapacity: 1 << 19, counterCapacity: 1 << 17, eventCapacity: 1 << 16, eventsPerAccount: 1 << 10},
		accounts:   newRegister(func(a *account, id string) bool { return a.id == id }),
		names:      newRegister(func(u *store.User, name string) bool { return u.Name == name }),
		userhashes: newRegister(func(a *alias, hash userhash) bool { return a.userhash == hash }),
		apps:       newRegister(func(a *app, id string) bool { return a.id == id }),
		consents:   newRegister(func(k *consent, id string) bool { return k.id == id }),
		tickets:    newRegister(func(t *ticket, d store.Digest) bool { return t.Digest == d }),
		remembered: map[bond]set[*consent]{},
		tokens:     table{seed: maphash.MakeSeed()},
		families:   newFamilies(),
	}
	for _, option := range opts {
		option(&s.limits)
	}
	s.events.init(s.eventCapacity, s.eventsPerAccount)
	s.once.init(s.onceCapacity)
	s.counters.init(s.counterCapacity)
	return s
}

var (
	errNoID     = errors.New("memory: an ID is empty")
	errNoFilter = errors.New("memory: the filter names nothing")
	errNoTime   = errors.New("memory: a revocation needs a time")
)

// alive is the error of a call whose context is done.
func alive(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	return nil
}

// utc is t as stores return it: in UTC, without the monotonic clock's reading.
func utc(t time.Time) time.Time { return t.Round(0).UTC() }

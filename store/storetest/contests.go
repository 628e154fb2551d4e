package storetest

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

// callers is how many calls a race lets go at once.
const callers = 12

// rounds is how often a race is run.
func rounds() int {
	if os.Getenv("SESAME_LONG") != "" {
		return 200
	}
	return 4
}

// race makes the calls at once, as far as that can be had, and returns their errors.
func race(calls int, call func(i int) error) []error {
	errs := make([]error, calls)
	start := make(chan struct{})
	var ready, done sync.WaitGroup
	ready.Add(calls)
	for i := range calls {
		done.Go(func() {
			ready.Done()
			<-start
			errs[i] = call(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
	return errs
}

// A contest is a call of which one wins.
type contest struct {
	name  string
	needs Capability
	// prepare adds what round is about. call is the call of contestant i, and kept says what is kept of the winner: i.
	prepare func(w *world, round string)
	call    func(w *world, round string, i int) error
	kept    func(w *world, round string) string
	// lost is the error of the others.
	lost error
}

func contestChecks() []Check {
	const rule = "Of any number of concurrent callers one wins."
	var checks []Check
	for _, c := range contests() {
		checks = append(checks, Check{c.name, fmt.Sprintf("%s The others get: %v.", rule, c.lost), c.needs, in(c.test)})
	}
	return checks
}

func (c contest) test(w *world) {
	for n := range rounds() {
		round := strconv.Itoa(n)
		c.prepare(w, round)
		errs := race(callers, func(i int) error { return c.call(w, round, i) })
		winner := -1
		for i, err := range errs {
			if err == nil {
				assert.Equal(w, -1, winner, "two won: this one and %d", i)
				winner = i
			} else if !errors.Is(err, c.lost) {
				w.Errorf("one who lost got: %v", err)
			}
		}
		require.NotEqual(w, -1, winner, "nobody won")
		if c.kept != nil {
			assert.Equal(w, strconv.Itoa(winner), c.kept(w, round), "what is kept is the winner's")
		}
	}
}

func contests() []contest {
	return append(append(accountContests(), tokenContests()...), onceContests()...)
}

func anybody(*world, string) {}

func accountContests() []contest {
	userCalled := func(w *world, round string) string {
		u, err := w.Users.UserByName(w.ctx, round)
		require.NoError(w, err)
		return u.ID[len(round)+1:]
	}
	addContestants := func(w *world, round string) {
		for i := range callers {
			w.addUser(store.User{ID: fmt.Sprintf("%s %d", round, i)})
		}
	}
	appOf := func(w *world, round string) string {
		c, err := w.Clients.Client(w.ctx, round)
		require.NoError(w, err)
		return c.Name
	}
	return []contest{
		{"CreateUsers gives a name to one of many", Accounts | UserWriter, anybody, func(w *world, round string, i int) error {
			return w.UserWriter.CreateUsers(w.ctx, store.User{ID: fmt.Sprintf("%s %d", round, i), Name: round})
		}, userCalled, store.ErrExists},
		{"UpdateUser gives a name to one of many", Accounts | UserWriter, addContestants, func(w *world, round string, i int) error {
			return w.UserWriter.UpdateUser(w.ctx, store.User{ID: fmt.Sprintf("%s %d", round, i), Name: round})
		}, userCalled, store.ErrExists},
		{"ReplacePassword lets one of many replace a hash", Accounts | Passwords,
			func(w *world, round string) { w.addUser(store.User{ID: round, Password: store.Password{Hash: "old"}}) },
			func(w *world, round string, i int) error {
				return w.Passwords.ReplacePassword(w.ctx, round, "old", store.Password{Hash: strconv.Itoa(i)})
			},
			func(w *world, round string) string {
				u, err := w.Users.UserByID(w.ctx, round)
				require.NoError(w, err)
				return u.Password.Hash
			}, store.ErrConflict},
		{"PutClient lets one of many add an ID", Clients, anybody, func(w *world, round string, i int) error {
			return w.Clients.PutClient(w.ctx, store.Client{ID: round, Name: strconv.Itoa(i)})
		}, appOf, store.ErrExists},
		{"PutClient lets one of many replace a version", Clients,
			func(w *world, round string) { w.addClient(store.Client{ID: round}) },
			func(w *world, round string, i int) error {
				return w.Clients.PutClient(w.ctx, store.Client{ID: round, Version: 1, Name: strconv.Itoa(i)})
			}, appOf, store.ErrConflict},
		{"PutGrant lets one of many add an ID", Grants, func(w *world, round string) { w.addClient(store.Client{ID: round}) },
			func(w *world, round string, i int) error {
				return w.Grants.PutGrant(w.ctx, store.Grant{ID: round, Client: round, ACR: strconv.Itoa(i)})
			},
			func(w *world, round string) string {
				g, err := w.Grants.Grant(w.ctx, round)
				require.NoError(w, err)
				return g.ACR
			}, store.ErrExists},
	}
}

func tokenContests() []contest {
	addHandle := func(w *world, round string) { w.addHandle(round, store.Handle{}) }
	advancer := func(w *world, round string) string {
		h, err := w.Handles.Handle(w.ctx, store.DigestOf(round))
		require.NoError(w, err)
		return string(h.Data)
	}
	return []contest{
		{"PutTokens lets one of many add a digest", Tokens, anybody, func(w *world, round string, i int) error {
			t := w.token(store.Token{ID: fmt.Sprintf("%s %d", round, i), Digest: store.DigestOf(round), Note: strconv.Itoa(i)})
			return w.Tokens.PutTokens(w.ctx, []store.Token{t}, 0)
		}, func(w *world, round string) string { return w.lookUp(store.DigestOf(round)).Token.Note }, store.ErrExists},
		{"RotateToken lets one of many replace a token", Tokens, func(w *world, round string) { w.addToken(store.Token{ID: round}) },
			func(w *world, round string, i int) error {
				next := w.token(store.Token{ID: fmt.Sprintf("%s %d", round, i), Note: strconv.Itoa(i)})
				return w.Tokens.RotateToken(w.ctx, store.DigestOf(round), w.now.Add(time.Hour), []store.Token{next})
			},
			func(w *world, round string) string {
				return w.lookUp(w.lookUp(store.DigestOf(round)).Token.Successor).Token.Note
			}, store.ErrUsed},
		{"PutHandle lets one of many add a digest", Handles, anybody, func(w *world, round string, i int) error {
			return w.Handles.PutHandle(w.ctx, w.handle(round, store.Handle{Data: []byte(strconv.Itoa(i))}))
		}, advancer, store.ErrExists},
		{"AdvanceHandle lets one of many take a step", Handles, addHandle, func(w *world, round string, i int) error {
			return w.Handles.AdvanceHandle(w.ctx, w.handle(round, store.Handle{Data: []byte(strconv.Itoa(i))}))
		}, advancer, store.ErrConflict},
		{"AdvanceHandle lets one of many use a handle", Handles, addHandle, func(w *world, round string, i int) error {
			return w.Handles.AdvanceHandle(w.ctx, w.handle(round, store.Handle{Used: true, Data: []byte(strconv.Itoa(i))}))
		}, advancer, store.ErrUsed},
	}
}

func onceContests() []contest {
	due := func(w *world) store.Delivery { return pendingFrom(w.now) }
	return []contest{
		{"Claim gives a key to one of many", Once, anybody, func(w *world, round string, i int) error {
			return w.Once.Claim(w.ctx, store.DigestOf(round), w.now.Add(time.Hour))
		}, nil, store.ErrUsed},
		{"ClaimCount gives a number to one of many", Once, anybody, func(w *world, round string, i int) error {
			return w.count(round, 1)
		}, nil, store.ErrUsed},
		{"ClaimCount gives a later number to one of many", Once, func(w *world, round string) { w.fresh(round, 1, 9) },
			func(w *world, round string, i int) error { return w.count(round, 7) }, nil, store.ErrUsed},
		{"AppendEvents lets one of many add an ID", Events, anybody, func(w *world, round string, i int) error {
			return w.Events.AppendEvents(w.ctx, store.Event{ID: round, Reason: strconv.Itoa(i)})
		}, func(w *world, round string) string {
			e, err := w.event(round)
			require.NoError(w, err)
			return e.Reason
		}, store.ErrExists},
		{"MarkDelivery lets one of many claim a delivery", Events,
			func(w *world, round string) { w.addEvents(store.Event{ID: round, Delivery: due(w)}) },
			func(w *world, round string, i int) error {
				return w.Events.MarkDelivery(w.ctx, round, due(w), store.Delivery{State: store.DeliveryPending, Attempts: i + 1})
			},
			func(w *world, round string) string {
				e, err := w.event(round)
				require.NoError(w, err)
				return strconv.Itoa(e.Delivery.Attempts - 1)
			}, store.ErrConflict},
	}
}

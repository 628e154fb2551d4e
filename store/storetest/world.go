package storetest

import (
	"context"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

// A world is a backend at work: what a check adds to it goes where the backend keeps such things, and is taken as kept
// elsewhere where it does not.
type world struct {
	T
	Backend
	ctx context.Context
	now time.Time
}

func newWorld(t T, b Backend) *world {
	if b.Seed == nil && b.UserWriter != nil {
		b.Seed = b.UserWriter.CreateUsers
	}
	return &world{T: t, Backend: b, ctx: t.Context(), now: time.Now().UTC().Truncate(time.Microsecond)}
}

// done are contexts that ended before the call.
func (w *world) done() map[error]context.Context {
	cancelled, cancel := context.WithCancel(w.ctx)
	cancel()
	late, cancel := context.WithDeadline(w.ctx, w.now.Add(-time.Hour))
	cancel()
	return map[error]context.Context{context.Canceled: cancelled, context.DeadlineExceeded: late}
}

// addUser adds an account; without a name it gets one.
func (w *world) addUser(u store.User) store.User {
	w.Helper()
	if u.Name == "" {
		u.Name = "name of " + u.ID
	}
	if w.Users != nil {
		require.NotNil(w, w.Seed, "a Backend with Users needs UserWriter or Seed")
		require.NoError(w, w.Seed(w.ctx, u), "adding account %q", u.ID)
	}
	return u
}

func (w *world) addClient(c store.Client) store.Client {
	w.Helper()
	if c.Created.IsZero() {
		c.Created = w.now
	}
	if w.Clients != nil {
		require.NoError(w, w.Clients.PutClient(w.ctx, c), "adding client %q", c.ID)
	}
	c.Version++
	return c
}

func (w *world) addGrant(g store.Grant) store.Grant {
	w.Helper()
	if g.Created.IsZero() {
		g.Created = w.now
	}
	if w.Grants != nil {
		require.NoError(w, w.Grants.PutGrant(w.ctx, g), "adding grant %q", g.ID)
	}
	return g
}

// addConsent adds the account anna, who allowed the client app, which olga owns, what a grant says.
func (w *world) addConsent(grant string) {
	w.Helper()
	w.addUser(store.User{ID: "anna", Password: ha1s("api", "MD5")})
	w.addUser(store.User{ID: "olga"})
	w.addClient(store.Client{ID: "app", Owner: "olga"})
	w.addGrant(store.Grant{ID: grant, User: "anna", Client: "app"})
}

// token completes t: its digest is that of its ID.
func (w *world) token(t store.Token) store.Token {
	if t.Digest == (store.Digest{}) {
		t.Digest = store.DigestOf(t.ID)
	}
	if t.Kind == 0 {
		t.Kind = store.AccessToken
	}
	if t.Created.IsZero() {
		t.Created = w.now
	}
	return t
}

func (w *world) addToken(t store.Token) store.Token {
	w.Helper()
	t = w.token(t)
	require.NoError(w, w.Tokens.PutTokens(w.ctx, []store.Token{t}, 0), "adding token %q", t.ID)
	return t
}

// lookUp finds the token that has to be there.
func (w *world) lookUp(d store.Digest) store.FoundToken {
	w.Helper()
	found, err := w.Tokens.LookUpToken(w.ctx, d)
	require.NoError(w, err, "LookUpToken")
	return found
}

// lives says whether the token with this ID, as addToken adds it, is there and may count.
func (w *world) lives(id string) bool {
	found, err := w.Tokens.LookUpToken(w.ctx, store.DigestOf(id))
	return err == nil && found.Token.Revoked.IsZero() && !found.GrantRevoked
}

// handle completes h, of which id is the secret.
func (w *world) handle(id string, h store.Handle) store.Handle {
	h.Digest = store.DigestOf(id)
	if h.Kind == 0 {
		h.Kind = store.AuthorizationCode
	}
	if h.Created.IsZero() {
		h.Created = w.now
	}
	return h
}

func (w *world) addHandle(id string, h store.Handle) store.Handle {
	w.Helper()
	h = w.handle(id, h)
	require.NoError(w, w.Handles.PutHandle(w.ctx, h), "adding handle %q", id)
	return h
}

func (w *world) addEvents(events ...store.Event) {
	w.Helper()
	for i := range events {
		if events[i].Time.IsZero() {
			events[i].Time = w.now
		}
	}
	require.NoError(w, w.Events.AppendEvents(w.ctx, events...), "adding events")
}

// event finds an event among all.
func (w *world) event(id string) (store.Event, error) {
	events, err := w.Events.Events(w.ctx, store.EventFilter{}, 1000)
	if err != nil {
		return store.Event{}, err
	}
	for _, e := range events {
		if e.ID == id {
			return e, nil
		}
	}
	return store.Event{}, store.ErrNotFound
}

// hasEvent says whether the event is there.
func (w *world) hasEvent(id string) bool {
	w.Helper()
	_, err := w.event(id)
	if err != nil {
		require.ErrorIs(w, err, store.ErrNotFound)
	}
	return err == nil
}

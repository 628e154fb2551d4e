package storetest

import (
	"time"

	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
)

// fullUser is an account without a zero field; its HA1s are of algorithms that there are.
func fullUser(w *world, seed int) store.User {
	u := filled[store.User](seed, w.now)
	u.Password = fullPassword(w, seed)
	return u
}

func fullPassword(w *world, seed int) store.Password {
	p := filled[store.Password](seed, w.now)
	p.HA1s[0].Algorithm, p.HA1s[1].Algorithm = "SHA-256", "MD5"
	return p
}

func keepingUser(method string) keeping[store.User] {
	return keeping[store.User]{
		method: method, needs: Users | UserWriter, timeless: true,
		full: func(w *world) store.User { return fullUser(w, 1) },
		bare: func(*world) store.User { return store.User{ID: "anna", Name: "Anna"} },
		put: func(w *world, u store.User) error {
			if method == "CreateUsers" {
				return w.UserWriter.CreateUsers(w.ctx, u)
			}
			before := fullUser(w, 2)
			before.ID = u.ID
			w.addUser(before)
			return w.UserWriter.UpdateUser(w.ctx, u)
		},
		get: func(w *world, u store.User) (store.User, error) { return w.Users.UserByID(w.ctx, u.ID) },
	}
}

func keepingPassword() keeping[store.Password] {
	return keeping[store.Password]{
		method: "ReplacePassword", needs: Passwords | Accounts, timeless: true,
		full: func(w *world) store.Password { return fullPassword(w, 1) },
		bare: func(*world) store.Password { return store.Password{} },
		put: func(w *world, p store.Password) error {
			before := fullUser(w, 2)
			before.ID = "anna"
			w.addUser(before)
			return w.Passwords.ReplacePassword(w.ctx, "anna", before.Password.Hash, p)
		},
		get: func(w *world, _ store.Password) (store.Password, error) {
			u, err := w.Users.UserByID(w.ctx, "anna")
			return u.Password, err
		},
	}
}

func keepingClient(method string) keeping[store.Client] {
	return keeping[store.Client]{
		method: method, needs: Clients,
		full: func(w *world) store.Client {
			c := filled[store.Client](1, w.now)
			c.Version = 1
			w.addUser(store.User{ID: c.Owner})
			return c
		},
		bare: func(*world) store.Client { return store.Client{ID: "app", Version: 1} },
		put: func(w *world, c store.Client) error {
			c.Version = 0
			if method == "PutClient, adding," {
				return w.Clients.PutClient(w.ctx, c)
			}
			before := filled[store.Client](2, w.now)
			before.ID, before.Owner, before.Version = c.ID, "", 0
			w.addClient(before)
			c.Version = 1
			return w.Clients.PutClient(w.ctx, c)
		},
		get: func(w *world, c store.Client) (store.Client, error) {
			got, err := w.Clients.Client(w.ctx, c.ID)
			if method != "PutClient, adding," {
				got.Version--
			}
			return got, err
		},
	}
}

func keepingGrant() keeping[store.Grant] {
	return keeping[store.Grant]{
		method: "PutGrant", needs: Grants,
		full: func(w *world) store.Grant {
			g := filled[store.Grant](1, w.now)
			g.Protocol = "oauth2"
			w.addUser(store.User{ID: g.User})
			w.addClient(store.Client{ID: g.Client})
			return g
		},
		bare: func(w *world) store.Grant {
			w.addClient(store.Client{ID: "app"})
			return store.Grant{ID: "grant", Client: "app"}
		},
		put: func(w *world, g store.Grant) error { return w.Grants.PutGrant(w.ctx, g) },
		get: func(w *world, g store.Grant) (store.Grant, error) { return w.Grants.Grant(w.ctx, g.ID) },
	}
}

// fullToken is a token without a zero field, of an account, a client and a grant that are there.
func fullToken(w *world, seed int) store.Token {
	t := filled[store.Token](seed, w.now)
	t.Kind = store.OAuth1Token
	w.addUser(store.User{ID: t.User})
	w.addClient(store.Client{ID: t.Client})
	w.addGrant(store.Grant{ID: t.Grant, User: t.User, Client: t.Client})
	return t
}

func keepingToken(method string) keeping[store.Token] {
	return keeping[store.Token]{
		method: method, needs: Tokens,
		full: func(w *world) store.Token { return fullToken(w, 1) },
		bare: func(w *world) store.Token {
			return store.Token{Digest: store.DigestOf("bare"), ID: "bare", Kind: store.Session}
		},
		put: func(w *world, t store.Token) error {
			if method == "PutTokens" {
				return w.Tokens.PutTokens(w.ctx, []store.Token{t}, 0)
			}
			old := w.addToken(store.Token{ID: "old"})
			return w.Tokens.RotateToken(w.ctx, old.Digest, w.now.Add(time.Hour), []store.Token{t})
		},
		get: func(w *world, t store.Token) (store.Token, error) {
			found, err := w.Tokens.LookUpToken(w.ctx, t.Digest)
			return found.Token, err
		},
	}
}

func keepingHandle(method string) keeping[store.Handle] {
	stage := 0
	if method == "AdvanceHandle" {
		stage = 1
	}
	return keeping[store.Handle]{
		method: method, needs: Handles,
		full: func(w *world) store.Handle {
			h := filled[store.Handle](1, w.now)
			h.Kind, h.Stage = store.DeviceCode, stage
			w.addUser(store.User{ID: h.User})
			w.addClient(store.Client{ID: h.Client})
			w.addGrant(store.Grant{ID: h.Grant, User: h.User, Client: h.Client})
			return h
		},
		bare: func(w *world) store.Handle {
			return store.Handle{Digest: store.DigestOf("bare"), Kind: store.Interaction, Stage: stage}
		},
		put: func(w *world, h store.Handle) error {
			if method == "PutHandle" {
				return w.Handles.PutHandle(w.ctx, h)
			}
			before := filled[store.Handle](2, w.now)
			before.Digest, before.Kind, before.Stage, before.Used = h.Digest, store.Interaction, 0, false
			before.Client, before.User, before.Grant = "", "", ""
			require.NoError(w, w.Handles.PutHandle(w.ctx, before))
			h.Stage = 0
			return w.Handles.AdvanceHandle(w.ctx, h)
		},
		get: func(w *world, h store.Handle) (store.Handle, error) { return w.Handles.Handle(w.ctx, h.Digest) },
	}
}

// fullEvent is an event without a zero field.
func fullEvent(w *world, seed int) store.Event {
	e := filled[store.Event](seed, w.now)
	e.Outcome, e.Delivery.State = "refused", store.DeliveryPending
	return e
}

func keepingEvent() keeping[store.Event] {
	return keeping[store.Event]{
		method: "AppendEvents", needs: Events,
		full: func(w *world) store.Event { return fullEvent(w, 1) },
		bare: func(*world) store.Event { return store.Event{ID: "event"} },
		put:  func(w *world, e store.Event) error { return w.Events.AppendEvents(w.ctx, e) },
		get:  func(w *world, e store.Event) (store.Event, error) { return w.event(e.ID) },
	}
}

func keepingDelivery() keeping[store.Delivery] {
	return keeping[store.Delivery]{
		method: "MarkDelivery", needs: Events, listless: true,
		full: func(w *world) store.Delivery { return fullEvent(w, 1).Delivery },
		bare: func(*world) store.Delivery { return store.Delivery{} },
		put: func(w *world, to store.Delivery) error {
			from := store.Delivery{State: store.DeliveryPending, Attempts: 7, Due: w.now.Add(time.Minute)}
			w.addEvents(store.Event{ID: "event", Delivery: from})
			return w.Events.MarkDelivery(w.ctx, "event", from, to)
		},
		get: func(w *world, _ store.Delivery) (store.Delivery, error) {
			e, err := w.event("event")
			return e.Delivery, err
		},
	}
}

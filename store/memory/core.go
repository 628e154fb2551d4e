package memory

import "github.com/seed-f67351ce/sesame/store"

// core is what changes together: accounts, clients, grants, tokens, handles and events, under one guard.
type core struct {
	guard
	limits  limits
	users   users
	clients map[string]*store.Client
	grants  map[string]*store.Grant
	tokens  map[store.Digest]*store.Token
	ids     map[string]*store.Token
	handles map[store.Digest]*store.Handle
	events  events
}

func (c *core) init(l limits) {
	c.limits = l
	c.clients = map[string]*store.Client{}
	c.grants = map[string]*store.Grant{}
	c.tokens = map[store.Digest]*store.Token{}
	c.ids = map[string]*store.Token{}
	c.handles = map[store.Digest]*store.Handle{}
	c.events.init(l.events)
}

func (c *core) account(id string) *account {
	a, _ := c.users.byID.LoadOrStore(id, &account{id: id})
	return a.(*account)
}

package storetest_test

import (
	"context"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// A saboteur passes all calls on to a sound store, and meddles where it has a hook. Every hook is told the method.
type saboteur struct {
	everything
	// call is in the place of the call.
	call func(ctx context.Context, method string, do func(context.Context) error) error
	// append is in the place of a call with events.
	append func(ctx context.Context, method string, events []store.Event, do func(...store.Event) error) error
	// given may change a record on its way in, and found one on its way out; both are pointers. What is given is the
	// caller's own, slices and all.
	given, found func(method string, record any)
	// text and digest may change what is looked for.
	text   func(method, by, text string) string
	digest func(method string, d store.Digest) store.Digest
}

func (s saboteur) do(ctx context.Context, method string, do func(context.Context) error) error {
	if s.call == nil {
		return do(ctx)
	}
	return s.call(ctx, method, do)
}

func (s saboteur) with(ctx context.Context, method string, events []store.Event, do func(context.Context, ...store.Event) error) error {
	return s.do(ctx, method, func(ctx context.Context) error {
		if s.append == nil {
			return do(ctx, events...)
		}
		return s.append(ctx, method, events, func(events ...store.Event) error { return do(ctx, events...) })
	})
}

func (s saboteur) read(ctx context.Context, method string, record any, do func(context.Context) error) error {
	err := s.do(ctx, method, do)
	if s.found != nil {
		s.found(method, record)
	}
	return err
}

func listed[R any](ctx context.Context, s saboteur, method string, do func(context.Context) ([]R, error)) (list []R, err error) {
	err = s.do(ctx, method, func(ctx context.Context) error {
		list, err = do(ctx)
		return err
	})
	list = slices.Clone(list)
	for i := range list {
		if s.found != nil {
			s.found(method, &list[i])
		}
	}
	return list, err
}

func (s saboteur) take(method string, record any) {
	if s.given != nil {
		s.given(method, record)
	}
}

func (s saboteur) key(method, by, text string) string {
	if s.text == nil {
		return text
	}
	return s.text(method, by, text)
}

func (s saboteur) hash(method string, d store.Digest) store.Digest {
	if s.digest == nil {
		return d
	}
	return s.digest(method, d)
}

func (s saboteur) UserByName(ctx context.Context, name string) (u store.User, err error) {
	err = s.read(ctx, "UserByName", &u, func(ctx context.Context) error {
		u, err = s.everything.UserByName(ctx, s.key("UserByName", "names", name))
		return err
	})
	return u, err
}

func (s saboteur) UserByID(ctx context.Context, id string) (u store.User, err error) {
	err = s.read(ctx, "UserByID", &u, func(ctx context.Context) error {
		u, err = s.everything.UserByID(ctx, s.key("UserByID", "IDs", id))
		return err
	})
	return u, err
}

func (s saboteur) UserByHash(ctx context.Context, algorithm, realm, hash string) (u store.User, err error) {
	err = s.read(ctx, "UserByHash", &u, func(ctx context.Context) error {
		u, err = s.everything.UserByHash(ctx, algorithm, realm, s.key("UserByHash", "hashes", hash))
		return err
	})
	return u, err
}

func (s saboteur) ReplacePassword(ctx context.Context, id, oldHash string, next store.Password) error {
	s.take("ReplacePassword", &next)
	return s.do(ctx, "ReplacePassword", func(ctx context.Context) error {
		return s.everything.ReplacePassword(ctx, id, oldHash, next)
	})
}

func (s saboteur) CreateUsers(ctx context.Context, users ...store.User) error {
	users = slices.Clone(users)
	for i := range users {
		s.take("CreateUsers", &users[i])
	}
	return s.do(ctx, "CreateUsers", func(ctx context.Context) error { return s.everything.CreateUsers(ctx, users...) })
}

func (s saboteur) UpdateUser(ctx context.Context, u store.User) error {
	s.take("UpdateUser", &u)
	return s.do(ctx, "UpdateUser", func(ctx context.Context) error { return s.everything.UpdateUser(ctx, u) })
}

func (s saboteur) DeleteUser(ctx context.Context, id string) error {
	return s.do(ctx, "DeleteUser", func(ctx context.Context) error { return s.everything.DeleteUser(ctx, id) })
}

func (s saboteur) Client(ctx context.Context, id string) (c store.Client, err error) {
	err = s.read(ctx, "Client", &c, func(ctx context.Context) error {
		c, err = s.everything.Client(ctx, s.key("Client", "IDs", id))
		return err
	})
	return c, err
}

func (s saboteur) ClientsByOwner(ctx context.Context, owner string) ([]store.Client, error) {
	return listed(ctx, s, "ClientsByOwner", func(ctx context.Context) ([]store.Client, error) {
		return s.everything.ClientsByOwner(ctx, s.key("ClientsByOwner", "owners", owner))
	})
}

func (s saboteur) PutClient(ctx context.Context, c store.Client, events ...store.Event) error {
	s.take("PutClient", &c)
	return s.with(ctx, "PutClient", events, func(ctx context.Context, events ...store.Event) error {
		return s.everything.PutClient(ctx, c, events...)
	})
}

func (s saboteur) DeleteClient(ctx context.Context, id string, events ...store.Event) error {
	return s.with(ctx, "DeleteClient", events, func(ctx context.Context, events ...store.Event) error {
		return s.everything.DeleteClient(ctx, id, events...)
	})
}

func (s saboteur) Grant(ctx context.Context, id string) (g store.Grant, err error) {
	err = s.read(ctx, "Grant", &g, func(ctx context.Context) error {
		g, err = s.everything.Grant(ctx, s.key("Grant", "IDs", id))
		return err
	})
	return g, err
}

func (s saboteur) Grants(ctx context.Context, f store.GrantFilter, limit int) ([]store.Grant, error) {
	f.ID, f.User, f.Client = s.key("Grants", "IDs", f.ID), s.key("Grants", "users", f.User), s.key("Grants", "clients", f.Client)
	return listed(ctx, s, "Grants", func(ctx context.Context) ([]store.Grant, error) { return s.everything.Grants(ctx, f, limit) })
}

func (s saboteur) PutGrant(ctx context.Context, g store.Grant, events ...store.Event) error {
	s.take("PutGrant", &g)
	return s.with(ctx, "PutGrant", events, func(ctx context.Context, events ...store.Event) error {
		return s.everything.PutGrant(ctx, g, events...)
	})
}

func (s saboteur) RevokeGrants(ctx context.Context, f store.GrantFilter, at time.Time, events ...store.Event) (n int, err error) {
	err = s.with(ctx, "RevokeGrants", events, func(ctx context.Context, events ...store.Event) error {
		n, err = s.everything.RevokeGrants(ctx, f, at, events...)
		return err
	})
	return n, err
}

func (s saboteur) PutTokens(ctx context.Context, tokens []store.Token, limit int, events ...store.Event) error {
	tokens = slices.Clone(tokens)
	for i := range tokens {
		s.take("PutTokens", &tokens[i])
	}
	return s.with(ctx, "PutTokens", events, func(ctx context.Context, events ...store.Event) error {
		return s.everything.PutTokens(ctx, tokens, limit, events...)
	})
}

func (s saboteur) LookUpToken(ctx context.Context, d store.Digest) (f store.FoundToken, err error) {
	err = s.read(ctx, "LookUpToken", &f, func(ctx context.Context) error {
		f, err = s.everything.LookUpToken(ctx, s.hash("LookUpToken", d))
		return err
	})
	return f, err
}

func (s saboteur) RotateToken(ctx context.Context, old store.Digest, end time.Time, next []store.Token, events ...store.Event) error {
	next = slices.Clone(next)
	for i := range next {
		s.take("RotateToken", &next[i])
	}
	return s.with(ctx, "RotateToken", events, func(ctx context.Context, events ...store.Event) error {
		return s.everything.RotateToken(ctx, old, end, next, events...)
	})
}

func (s saboteur) RevokeTokens(ctx context.Context, f store.TokenFilter, at time.Time, events ...store.Event) (n int, err error) {
	err = s.with(ctx, "RevokeTokens", events, func(ctx context.Context, events ...store.Event) error {
		n, err = s.everything.RevokeTokens(ctx, f, at, events...)
		return err
	})
	return n, err
}

func (s saboteur) ListTokens(ctx context.Context, f store.TokenFilter, after string, limit int) ([]store.Token, error) {
	f.ID, f.User = s.key("ListTokens", "IDs", f.ID), s.key("ListTokens", "users", f.User)
	f.Client, f.Grant = s.key("ListTokens", "clients", f.Client), s.key("ListTokens", "grants", f.Grant)
	return listed(ctx, s, "ListTokens", func(ctx context.Context) ([]store.Token, error) {
		return s.everything.ListTokens(ctx, f, after, limit)
	})
}

func (s saboteur) RecordUses(ctx context.Context, lastUsed map[store.Digest]time.Time) error {
	return s.do(ctx, "RecordUses", func(ctx context.Context) error { return s.everything.RecordUses(ctx, lastUsed) })
}

func (s saboteur) PutHandle(ctx context.Context, h store.Handle) error {
	s.take("PutHandle", &h)
	return s.do(ctx, "PutHandle", func(ctx context.Context) error { return s.everything.PutHandle(ctx, h) })
}

func (s saboteur) Handle(ctx context.Context, d store.Digest) (h store.Handle, err error) {
	err = s.read(ctx, "Handle", &h, func(ctx context.Context) error {
		h, err = s.everything.Handle(ctx, s.hash("Handle", d))
		return err
	})
	return h, err
}

func (s saboteur) AdvanceHandle(ctx context.Context, h store.Handle) error {
	s.take("AdvanceHandle", &h)
	return s.do(ctx, "AdvanceHandle", func(ctx context.Context) error { return s.everything.AdvanceHandle(ctx, h) })
}

func (s saboteur) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	return s.do(ctx, "Claim", func(ctx context.Context) error { return s.everything.Claim(ctx, s.hash("Claim", key), until) })
}

func (s saboteur) ClaimCount(ctx context.Context, key store.Digest, n uint32, until time.Time) error {
	return s.do(ctx, "ClaimCount", func(ctx context.Context) error {
		return s.everything.ClaimCount(ctx, s.hash("ClaimCount", key), n, until)
	})
}

func (s saboteur) Add(ctx context.Context, counts []store.Count) error {
	asked := slices.Clone(counts)
	for i := range asked {
		asked[i].Key = s.hash("Add", asked[i].Key)
	}
	err := s.do(ctx, "Add", func(ctx context.Context) error { return s.everything.Add(ctx, asked) })
	for i := range asked {
		counts[i].Total = asked[i].Total
	}
	return err
}

func (s saboteur) AppendEvents(ctx context.Context, events ...store.Event) error {
	events = slices.Clone(events)
	for i := range events {
		s.take("AppendEvents", &events[i])
	}
	return s.do(ctx, "AppendEvents", func(ctx context.Context) error { return s.everything.AppendEvents(ctx, events...) })
}

func (s saboteur) Events(ctx context.Context, f store.EventFilter, limit int) ([]store.Event, error) {
	f.User = s.key("Events", "users", f.User)
	f.Types = slices.Clone(f.Types)
	for i, name := range f.Types {
		f.Types[i] = s.key("Events", "types", name)
	}
	return listed(ctx, s, "Events", func(ctx context.Context) ([]store.Event, error) { return s.everything.Events(ctx, f, limit) })
}

func (s saboteur) MarkDelivery(ctx context.Context, id string, from, to store.Delivery) error {
	s.take("MarkDelivery", &to)
	return s.do(ctx, "MarkDelivery", func(ctx context.Context) error { return s.everything.MarkDelivery(ctx, id, from, to) })
}

func (s saboteur) Sweep(ctx context.Context, now time.Time, limit int) (n int, err error) {
	err = s.do(ctx, "Sweep", func(ctx context.Context) error {
		n, err = s.everything.Sweep(ctx, now, limit)
		return err
	})
	return n, err
}

package memory

import (
	"context"

	"github.com/seed-f67351ce/sesame/store"
)

// LookUpToken implements store.Tokens. It takes no lock and allocates nothing.
func (s *Store) LookUpToken(ctx context.Context, d store.Digest) (store.FoundToken, error) {
	if err := alive(ctx); err != nil {
		return store.FoundToken{}, err
	}
	var found store.FoundToken
	var known bool
	s.read(func() { known = s.lookUp(&d, &found) })
	if !known {
		return store.FoundToken{}, store.ErrNotFound
	}
	return found, nil
}

// lookUp fills in every field of found, whatever an earlier try left in it.
func (s *Store) lookUp(d *store.Digest, found *store.FoundToken) bool {
	f := s.describe(s.tokens.find(d), &found.Token)
	if f == nil {
		return false
	}
	found.User, found.Client, found.Owner = store.User{}, store.Client{}, store.Active
	if user := f.user.load(); user != nil {
		found.User = *user
	}
	if client := f.client.load(); client != nil {
		found.Client = *client
		if owner := f.client.owner.Load().load(); owner != nil {
			found.Owner = owner.State
		}
	}
	found.GrantRevoked = f.grant.revoked()
	return true
}

// describe reads a token, and returns its family, nil where there is no such token. Anybody may call it: what a reader
// who meets a writer gets may be a mixture.
func (s *Store) describe(number uint32, t *store.Token) *family {
	p, slot := s.tokens.place(number)
	if p == nil {
		return nil
	}
	r := &p.records[slot]
	f := s.families.byNumber.get(r.family())
	if f == nil {
		return nil
	}
	*t = store.Token{
		Digest: r.digest(), Kind: f.kind,
		Scopes: f.terms.scopes, AllScopes: f.terms.allScopes, Audience: f.terms.audience,
		ACR: f.terms.acr, Confirmation: f.terms.confirmation,
		Created: r.time(createdWord), Expires: r.time(expiresWord), AuthTime: r.time(authTimeWord),
		LastUsed: r.time(lastUsedWord), Revoked: r.time(revokedWord),
	}
	if f.user != nil {
		t.User = f.user.id
	}
	if f.client != nil {
		t.Client = f.client.id
	}
	if f.grant != nil {
		t.Grant = f.grant.id
	}
	t.ID, t.Hint = p.idAndHint(slot)
	p.extrasOf(slot).addTo(t)
	return f
}

func (x *extras) addTo(t *store.Token) {
	if x == nil {
		return
	}
	if x.id != "" || x.hint != "" {
		t.ID, t.Hint = x.id, x.hint
	}
	t.Description, t.Note, t.Sealed = x.description, x.note, x.sealed
	t.Networks, t.Methods, t.Successor = x.networks, x.methods, x.successor
}

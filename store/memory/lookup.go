package memory

import (
	"context"

	"github.com/seed-f67351ce/sesame/store"
)

// A sighting is what a reader sees of a token: its words, and pointers to what is immutable. It becomes records when it
// is known that all of it was true at once.
type sighting struct {
	words  [recordWords]uint64
	texts  texts
	extras *extras
	family *family // nil where there is no such token
	user   *store.User
	client *store.Client
	owner  *store.User
	grant  *store.Grant
}

// LookUpToken implements store.Tokens. It takes no lock and allocates nothing.
func (s *Store) LookUpToken(ctx context.Context, d store.Digest) (found store.FoundToken, err error) {
	if err := alive(ctx); err != nil {
		return found, err
	}
	var seen sighting
	s.read(func() { s.see(s.tokens.find(&d), &seen) })
	if seen.family == nil {
		return found, store.ErrNotFound
	}
	seen.describe(&found.Token)
	if seen.user != nil {
		found.User = *seen.user
	}
	if seen.client != nil {
		found.Client = *seen.client
	}
	if seen.owner != nil {
		found.Owner = seen.owner.State
	}
	found.GrantRevoked = seen.grant != nil && !seen.grant.Revoked.IsZero()
	return found, nil
}

// see looks at the token with this number and at what must hold for it to count.
func (s *Store) see(number uint32, seen *sighting) {
	seen.family = nil
	p, slot := s.tokens.place(number)
	if p == nil {
		return
	}
	r := &p.records[slot]
	f := s.families.numbered(r.family())
	if f == nil {
		return
	}
	for i := range r {
		seen.words[i] = r[i].Load()
	}
	seen.texts = p.textsOf(slot)
	seen.extras, seen.family = p.extrasOf(slot), f
	seen.user, seen.client, seen.owner, seen.grant = f.user.load(), f.client.load(), f.client.loadOwner(), f.grant.load()
}

// describe fills in t, which is zero.
func (seen *sighting) describe(t *store.Token) {
	t.Digest = digestIn(seen.words[digestWord:])
	seen.texts.describe(t)
	t.Created, t.Expires = moment(seen.words[createdWord]).time(), moment(seen.words[expiresWord]).time()
	t.AuthTime, t.LastUsed = moment(seen.words[authTimeWord]).time(), moment(seen.words[lastUsedWord]).time()
	t.Revoked = moment(seen.words[revokedWord]).time()
	seen.family.describe(t)
	seen.extras.describe(t)
}

func (f *family) describe(t *store.Token) {
	t.Kind = f.kind
	if f.user != nil {
		t.User = f.user.id
	}
	if f.client != nil {
		t.Client = f.client.id
	}
	if f.grant != nil {
		t.Grant = f.grant.id
	}
	t.Scopes, t.AllScopes, t.Audience = f.terms.scopes, f.terms.allScopes, f.terms.audience
	t.ACR, t.Confirmation = f.terms.acr, f.terms.confirmation
}

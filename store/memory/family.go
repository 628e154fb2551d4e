package memory

import (
	"encoding/binary"
	"iter"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

// A family is what many tokens share: all access tokens of one client with the same scopes, say. All but the list of
// its tokens is immutable.
type family struct {
	familyKey
	number uint32
	newest uint32 // its newest token; records hold the rest of the list
	kin    [lists]kin
}

type familyKey struct {
	kind   store.TokenKind
	user   *account // nil where the token names none; so are the next two
	client *app
	grant  *consent
	terms  *terms
}

// terms are what many families share.
type terms struct {
	key               string
	scopes            []string
	allScopes         bool
	audience          []string
	acr, confirmation string
	families          int
}

// kin are a family's neighbours in one of the lists that hold it: its user's, its client's, its grant's.
type kin struct{ next, previous *family }

const (
	byUser = iota
	byClient
	byGrant
	lists
)

// families finds a token's family.
type families struct {
	register[familyKey, family]
	terms map[string]*terms
}

func newFamilies() families {
	return families{
		register: newRegister(func(f *family, key familyKey) bool { return f.familyKey == key }),
		terms:    map[string]*terms{},
	}
}

func (fs *families) numbered(number uint32) *family { return fs.things.get(number) }

// of returns the family of such tokens, a new one where there is none.
func (fs *families) of(kind store.TokenKind, user *account, client *app, grant *consent, terms *terms) *family {
	key := familyKey{kind, user, client, grant, terms}
	f := fs.get(key)
	if f == nil {
		f = &family{familyKey: key}
		f.number = fs.put(key, f)
		terms.families++
		f.enter()
	}
	return f
}

// drop forgets a family that has no tokens.
func (fs *families) drop(f *family) {
	f.leave()
	fs.delete(f.familyKey)
	if f.terms.families--; f.terms.families == 0 {
		delete(fs.terms, f.terms.key)
	}
}

// termsOf returns the terms of a token, new ones where there are none.
func (fs *families) termsOf(t *store.Token) *terms {
	var buffer [256]byte
	key := buffer[:0]
	for _, list := range [][]string{t.Scopes, t.Audience, {t.ACR, t.Confirmation}} {
		key = binary.AppendUvarint(key, uint64(len(list)))
		for _, text := range list {
			key = append(binary.AppendUvarint(key, uint64(len(text))), text...)
		}
	}
	if t.AllScopes {
		key = append(key, 1)
	}
	found := fs.terms[string(key)]
	if found == nil {
		found = &terms{
			key: string(key), allScopes: t.AllScopes, acr: t.ACR, confirmation: t.Confirmation,
			scopes: slices.Clone(t.Scopes), audience: slices.Clone(t.Audience),
		}
		fs.terms[found.key] = found
	}
	return found
}

// heads are where the lists that hold f begin, nil where f is in no such list.
func (f *family) heads() (heads [lists]**family) {
	if f.user != nil {
		heads[byUser] = &f.user.families
	}
	if f.client != nil {
		heads[byClient] = &f.client.families
	}
	if f.grant != nil {
		heads[byGrant] = &f.grant.families
	}
	return heads
}

func (f *family) enter() {
	for list, head := range f.heads() {
		if head == nil {
			continue
		}
		f.kin[list].next = *head
		if *head != nil {
			(*head).kin[list].previous = f
		}
		*head = f
	}
}

func (f *family) leave() {
	for list, head := range f.heads() {
		if head == nil {
			continue
		}
		k := f.kin[list]
		if k.next != nil {
			k.next.kin[list].previous = k.previous
		}
		if k.previous != nil {
			k.previous.kin[list].next = k.next
		} else {
			*head = k.next
		}
	}
}

// relatives are the families in a list from head on. The one that was given may leave meanwhile.
func relatives(head *family, list int) iter.Seq[*family] {
	return func(yield func(*family) bool) {
		for f := head; f != nil; {
			next := f.kin[list].next
			if !yield(f) {
				return
			}
			f = next
		}
	}
}

package memory

import (
	"hash/maphash"
	"iter"
	"math"

	"github.com/seed-f67351ce/sesame/store"
)

// table holds the tokens, at about 150 bytes each: 96 for the record, 22 for the two directories at three quarters full,
// and the texts themselves. The collector sees a page where it would see a thousand tokens.
//
// A record's number is its page's number and its place there, and never zero, since pages are numbered from 1.
type table struct {
	seed         maphash.Seed
	digests, ids directory
	pages        numbered[page]
	open         []uint32 // pages that had room when they were put here
	size         int
}

// find returns the number of the token with this digest, zero where there is none. Anybody may call it.
func (t *table) find(d *store.Digest) uint32 {
	hash := maphash.Bytes(t.seed, d[:])
	return t.digests.part(hash).find(hash, func(number uint32) bool {
		r := t.record(number)
		return r != nil && r.hasDigest(d)
	})
}

// findID is find by ID, under the guard's lock.
func (t *table) findID(id string) uint32 {
	hash := maphash.String(t.seed, id)
	return t.ids.part(hash).find(hash, func(number uint32) bool { return t.id(number) == id })
}

// insert adds a token, whose digest and ID are new, to a family.
func (t *table) insert(token *store.Token, f *family) {
	number := t.take()
	p, slot := t.place(number)
	r := &p.records[slot]
	x := extrasOf(token)
	if !x.hasTexts() {
		p.setText(slot, textsOf(token))
	}
	p.setExtras(slot, x)
	r.setDigest(&token.Digest)
	r.setTime(createdWord, token.Created)
	r.setTime(authTimeWord, token.AuthTime)
	r.setTime(lastUsedWord, token.LastUsed)
	r.setTime(revokedWord, token.Revoked)
	p.setExpires(slot, momentOf(token.Expires))
	r[familyWord].Store(uint64(f.number))
	t.chain(number, f)
	byDigest, byID := maphash.Bytes(t.seed, token.Digest[:]), maphash.String(t.seed, token.ID)
	t.digests.part(byDigest).add(byDigest, number)
	t.ids.part(byID).add(byID, number)
	t.size++
}

// delete takes a token out of the table and of its family.
func (t *table) delete(number uint32, f *family) {
	p, slot := t.place(number)
	d := p.records[slot].digest()
	byDigest, byID := maphash.Bytes(t.seed, d[:]), maphash.String(t.seed, t.id(number))
	t.digests.part(byDigest).remove(byDigest, number)
	t.ids.part(byID).remove(byID, number)
	t.unchain(number, f)
	t.size--
	if p.full() {
		t.open = append(t.open, number/pageSize)
	}
	if p.release(slot); p.size == 0 {
		t.pages.remove(number / pageSize)
	}
}

// take finds room for a record.
func (t *table) take() uint32 {
	for len(t.open) > 0 {
		last := len(t.open) - 1
		if p := t.pages.get(t.open[last]); p != nil && !p.full() {
			return t.open[last]*pageSize + uint32(p.take())
		}
		t.open = t.open[:last]
	}
	p := newPage()
	at := t.pages.add(p)
	t.open = append(t.open, at)
	return at*pageSize + uint32(p.take())
}

func (t *table) place(number uint32) (p *page, slot int) {
	return t.pages.get(number / pageSize), int(number % pageSize)
}

// record returns the record with this number, nil where its page is gone.
func (t *table) record(number uint32) *record {
	if p, slot := t.place(number); p != nil {
		return &p.records[slot]
	}
	return nil
}

// chain puts a token first into its family's list.
func (t *table) chain(number uint32, f *family) {
	t.record(number).link(f.newest, 0)
	if f.newest != 0 {
		second := t.record(f.newest)
		second.link(second.next(), number)
	}
	f.newest = number
}

func (t *table) unchain(number uint32, f *family) {
	r := t.record(number)
	next, previous := r.next(), r.previous()
	if next != 0 {
		after := t.record(next)
		after.link(after.next(), previous)
	}
	if previous != 0 {
		before := t.record(previous)
		before.link(next, before.previous())
	} else {
		f.newest = next
	}
}

// members are the numbers of a family's tokens, the newest first. The one that was given may be deleted meanwhile.
func (t *table) members(f *family) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for number := f.newest; number != 0; {
			next := t.record(number).next()
			if !yield(number) {
				return
			}
			number = next
		}
	}
}

// expired returns at most limit tokens whose expiry is before now. It passes over pages that cannot have any.
func (t *table) expired(now moment, limit int) []uint32 {
	var numbers []uint32
	for at := uint32(1); at <= t.pages.given; at++ {
		p := t.pages.get(at)
		if p == nil || !p.earliest.over(now) {
			continue
		}
		left := moment(math.MaxInt64)
		for slot := range p.fresh {
			expires := p.records[slot].moment(expiresWord)
			if expires.over(now) {
				if len(numbers) == limit {
					return numbers
				}
				numbers = append(numbers, at*pageSize+uint32(slot))
			} else if expires != 0 {
				left = min(left, expires)
			}
		}
		p.earliest = left
	}
	return numbers
}

// id is a token's ID, under the guard's lock.
func (t *table) id(number uint32) string {
	p, slot := t.place(number)
	if x := p.extrasOf(slot); x.hasTexts() {
		return x.texts.id
	}
	return p.textsOf(slot).id
}

// replace gives a token its successor and its last expiry.
func (t *table) replace(number uint32, successor store.Digest, expires moment) {
	p, slot := t.place(number)
	p.setExtras(slot, p.extrasOf(slot).with(successor))
	p.setExpires(slot, expires)
}

// live says that a token is neither revoked nor replaced.
func (t *table) live(number uint32) bool {
	p, slot := t.place(number)
	return p.records[slot].moment(revokedWord) == 0 && !p.extrasOf(slot).replaced()
}

package memory

import (
	"math"
	"net/netip"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

// extras is what few tokens have. It is immutable, and nil for the others.
type extras struct {
	id, hint          string // where they are too long for the text of a page
	description, note string
	sealed            []byte
	networks          []netip.Prefix
	methods           []string
	successor         store.Digest
}

func extrasOf(t *store.Token) *extras {
	tooLong := len(t.ID) > math.MaxUint8 || len(t.Hint) > math.MaxUint8
	if !tooLong && t.Description == "" && t.Note == "" && len(t.Sealed) == 0 && len(t.Networks) == 0 &&
		len(t.Methods) == 0 && t.Successor == (store.Digest{}) {
		return nil
	}
	x := &extras{
		description: t.Description, note: t.Note, successor: t.Successor,
		sealed: slices.Clone(t.Sealed), networks: slices.Clone(t.Networks), methods: slices.Clone(t.Methods),
	}
	if tooLong {
		x.id, x.hint = t.ID, t.Hint
	}
	return x
}

// hasText says whether the ID and the hint are here.
func (x *extras) hasText() bool { return x != nil && (x.id != "" || x.hint != "") }

// replaced says whether the token has a successor.
func (x *extras) replaced() bool { return x != nil && x.successor != store.Digest{} }

// with is a copy that has this successor.
func (x *extras) with(successor store.Digest) *extras {
	var next extras
	if x != nil {
		next = *x
	}
	next.successor = successor
	return &next
}

// describe fills in t.
func (x *extras) describe(t *store.Token) {
	if x == nil {
		return
	}
	if x.hasText() {
		t.ID, t.Hint = x.id, x.hint
	}
	t.Description, t.Note, t.Sealed = x.description, x.note, x.sealed
	t.Networks, t.Methods, t.Successor = x.networks, x.methods, x.successor
}

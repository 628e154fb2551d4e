package memory

import (
	"net/netip"
	"slices"

	"github.com/seed-f67351ce/sesame/store"
)

// extras is what few tokens have. It is immutable, and nil for the others.
type extras struct {
	texts     texts // where they are too long for the text of a page
	note      string
	sealed    []byte
	networks  []netip.Prefix
	methods   []string
	successor store.Digest
}

func extrasOf(t *store.Token) *extras {
	tooLong := textsOf(t).lengths().tooLong()
	if !tooLong && t.Note == "" && len(t.Sealed) == 0 && len(t.Networks) == 0 && len(t.Methods) == 0 &&
		t.Successor == (store.Digest{}) {
		return nil
	}
	x := &extras{
		note: t.Note, successor: t.Successor,
		sealed: slices.Clone(t.Sealed), networks: slices.Clone(t.Networks), methods: slices.Clone(t.Methods),
	}
	if tooLong {
		x.texts = textsOf(t)
	}
	return x
}

// hasTexts says whether the texts are here.
func (x *extras) hasTexts() bool { return x != nil && x.texts != texts{} }

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
	if x.hasTexts() {
		x.texts.describe(t)
	}
	t.Note, t.Sealed, t.Networks, t.Methods, t.Successor = x.note, x.sealed, x.networks, x.methods, x.successor
}

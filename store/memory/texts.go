package memory

import (
	"math"

	"github.com/seed-f67351ce/sesame/store"
)

// texts are what a token's page keeps in its text, one behind the other.
type texts struct{ id, hint, description string }

// lengths are how long they are, in bytes.
type lengths struct{ id, hint, description int }

func textsOf(t *store.Token) texts { return texts{t.ID, t.Hint, t.Description} }

func (t texts) lengths() lengths { return lengths{len(t.id), len(t.hint), len(t.description)} }

func (n lengths) sum() int { return n.id + n.hint + n.description }

// tooLong says that a record has no room for such lengths.
func (n lengths) tooLong() bool {
	return n.id > math.MaxUint8 || n.hint > math.MaxUint8 || n.description > math.MaxUint16
}

func (t texts) describe(token *store.Token) {
	token.ID, token.Hint, token.Description = t.id, t.hint, t.description
}

package memory

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAPageKeepsItsTextsAndNoMore(t *testing.T) {
	p := newPage()
	written := map[int]string{}
	var held, copies []string // strings that a reader has, and what they were
	for i := range 20 * pageSize {
		if p.full() {
			victim := rand.IntN(pageSize)
			p.release(victim)
			delete(written, victim)
		}
		slot := p.take()
		written[slot] = fmt.Sprintf("text number %08d", i)
		p.setText(slot, texts{id: written[slot][:4], description: written[slot][4:]})
		if i%100 == 0 {
			got := p.textsOf(slot)
			held, copies = append(held, got.id, got.description), append(copies, written[slot][:4], written[slot][4:])
		}
	}
	for slot, text := range written {
		got := p.textsOf(slot)
		require.Equal(t, texts{id: text[:4], description: text[4:]}, got)
	}
	assert.Equal(t, copies, held)
	assert.LessOrEqual(t, cap(p.written), 20*pageSize*11/10)
}

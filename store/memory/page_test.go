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
	texts := map[int]string{}
	var held, copies []string // strings that a reader has, and what they were
	for i := range 20 * pageSize {
		if p.full() {
			victim := rand.IntN(pageSize)
			p.release(victim)
			delete(texts, victim)
		}
		slot := p.take()
		texts[slot] = fmt.Sprintf("text number %08d", i)
		p.setText(slot, texts[slot], "")
		if i%100 == 0 {
			id, _ := p.idAndHint(slot)
			held, copies = append(held, id), append(copies, texts[slot])
		}
	}
	for slot, text := range texts {
		id, hint := p.idAndHint(slot)
		require.Equal(t, text, id)
		require.Empty(t, hint)
	}
	assert.Equal(t, copies, held)
	assert.LessOrEqual(t, cap(p.written), 20*pageSize*11/10)
}

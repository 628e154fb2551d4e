package memory

import (
	"sync/atomic"
	"unsafe"
)

// A page is a piece of the table: records, and their IDs, hints and descriptions as one text, so that all are compact and
// a record never moves. A page without records is given back.
//
// It is just under 96 KiB, which the allocator has without waste. The collector looks at what is before the records
// and no further.
type page struct {
	text   atomic.Pointer[string]
	extras atomic.Pointer[[pageSize]atomic.Pointer[extras]] // nil while no record here has any

	written  []byte // the text's beginning, as far as it is in use
	alive    int    // how many bytes of it belong to a record
	size     int    // how many records are in use
	fresh    int    // how many records were ever used: those from here on are free
	free     int    // the first of the other free ones, plus one; zero for none
	earliest moment // no record expires before this; zero for never

	records [pageSize]record
}

const pageSize = 1022

func newPage() *page {
	p := &page{}
	p.text.Store(new(string))
	return p
}

func (p *page) full() bool { return p.size == pageSize }

// take finds a free record.
func (p *page) take() (slot int) {
	p.size++
	if p.free == 0 {
		p.fresh++
		return p.fresh - 1
	}
	slot = p.free - 1
	p.free = int(p.records[slot].next())
	return slot
}

// release makes a record free.
func (p *page) release(slot int) {
	r := &p.records[slot]
	_, lengths := r.text()
	p.alive -= lengths.sum()
	p.setExtras(slot, nil)
	for word := range r {
		r[word].Store(0)
	}
	r.link(uint32(p.free), 0)
	p.free = slot + 1
	p.size--
}

// setText gives a record its texts, which are not too long.
func (p *page) setText(slot int, t texts) {
	lengths := t.lengths()
	need := lengths.sum()
	if len(p.written)+need > cap(p.written) {
		p.rewrite(need)
	}
	offset := len(p.written)
	p.written = append(append(append(p.written, t.id...), t.hint...), t.description...)
	p.alive += need
	p.records[slot].setText(offset, lengths)
}

// textsOf are strings in the page's text. A reader that meets a writer may get any texts, but no panic.
func (p *page) textsOf(slot int) texts {
	text := *p.text.Load()
	offset, n := p.records[slot].text()
	if offset+n.sum() > len(text) {
		return texts{}
	}
	text = text[offset : offset+n.sum()]
	return texts{text[:n.id], text[n.id : n.id+n.hint], text[n.id+n.hint:]}
}

// rewrite moves the texts that are in use to a new place, with about as much room as the page needs when it is full and
// its other records have as much text on average. Strings that readers still hold keep the old place alive.
func (p *page) rewrite(need int) {
	room := min((p.alive+need)*pageSize/p.size, 2*(p.alive+need)+4<<10)
	next := make([]byte, 0, room+room/16)
	for slot := range p.fresh {
		t := p.textsOf(slot) // nothing, where the record is free
		p.records[slot].setText(len(next), t.lengths())
		next = append(append(append(next, t.id...), t.hint...), t.description...)
	}
	p.written = next
	// What is written is never written again, so it may be read as a string while more is written behind it.
	text := unsafe.String(unsafe.SliceData(next), cap(next))
	p.text.Store(&text)
}

func (p *page) extrasOf(slot int) *extras {
	if all := p.extras.Load(); all != nil {
		return all[slot].Load()
	}
	return nil
}

func (p *page) setExtras(slot int, x *extras) {
	all := p.extras.Load()
	if all == nil {
		if x == nil {
			return
		}
		all = new([pageSize]atomic.Pointer[extras])
		p.extras.Store(all)
	}
	all[slot].Store(x)
}

// setExpires gives a record its expiry.
func (p *page) setExpires(slot int, m moment) {
	p.records[slot][expiresWord].Store(uint64(m))
	if m != 0 && (p.earliest == 0 || m < p.earliest) {
		p.earliest = m
	}
}

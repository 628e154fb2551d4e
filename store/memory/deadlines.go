package memory

import "time"

// deadlines hold things until a time, the earliest on top of a binary heap. A thing may be here several times, or have
// ended some other way meanwhile: whoever takes it looks at it again.
type deadlines[T any] struct {
	heap []deadline[T]
}

type deadline[T any] struct {
	at    moment
	thing T
}

// file puts a thing on file until t, and says whether it did: zero is never.
func (d *deadlines[T]) file(t time.Time, thing T) bool {
	if t.IsZero() {
		return false
	}
	d.heap = append(d.heap, deadline[T]{momentOf(t), thing})
	for i := len(d.heap) - 1; i > 0; {
		parent := (i - 1) / 2
		if d.heap[parent].at <= d.heap[i].at {
			break
		}
		d.heap[parent], d.heap[i] = d.heap[i], d.heap[parent]
		i = parent
	}
	return true
}

// take removes one thing whose time is before now.
func (d *deadlines[T]) take(now moment) (thing T, ok bool) {
	if len(d.heap) == 0 || d.heap[0].at >= now {
		return thing, false
	}
	thing = d.heap[0].thing
	last := len(d.heap) - 1
	d.heap[0], d.heap[last] = d.heap[last], deadline[T]{}
	d.heap = d.heap[:last]
	d.sink()
	return thing, true
}

// sink moves the top down to its place.
func (d *deadlines[T]) sink() {
	for i := 0; ; {
		least := i
		for child := 2*i + 1; child <= 2*i+2 && child < len(d.heap); child++ {
			if d.heap[child].at < d.heap[least].at {
				least = child
			}
		}
		if least == i {
			return
		}
		d.heap[i], d.heap[least] = d.heap[least], d.heap[i]
		i = least
	}
}

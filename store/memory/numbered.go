package memory

import "sync/atomic"

// numbered gives things small numbers, from 1 on, by which a table without pointers can name them. Anybody may get
// while one writer adds and removes.
type numbered[T any] struct {
	slots atomic.Pointer[[]atomic.Pointer[T]]
	given uint32   // the greatest number given so far
	free  []uint32 // numbers to give again
}

// get returns the thing with this number, and nil where there is none.
func (l *numbered[T]) get(number uint32) *T {
	if slots := l.slots.Load(); slots != nil && int(number) < len(*slots) {
		return (*slots)[number].Load()
	}
	return nil
}

func (l *numbered[T]) add(thing *T) uint32 {
	number := l.given + 1
	if last := len(l.free) - 1; last >= 0 {
		number, l.free = l.free[last], l.free[:last]
	} else {
		l.given = number
		l.grow(int(number) + 1)
	}
	(*l.slots.Load())[number].Store(thing)
	return number
}

func (l *numbered[T]) remove(number uint32) {
	(*l.slots.Load())[number].Store(nil)
	l.free = append(l.free, number)
}

func (l *numbered[T]) grow(n int) {
	var old []atomic.Pointer[T]
	if slots := l.slots.Load(); slots != nil {
		old = *slots
	}
	if n <= len(old) {
		return
	}
	next := make([]atomic.Pointer[T], n+n/2+6)
	for i := range old {
		next[i].Store(old[i].Load())
	}
	l.slots.Store(&next)
}

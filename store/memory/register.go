package memory

import "hash/maphash"

// A register finds things by key. Anybody may get while one writer writes; like all that is read without a lock, what
// is got counts when the guard says that nobody wrote meanwhile.
type register[K comparable, T any] struct {
	seed    maphash.Seed
	has     func(thing *T, key K) bool // says whether a thing's key is this one
	numbers directory
	things  numbered[T]
}

func newRegister[K comparable, T any](has func(thing *T, key K) bool) register[K, T] {
	return register[K, T]{seed: maphash.MakeSeed(), has: has}
}

// get returns the thing under key, nil where there is none.
func (r *register[K, T]) get(key K) *T { return r.things.get(r.number(r.hash(key), key)) }

// put puts a thing under its key, where nothing is, and returns its number.
func (r *register[K, T]) put(key K, thing *T) (number uint32) {
	hash, number := r.hash(key), r.things.add(thing)
	r.numbers.part(hash).add(hash, number)
	return number
}

// delete takes away what is under key. It still has to have that key.
func (r *register[K, T]) delete(key K) {
	hash := r.hash(key)
	if number := r.number(hash, key); number != 0 {
		r.numbers.part(hash).remove(hash, number)
		r.things.remove(number)
	}
}

func (r *register[K, T]) hash(key K) uint64 { return maphash.Comparable(r.seed, key) }

func (r *register[K, T]) number(hash uint64, key K) uint32 {
	return r.numbers.part(hash).find(hash, func(number uint32) bool {
		thing := r.things.get(number)
		return thing != nil && r.has(thing, key)
	})
}

package seal_test

import (
	"fmt"

	"github.com/seed-f67351ce/sesame/store/seal"
)

func Example() {
	old, next := seal.NewKey(), seal.NewKey()
	before, _ := seal.New(old)
	after, _ := seal.New(next, old) // the first seals, both open

	place := seal.Binding{"client", "c1", "secret"}
	sealed := before.Seal(place, []byte("open sesame"))

	secret, stale, err := after.Open(place, sealed)
	fmt.Printf("%s, stale: %v, %v\n", secret, stale, err)
	if stale {
		sealed = after.Seal(place, secret)
	}
	_, stale, _ = after.Open(place, sealed)
	fmt.Println("stale:", stale)

	_, _, err = after.Open(seal.Binding{"client", "c2", "secret"}, sealed)
	fmt.Println(err)
	// Output:
	// open sesame, stale: true, <nil>
	// stale: false
	// seal: forged, damaged or moved
}

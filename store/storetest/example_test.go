package storetest_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/storetest"
)

// tallies is a backend of a team's own: it counts, and that is all.
type tallies struct {
	mu     sync.Mutex
	totals map[store.Digest]int
}

func (s *tallies) Add(ctx context.Context, counts []store.Count) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, c := range counts {
		s.totals[c.Key] += c.Delta
		counts[i].Total = s.totals[c.Key]
	}
	return nil
}

func openTallies() storetest.Backend {
	return storetest.Backend{Counters: &tallies{totals: map[store.Digest]int{}}}
}

// The team's test is one call. These checks run then; all others need what tallies does not have, and are skipped.
func ExampleRun() {
	test := testing.InternalTest{Name: "TestLaw", F: func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) storetest.Backend { return openTallies() })
	}}
	fmt.Println(test.Name)
	for _, c := range storetest.Checks() {
		if c.Needs&^openTallies().Has() == 0 {
			fmt.Println("-", c.Name)
		}
	}
	// Output:
	// TestLaw
	// - Add changes nothing when its context is done
	// - Add loses nothing
	// - Add makes additions in every order at once
	// - All methods work while others are at work
	// - Add adds
	// - Add reads with 0 and gives back with less
	// - Add makes many additions at once
	// - Add makes two additions to one counter
	// - Add tells keys apart by every byte
	// - Add ignores the Total that it is given
}

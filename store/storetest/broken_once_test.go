package storetest_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

func brokenOnce() map[string][]sabotage {
	return map[string][]sabotage{
		"Claim gives a key once":                                  {shrugs("Claim", store.ErrUsed)},
		"Claim tells keys apart by every byte":                    {cuts("Claim")},
		"Claim does not look at a clock":                          {func(s everything) everything { return claimsLive{s} }},
		"ClaimCount gives each number once":                       {shrugs("ClaimCount", store.ErrUsed)},
		"ClaimCount tells keys apart by every byte":               {cuts("ClaimCount")},
		"ClaimCount takes numbers in any order within the window": {counts(counting{window: 1}), counts(counting{window: 64})},
		"ClaimCount refuses what is below the window":             {counts(counting{window: 129}), counts(counting{window: 127})},
		"ClaimCount jumps to the largest number and never wraps":  {counts(counting{window: 128, signed: true})},
		"ClaimCount remembers across jumps of every width":        {counts(counting{window: 128, word: 64}), counts(counting{window: 128, word: 32})},
		"ClaimCount agrees with the rule on arbitrary numbers":    {counts(counting{window: 127}), counts(counting{window: 128, word: 16})},
		"ClaimCount gives many numbers at once":                   {failsInCrowds("ClaimCount", store.ErrUsed)},
	}
}

func brokenCounters() map[string][]sabotage {
	return map[string][]sabotage{
		"Add adds": {adds(func(s everything, ctx context.Context, counts []store.Count) error {
			err := s.Add(ctx, counts)
			for i := range counts {
				counts[i].Total = counts[i].Delta
			}
			return err
		})},
		"Add reads with 0 and gives back with less": {adds(func(s everything, ctx context.Context, counts []store.Count) error {
			for i := range counts {
				counts[i].Delta = max(counts[i].Delta, 0)
			}
			return s.Add(ctx, counts)
		})},
		"Add makes many additions at once": {adds(func(s everything, ctx context.Context, counts []store.Count) error {
			return s.Add(ctx, counts[:min(1, len(counts))])
		})},
		"Add makes two additions to one counter": {adds(func(s everything, ctx context.Context, counts []store.Count) error {
			seen := map[store.Digest]bool{}
			for _, c := range counts {
				if seen[c.Key] {
					return errors.New("cannot affect row a second time")
				}
				seen[c.Key] = true
			}
			return s.Add(ctx, counts)
		})},
		"Add tells keys apart by every byte": {cuts("Add")},
		"Add ignores the Total that it is given": {adds(func(s everything, ctx context.Context, counts []store.Count) error {
			for i := range counts {
				counts[i].Delta += counts[i].Total
			}
			return s.Add(ctx, counts)
		})},
		"Add loses nothing":                          {adds(readsThenWrites)},
		"Add makes additions in every order at once": {failsInCrowds("Add", errors.New("deadlock detected"))},
	}
}

type claimsLive struct{ everything }

func (s claimsLive) Claim(ctx context.Context, key store.Digest, until time.Time) error {
	if past(until) {
		return nil
	}
	return s.everything.Claim(ctx, key, until)
}

// A counting is another way to claim counts: with another window, with signed numbers, or forgetting what was taken when
// it jumps over a word.
type counting struct {
	window int64
	signed bool
	word   int64
}

type countsStore struct {
	everything
	counting
	mu      *sync.Mutex
	taken   map[store.Digest]map[int64]bool
	highest map[store.Digest]int64
}

func counts(c counting) sabotage {
	return func(s everything) everything {
		return countsStore{s, c, new(sync.Mutex), map[store.Digest]map[int64]bool{}, map[store.Digest]int64{}}
	}
}

func (s countsStore) ClaimCount(_ context.Context, key store.Digest, count uint32, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := int64(count)
	if s.signed {
		n = int64(int32(count))
	}
	highest, known := s.highest[key]
	if known && (n <= highest-s.window || s.taken[key][n]) {
		return store.ErrUsed
	}
	if !known || s.word > 0 && n >= highest+s.word {
		s.taken[key] = map[int64]bool{}
	}
	s.taken[key][n] = true
	s.highest[key] = max(n, highest)
	return nil
}

type addsStore struct {
	everything
	add func(s everything, ctx context.Context, counts []store.Count) error
}

func adds(add func(s everything, ctx context.Context, counts []store.Count) error) sabotage {
	return func(s everything) everything { return addsStore{s, add} }
}

func (s addsStore) Add(ctx context.Context, counts []store.Count) error {
	return s.add(s.everything, ctx, counts)
}

// readsThenWrites reads a total, and a moment later writes the sum.
func readsThenWrites(s everything, ctx context.Context, counts []store.Count) error {
	for i, c := range counts {
		read := []store.Count{{Key: c.Key, Until: c.Until}}
		if err := s.Add(ctx, read); err != nil {
			return err
		}
		sum := read[0].Total + c.Delta
		pause()
		if err := s.Add(ctx, read); err != nil {
			return err
		}
		read[0].Delta = sum - read[0].Total
		if err := s.Add(ctx, read); err != nil {
			return err
		}
		counts[i].Total = sum
	}
	return nil
}

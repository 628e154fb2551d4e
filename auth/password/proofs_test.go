package password

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/auth/throttle"
	"github.com/seed-f67351ce/sesame/store"
)

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

func digest(n int) store.Digest {
	return store.DigestOf(string(binary.BigEndian.AppendUint64(nil, uint64(n))))
}

// homeOf is where the digests of account n are.
func homeOf(set *proofs, n int) home {
	d := digest(-n)
	return set.home(binary.LittleEndian.Uint64(d[:]))
}

// put adds the digest of account n.
func put(set *proofs, n int, until time.Time) { set.put(homeOf(set, n), digest(n), until) }

func has(set *proofs, n int, now time.Time) bool { return homeOf(set, n).has(digest(n), now) }

func TestADigestCountsUntilItsTime(t *testing.T) {
	set := newProofs(100)
	put(set, 1, noon.Add(time.Minute))
	assert.True(t, has(set, 1, noon))
	assert.True(t, has(set, 1, noon.Add(time.Minute-1)))
	assert.False(t, has(set, 1, noon.Add(time.Minute)))
	assert.False(t, has(set, 2, noon))
}

func TestASetStaysWithinItsLimit(t *testing.T) {
	set := newProofs(640)
	for n := range 20_000 {
		put(set, n, noon.Add(time.Hour))
		assert.True(t, has(set, n, noon), "the newest is held")
	}
	assert.LessOrEqual(t, set.len(), 640)
}

func TestWhatHasEndedGoesFirst(t *testing.T) {
	set := newProofs(640)
	for n := range 5000 {
		put(set, n, noon.Add(time.Second))
	}
	later := noon.Add(time.Minute)
	for n := range 100 { // no more than eight of them in one row
		put(set, 1_000_000+n, later.Add(time.Hour))
	}
	for n := range 100 {
		assert.True(t, has(set, 1_000_000+n, later), "digest %d", n)
	}
}

func TestASetWithoutALimitHoldsNothing(t *testing.T) {
	set := newProofs(0)
	put(set, 1, noon.Add(time.Hour))
	assert.False(t, has(set, 1, noon))
	assert.Zero(t, set.len())
}

func TestASetServesManyAtOnce(t *testing.T) {
	set := newProofs(1000)
	var wait sync.WaitGroup
	for worker := range 8 {
		wait.Go(func() {
			for n := range 2000 {
				put(set, worker*2000+n, noon.Add(time.Hour))
				has(set, n, noon)
			}
		})
	}
	wait.Wait()
	assert.LessOrEqual(t, set.len(), 1024)
}

// The end of whoever is in the place by now must not be taken for that of who was found there.
func TestAnEndedProofNeverCounts(t *testing.T) {
	set := newProofs(ways)
	at := homeOf(set, 1)
	for n := range ways - 1 { // one place is left, for two
		set.put(at, digest(10+n), noon.Add(10*time.Hour))
	}
	ended, fresh := digest(1), digest(2)
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					assert.False(t, at.has(ended, noon))
				}
			}
		})
	}
	for range 20_000 {
		set.put(at, ended, noon.Add(-time.Minute))
		set.put(at, fresh, noon.Add(time.Hour))
	}
	close(stop)
	readers.Wait()
}

func TestLookingUpAllocatesNothing(t *testing.T) {
	set := newProofs(100)
	at, d := homeOf(set, 1), digest(1)
	put(set, 1, noon.Add(time.Hour))
	assert.Zero(t, testing.AllocsPerRun(100, func() { at.has(d, noon) }))
}

func TestHardlyAnyHasToGoBeforeHalfThePlacesAreTaken(t *testing.T) {
	set := newProofs(60_000)
	for n := range 30_000 {
		put(set, n, noon.Add(time.Hour))
	}
	assert.GreaterOrEqual(t, set.len(), 29_900)
}

func TestAnAccountMayHaveManyDigests(t *testing.T) {
	set := newProofs(6400)
	at := homeOf(set, 1)
	for n := range 2 * ways {
		set.put(at, digest(n), noon.Add(time.Hour))
	}
	set.put(at, digest(0), noon.Add(2*time.Hour)) // in place of itself
	for n := range 2 * ways {
		assert.True(t, at.has(digest(n), noon), "digest %d", n)
	}
}

func TestAProofIsAnHMAC(t *testing.T) {
	m := newMemory(1, time.Minute)
	key := m.inner
	for i := range key {
		key[i] ^= 0x36
	}
	for _, secret := range []string{"", "secret", strings.Repeat("long", 256)} {
		mac := hmac.New(sha256.New, key[:])
		for _, part := range []string{"password", "id", "stored", secret} {
			_, _ = mac.Write(binary.AppendUvarint(nil, uint64(len(part))))
			_, _ = mac.Write([]byte(part))
		}
		proof := m.proof(throttle.Account{Kind: throttle.Password, ID: "id"}, "stored", secret)
		assert.Equal(t, mac.Sum(nil), proof[:], "a secret of %d bytes", len(secret))
	}
}

package memory_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// many is a number that is large only where SESAME_LONG asks for it.
func many(ordinary, long int) int {
	if os.Getenv("SESAME_LONG") != "" {
		return long
	}
	return ordinary
}

// accessToken is the plain token with this number: of one of a thousand users and ten clients.
func accessToken(i int, created time.Time) store.Token {
	return store.Token{
		Digest: store.DigestOf(strconv.Itoa(i)), ID: fmt.Sprintf("token-%016x", i), Kind: store.AccessToken,
		User: "user-" + strconv.Itoa(i%1000), Client: "client-" + strconv.Itoa(i%10),
		Scopes: []string{"products:read", "products:write", "users:read"}, Hint: fmt.Sprintf("%04d", i%10000),
		AuthTime: created, Created: created, Expires: created.Add(time.Hour),
	}
}

// issue makes a store that holds n access tokens.
func issue(t testing.TB, n int) *memory.Store {
	t.Helper()
	s := memory.New(memory.UsersElsewhere(), memory.ClientsElsewhere())
	created := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		require.NoError(t, s.PutTokens(context.Background(), []store.Token{accessToken(i, created.Add(time.Duration(i)*time.Millisecond))}, 0))
	}
	return s
}

func heap() (bytes, objects uint64) {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc, m.HeapObjects
}

func TestATokenIsSmallAndNothingToTheCollector(t *testing.T) {
	n := many(100_000, 1_000_000)
	bytesBefore, objectsBefore := heap()
	s := issue(t, n)
	bytes, objects := heap()
	runtime.KeepAlive(s)
	each := float64(bytes-bytesBefore) / float64(n)
	t.Logf("%d tokens: %.1f bytes each, %d objects", n, each, objects-objectsBefore)
	assert.LessOrEqual(t, each, 160.0, "bytes a token")
	assert.LessOrEqual(t, objects-objectsBefore, uint64(n/10), "objects on the heap")
}

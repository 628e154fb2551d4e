package memory_test

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

// A churn does to a store and to a plain map the same things in random order.
type churn struct {
	*testing.T
	*rand.Rand
	*memory.Store
	model map[store.Digest]store.Token
	now   time.Time
	made  int
}

func TestTheTableIsAMap(t *testing.T) {
	c := churn{
		T: t, Rand: rand.New(rand.NewPCG(3, 4)), model: map[store.Digest]store.Token{}, now: noon,
		Store: memory.New(memory.UsersElsewhere(), memory.ClientsElsewhere(), memory.GrantsElsewhere()),
	}
	for round := range many(30, 600) {
		for range c.IntN(400) {
			c.put()
		}
		for range c.IntN(50) {
			c.rotate()
			c.revoke()
		}
		c.now = c.now.Add(time.Minute)
		c.sweep()
		if round%10 == 0 {
			c.compare()
		}
	}
	c.compare()
}

// token is a token of which anything may be rare or long.
func (c *churn) token() store.Token {
	c.made++
	id := strconv.Itoa(c.made)
	t := store.Token{
		Digest: store.DigestOf(id), ID: id + strings.Repeat("x", c.IntN(40)), Kind: store.TokenKind(1 + c.IntN(6)),
		User: c.name("user", 5), Client: c.name("client", 3), Grant: c.name("grant", 20), Created: c.now,
	}
	if c.IntN(10) > 0 {
		t.Expires = c.now.Add(time.Duration(c.IntN(20*60)) * time.Second)
	}
	if c.IntN(3) == 0 {
		t.Hint, t.ACR, t.AllScopes, t.AuthTime = id[len(id)-1:], c.name("acr", 2), c.IntN(2) == 0, c.now
		t.Scopes, t.Audience, t.Confirmation = []string{"a", c.name("b", 3)}, []string{c.name("c", 2)}, c.name("d", 2)
	}
	t.Description = strings.Repeat("description ", c.IntN(3))
	if c.IntN(500) == 0 {
		t.Description = strings.Repeat("long ", 20_000)
	}
	if c.IntN(20) == 0 {
		t.ID, t.Hint = id+strings.Repeat("y", 300), strings.Repeat("z", 300)
		t.Description, t.Note, t.Sealed, t.Methods = "description", "note", []byte(id), []string{"GET"}
		t.Networks = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	}
	return t
}

func (c *churn) name(kind string, n int) string {
	if i := c.IntN(n + 1); i > 0 {
		return kind + strconv.Itoa(i)
	}
	return ""
}

func (c *churn) put() {
	t := c.token()
	require.NoError(c, c.PutTokens(context.Background(), []store.Token{t}, 0))
	c.model[t.Digest] = t
}

func (c *churn) rotate() {
	next := c.token()
	for d, old := range c.model {
		if old.Revoked.IsZero() && old.Successor == (store.Digest{}) {
			old.Successor, old.Expires = next.Digest, c.now.Add(time.Minute)
			require.NoError(c, c.RotateToken(context.Background(), d, old.Expires, []store.Token{next}))
			c.model[d], c.model[next.Digest] = old, next
			return
		}
	}
}

func (c *churn) revoke() {
	f := store.TokenFilter{
		User: c.name("user", 5), Client: c.name("client", 3), Grant: "grant" + strconv.Itoa(1+c.IntN(20)), Live: c.IntN(2) == 0,
	}
	n, err := c.RevokeTokens(context.Background(), f, c.now)
	require.NoError(c, err)
	for d, t := range c.model {
		if picks(f, t) && t.Revoked.IsZero() {
			t.Revoked = c.now
			c.model[d] = t
			n--
		}
	}
	require.Zero(c, n, "revoked by %+v", f)
}

func (c *churn) sweep() {
	var expired []store.Digest
	for d, t := range c.model {
		if !t.Expires.IsZero() && t.Expires.Before(c.now) {
			expired = append(expired, d)
		}
	}
	limit := 1 + c.IntN(500)
	n, err := c.Sweep(context.Background(), c.now, limit)
	require.NoError(c, err)
	require.Equal(c, min(len(expired), limit), n)
	for _, d := range expired {
		if _, err := c.LookUpToken(context.Background(), d); err != nil {
			delete(c.model, d)
			n--
		}
	}
	require.Zero(c, n, "what else was removed")
}

func (c *churn) compare() {
	for d, want := range c.model {
		got, err := c.LookUpToken(context.Background(), d)
		require.NoError(c, err)
		require.Equal(c, want, got.Token)
	}
	for _, f := range []store.TokenFilter{{User: "user1"}, {Client: "client1"}, {Grant: "grant1"}, {User: "user2", Client: "client2"}} {
		got, err := c.ListTokens(context.Background(), f, "", len(c.model))
		require.NoError(c, err)
		var want []store.Token
		for _, t := range c.model {
			if picks(f, t) {
				want = append(want, t)
			}
		}
		assert.ElementsMatch(c, ids(want), ids(got), "%+v", f)
		assert.True(c, slices.IsSortedFunc(got, func(a, b store.Token) int { return b.Created.Compare(a.Created) }))
	}
}

func picks(f store.TokenFilter, t store.Token) bool {
	return (f.User == "" || f.User == t.User) && (f.Client == "" || f.Client == t.Client) &&
		(f.Grant == "" || f.Grant == t.Grant) && (!f.Live || t.Revoked.IsZero() && t.Successor == store.Digest{})
}

func ids(tokens []store.Token) []string {
	list := make([]string, len(tokens))
	for i, t := range tokens {
		list[i] = t.ID
	}
	return list
}

package auth_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
)

func TestScopes(t *testing.T) {
	held := auth.Scopes{"write", "read"}
	assert.True(t, held.Has("read"))
	assert.False(t, held.Has("Read"), "case counts")
	assert.Equal(t, "fly", held.Missing(auth.Scopes{"read", "fly"}))
	assert.Empty(t, held.Missing(nil))
	assert.Equal(t, auth.Scopes{"read"}, held.Intersect(auth.Scopes{"read", "fly"}))
	assert.Equal(t, held, held.Intersect(auth.Scopes{"read", "write", "fly"}))
	assert.Empty(t, held.Intersect(nil))
	assert.Equal(t, "write read", held.String())
	assert.Zero(t, testing.AllocsPerRun(10, func() { held.Intersect(held) }), "nothing is lost, nothing is copied")
}

func TestCatalogue(t *testing.T) {
	c := catalogue(t)
	assert.Equal(t, auth.Scopes{"read", "write"}, c.Names())
	assert.Equal(t, "Change things", c.Words("write"))
	assert.Empty(t, c.Words("fly"))
	assert.Equal(t, auth.Scopes{"read", "write"}, c.Sort(auth.Scopes{"fly", "write", "read", "write"}))
	c.All()[0].Name = "changed"
	assert.True(t, c.Has("read"), "All returns a copy")

	for name, infos := range map[string][]auth.ScopeInfo{
		"an empty name":   {{Name: "", Words: "x"}},
		"a blank":         {{Name: "a b", Words: "x"}},
		"a quote":         {{Name: `a"`, Words: "x"}},
		"no ASCII":        {{Name: "ä", Words: "x"}},
		"the name of any": {{Name: auth.AnyScope, Words: "x"}},
		"no words":        {{Name: "a"}},
		"one twice":       {{Name: "a", Words: "x"}, {Name: "a", Words: "y"}},
	} {
		_, err := auth.NewCatalogue(infos...)
		assert.Error(t, err, name)
	}
}

func TestParseScopes(t *testing.T) {
	scopes, err := auth.ParseScopes("read write read")
	require.NoError(t, err)
	assert.Equal(t, auth.Scopes{"read", "write"}, scopes)
	scopes, err = auth.ParseScopes("")
	require.NoError(t, err)
	assert.Empty(t, scopes)
	for _, text := range []string{" ", "read  write", " read", "read ", "read\twrite", `a"b`, `a\b`, "ä", "\x7f"} {
		_, err := auth.ParseScopes(text)
		assert.ErrorIs(t, err, auth.ErrScopeSyntax, "%q", text)
	}
}

func FuzzParseScopes(f *testing.F) {
	for _, seed := range []string{"", "read write", " ", "a\"b", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		scopes, err := auth.ParseScopes(text)
		if err != nil {
			return
		}
		again, err := auth.ParseScopes(scopes.String())
		require.NoError(t, err)
		assert.Equal(t, scopes, again)
	})
}

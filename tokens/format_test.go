package tokens_test

import (
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// many is a million where there is time.
func many() int {
	if os.Getenv("SESAME_LONG") != "" {
		return 1_000_000
	}
	return 50_000
}

func TestFormat(t *testing.T) {
	t.Run("TOK-FMT-01 one word with a prefix, 256 random bits and a checksum", func(t *testing.T) {
		shape := regexp.MustCompile(`^test_pat_[0-9A-Za-z]{49}$`)
		seen := make(map[string]struct{}, many())
		for range many() {
			token := developer.New()
			if !shape.MatchString(token) || !developer.Check(token) {
				t.Fatal("not a token: ", token)
			}
			seen[token] = struct{}{}
		}
		assert.Len(t, seen, many())
	})
	t.Run("TOK-FMT-01 a checksum that was computed elsewhere", func(t *testing.T) {
		// CRC-32 (IEEE) of the prefix and the random symbols is 0xb7698f91 by zlib, lowest symbol first in base62.
		const text = "acme_pat_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"
		format := mustFormat("acme_pat_")
		assert.True(t, format.Check(text+"PuOFM3"), "the golden token")
	})
	t.Run("TOK-FMT-03 each kind has a prefix of its own", func(t *testing.T) {
		prefixes := map[store.TokenKind]string{
			store.DeveloperToken: "acme_pat_", store.APIKey: "acme_key_", store.AccessToken: "acme_at_", store.RefreshToken: "acme_rt_",
		}
		secret := mustFormat("acme_cs_").New() // a client's
		for kind, prefix := range prefixes {
			token := mustFormat(prefix).New()
			assert.True(t, strings.HasPrefix(token, prefix))
			assert.False(t, mustFormat(prefix).Check(secret))
			for other, prefix := range prefixes {
				assert.Equal(t, kind == other, mustFormat(prefix).Check(token), "%d as %d", kind, other)
			}
		}
		w := newWorld(t)
		assert.Regexp(t, "^test_pat_", w.mint().Secret)
		assert.Regexp(t, "^test_key_", w.mint(key).Secret)
		_, err := tokens.New(tokens.Config{Tokens: w.db, Users: w.db, Developer: developer, APIKey: developer})
		assert.Error(t, err, "one prefix for two kinds")
	})
	t.Run("a prefix that begins another is told apart", func(t *testing.T) {
		short := mustFormat("test_")
		assert.False(t, short.Check(developer.New()))
		assert.False(t, developer.Check(short.New()))
	})
}

func TestNewFormatRefuses(t *testing.T) {
	for _, prefix := range []string{"", "_", "pat", "pat-", "p t_", "päт_", "pat_\n", strings.Repeat("p", 32) + "_"} {
		_, err := tokens.NewFormat(prefix)
		assert.ErrorIs(t, err, tokens.ErrPrefix, "%q", prefix)
	}
	assert.False(t, tokens.Format{}.Check(developer.New()), "the zero format takes nothing")
}

// mutate gives token a wrong symbol somewhere.
func mutate(token string) string {
	text := []byte(token)
	i := rand.IntN(len(text))
	for old := text[i]; text[i] == old; {
		text[i] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"[rand.IntN(63)]
	}
	return string(text)
}

func TestMistypedTokens(t *testing.T) {
	t.Run("TOK-FMT-02 refused without the store", func(t *testing.T) {
		w := newWorld(t)
		token := w.mint().Secret
		verifier := newVerifier(t, w.db, w.clock)
		for i := range many() {
			text := mutate(token)
			if i%2 == 0 {
				text = "test_pat_" + mustFormat("x_").New()[2:] // random, with the checksum of another prefix
			}
			if _, err := verifier.Verify(ctx, nil, "Bearer", text); err == nil {
				t.Fatal("taken: ", text)
			}
		}
		assert.Equal(t, 401, w.get(mutate(token)))
		assert.Empty(t, w.db.lookUps)
	})
	t.Run("TOK-STORE-03 exact match only", func(t *testing.T) {
		w := newWorld(t)
		token := w.mint(key).Secret
		require.Equal(t, 200, w.call(w.node[0], "GET", "/", "X-API-Key", token).Code)
		last := len(token) - 1
		for name, text := range map[string]string{
			"shortened": token[:last], "lengthened": token + "0", "padded with =": token + "=", "upper case": strings.ToUpper(token),
			"lower case": strings.ToLower(token), "with a blank": token + " x", "without its prefix": token[5:],
		} {
			assert.Equal(t, 401, w.call(w.node[0], "GET", "/", "X-API-Key", text).Code, name)
		}
		for name, text := range map[string]string{"%20": token + "%20", "+": "+" + token, "%0a": token + "%0a", "%00": token + "%00", "bad escape": token + "%zz"} {
			assert.Equal(t, 401, w.call(w.node[0], "GET", "/?api_key="+text).Code, name)
		}
		assert.Len(t, w.db.lookUps, 1)
	})
}

func FuzzCheck(f *testing.F) {
	for _, seed := range []string{"", "test_pat_", developer.New(), apiKey.New(), developer.New()[1:], strings.Repeat("é", 29)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !developer.Check(text) {
			return
		}
		assert.Regexp(t, `^test_pat_[0-9A-Za-z]{49}$`, text)
		assert.False(t, apiKey.Check(text))
		assert.False(t, developer.Check(text[:len(text)-1]))
	})
}

package password_test

import (
	"encoding/base64"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"

	"github.com/seed-f67351ce/sesame/auth/password"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// cheap is a hasher for tests that do not look at costs.
func cheap(t testing.TB, kinds ...password.Kind) *password.Hasher {
	t.Helper()
	h, err := password.NewHasher(password.HasherConfig{Memory: 64, Time: 1, InsecureCosts: true, InsecureKinds: kinds})
	require.NoError(t, err)
	return h
}

func hashOf(t testing.TB, h *password.Hasher, secret string) string {
	t.Helper()
	encoded, err := h.Hash(secret)
	require.NoError(t, err)
	return encoded
}

func bcryptOf(t testing.TB, secret string, cost int) string {
	t.Helper()
	encoded, err := bcrypt.GenerateFromPassword([]byte(secret), cost)
	require.NoError(t, err)
	return string(encoded)
}

func TestCosts(t *testing.T) {
	t.Run("SEC-HASH-01 the default is argon2id at OWASP's costs with a random salt of 16 bytes", func(t *testing.T) {
		h, err := password.NewHasher(password.HasherConfig{})
		require.NoError(t, err)
		one, other := hashOf(t, h, "open sesame"), hashOf(t, h, "open sesame")
		phc := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$`)
		require.Regexp(t, phc, one)
		require.Regexp(t, phc, other)
		a, b := phc.FindStringSubmatch(one), phc.FindStringSubmatch(other)
		assert.NotEqual(t, a[1], b[1], "salts")
		assert.NotEqual(t, a[2], b[2], "sums")
		match, outdated, err := h.Verify(one, "open sesame")
		require.NoError(t, err)
		assert.True(t, match)
		assert.False(t, outdated)
	})
	tests := []struct {
		name string
		cfg  password.HasherConfig
		ok   bool
	}{
		{"46 MiB in one pass is enough", password.HasherConfig{Memory: 46 << 10, Time: 1}, true},
		{"12 MiB in three passes is enough", password.HasherConfig{Memory: 12 << 10, Time: 3}, true},
		{"more of both is enough", password.HasherConfig{Memory: 64 << 10, Time: 4, Threads: 4}, true},
		{"19 MiB in one pass is too little", password.HasherConfig{Memory: 19 << 10, Time: 1}, false},
		{"8 MiB is too little in any number of passes", password.HasherConfig{Memory: 8 << 10, Time: 9}, false},
		{"less is for tests, by its name", password.HasherConfig{Memory: 64, Time: 1, InsecureCosts: true}, true},
		{"less than argon2id can do is too little for tests too", password.HasherConfig{Memory: 7, Time: 1, InsecureCosts: true}, false},
		{"17 threads are too many", password.HasherConfig{Threads: 17}, false},
	}
	for _, test := range tests {
		t.Run("SEC-HASH-01 "+test.name, func(t *testing.T) {
			_, err := password.NewHasher(test.cfg)
			assert.Equal(t, test.ok, err == nil, "%v", err)
		})
	}
	t.Run("only weak kinds that can be verified can be switched on", func(t *testing.T) {
		for _, kind := range []password.Kind{"argon2i", "PBKDF2", password.Bcrypt, "unknown", ""} {
			_, err := password.NewHasher(password.HasherConfig{InsecureKinds: []password.Kind{kind}})
			assert.Error(t, err, kind)
		}
	})
}

func TestBoundsOfStoredHashes(t *testing.T) {
	h := cheap(t)
	hashes, most := 0, uint32(0)
	h.Watch(func(memory, _ uint32) { hashes++; most = max(most, memory) })
	salt, sum := strings.Repeat("A", 22), strings.Repeat("A", 43)
	tests := []struct{ name, encoded string }{
		{"four gibibytes of memory", "$argon2id$v=19$m=4194304,t=1,p=1$" + salt + "$" + sum},
		{"a million passes", "$argon2id$v=19$m=19456,t=1000000,p=1$" + salt + "$" + sum},
		{"17 threads", "$argon2id$v=19$m=19456,t=2,p=17$" + salt + "$" + sum},
		{"no threads", "$argon2id$v=19$m=19456,t=2,p=0$" + salt + "$" + sum},
		{"no passes", "$argon2id$v=19$m=19456,t=0,p=1$" + salt + "$" + sum},
		{"less memory than the algorithm's least", "$argon2id$v=19$m=7,t=2,p=1$" + salt + "$" + sum},
		{"costs that overflow", "$argon2id$v=19$m=4294967297,t=2,p=1$" + salt + "$" + sum},
		{"a sum of four bytes", "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$AAAAAA"},
		{"no sum", "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$"},
		{"a sum of 65 bytes", "$argon2id$v=19$m=19456,t=2,p=1$" + salt + "$" + base64.RawStdEncoding.EncodeToString(make([]byte, 65))},
		{"a salt of four bytes", "$argon2id$v=19$m=19456,t=2,p=1$AAAAAA$" + sum},
		{"bcrypt of cost 31", "$2b$31$" + strings.Repeat("a", 53)},
		{"PBKDF2 of a thousand million rounds", "$pbkdf2-sha256$i=1000000000$" + salt + "$" + sum},
	}
	for _, test := range tests {
		t.Run("SEC-HASH-02 "+test.name+" is refused at import and at verification", func(t *testing.T) {
			hashes, most = 0, 0
			var problem *password.HashError
			require.ErrorAs(t, h.Accept(test.encoded), &problem)
			assert.Zero(t, hashes)
			match, outdated, err := h.Verify(test.encoded, "open sesame")
			require.ErrorAs(t, err, &problem)
			assert.False(t, match)
			assert.False(t, outdated)
			assert.Equal(t, 1, hashes, "the work of any refusal")
			assert.EqualValues(t, 64, most)
		})
	}
}

func TestKinds(t *testing.T) {
	weak := []struct {
		kind    password.Kind
		encoded string // of "secret"
	}{
		{password.MD5Crypt, "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/"},
		{password.SHA1, "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ="},
		{password.DESCrypt, "abNANd1rDfiNc"},
		{password.PlainText, "secret"},
	}
	for _, test := range weak {
		t.Run("SEC-BASIC-05 "+string(test.kind)+" is refused with an error that names it", func(t *testing.T) {
			h := cheap(t)
			assert.ErrorContains(t, h.Accept(test.encoded), string(test.kind))
			match, _, err := h.Verify(test.encoded, "secret")
			assert.False(t, match)
			assert.ErrorContains(t, err, string(test.kind))
			assert.NotContains(t, err.Error(), test.encoded)
		})
		t.Run("SEC-BASIC-05 "+string(test.kind)+" matches where it is switched on, and is outdated", func(t *testing.T) {
			h := cheap(t, test.kind)
			require.NoError(t, h.Accept(test.encoded))
			match, outdated, err := h.Verify(test.encoded, "secret")
			require.NoError(t, err)
			assert.True(t, match)
			assert.True(t, outdated)
			match, _, err = h.Verify(test.encoded, "secreT")
			require.NoError(t, err)
			assert.False(t, match)
		})
	}
	t.Run("SEC-BASIC-05 bcrypt is accepted by default", func(t *testing.T) {
		h := cheap(t)
		encoded := bcryptOf(t, "secret", 4)
		for _, version := range []string{"2a", "2b", "2y"} {
			match, outdated, err := h.Verify("$"+version+encoded[3:], "secret")
			require.NoError(t, err)
			assert.True(t, match, version)
			assert.True(t, outdated)
		}
		match, _, err := h.Verify(encoded, "other")
		require.NoError(t, err)
		assert.False(t, match)
	})
	t.Run("what cannot be verified is named", func(t *testing.T) {
		h := cheap(t, password.MD5Crypt, password.SHA1, password.DESCrypt, password.PlainText)
		for encoded, kind := range map[string]string{
			"$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA": "argon2i", "$argon2d$v=19$": "argon2d", "$pbkdf2-sha256$29000$x$y": "PBKDF2",
			"$scrypt$ln=16$x$y": "scrypt", "$5$salt$sum": "SHA-256 crypt", "$6$salt$sum": "SHA-512 crypt", "{SSHA}AAAA": "salted SHA-1",
			"$2x$10$abc": "unknown", "$": "unknown", "*": "unknown", "!locked": "unknown", "{CRYPT}abNANd1rDfiNc": "unknown",
		} {
			match, _, err := h.Verify(encoded, encoded)
			assert.False(t, match, encoded)
			assert.ErrorContains(t, err, "of kind "+kind+" ", encoded)
		}
	})
	t.Run("a hash that is cut off is no plain password", func(t *testing.T) {
		h := cheap(t, password.MD5Crypt, password.SHA1, password.DESCrypt, password.PlainText)
		for _, encoded := range []string{
			"$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfR=",
			hashOf(t, h, "secret")[:80], bcryptOf(t, "secret", 4)[:59], bcryptOf(t, "secret", 4) + "x",
		} {
			match, _, err := h.Verify(encoded, encoded)
			assert.False(t, match, encoded)
			assert.Error(t, err, encoded)
		}
	})
}

// TestVectorsOfOldKinds reads hashes that openssl passwd (-apr1 and -1) and the C library's crypt made.
func TestVectorsOfOldKinds(t *testing.T) {
	h := cheap(t, password.MD5Crypt, password.DESCrypt)
	vectors, err := os.ReadFile("testdata/crypt.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(vectors)) {
		encoded, secret, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		for typed, want := range map[string]bool{secret: true, secret + "x": false, "x" + secret: false} {
			match, _, err := h.Verify(encoded, typed)
			require.NoError(t, err)
			assert.Equal(t, want, match, "%q for %s of %q", typed, encoded, secret)
		}
	}
}

func TestEveryByteCounts(t *testing.T) {
	h := cheap(t)
	t.Run("SEC-HASH-06 two long passwords that bcrypt cannot tell apart are both refused", func(t *testing.T) {
		prefix := strings.Repeat("x", 72)
		encoded := bcryptOf(t, prefix, 4)
		for secret, want := range map[string]bool{prefix: true, prefix + strings.Repeat("y", 28): false, prefix + "z": false} {
			match, _, err := h.Verify(encoded, secret)
			require.NoError(t, err)
			assert.Equal(t, want, match, "of %d bytes", len(secret))
		}
	})
	t.Run("SEC-HASH-06 bcrypt repeats a password with a NUL: such passwords are refused", func(t *testing.T) {
		encoded := bcryptOf(t, "ab", 4)
		require.NoError(t, bcrypt.CompareHashAndPassword([]byte(encoded), []byte("ab\x00ab")), "bcrypt takes one for the other")
		match, _, err := h.Verify(encoded, "ab\x00ab")
		require.NoError(t, err)
		assert.False(t, match)
	})
	t.Run("SEC-HASH-06 nothing is cut, trimmed or folded", func(t *testing.T) {
		long := strings.Repeat("x", 72)
		secrets := []string{
			"pw", "pw ", " pw", "PW", "pw\x00", "pw\t", long + strings.Repeat("y", 28), long + strings.Repeat("z", 28),
		}
		for _, secret := range secrets {
			encoded := hashOf(t, h, secret)
			for _, typed := range secrets {
				match, _, err := h.Verify(encoded, typed)
				require.NoError(t, err)
				assert.Equal(t, secret == typed, match, "%q for %q", typed, secret)
			}
		}
	})
	t.Run("SEC-HASH-05 64, 128 and 1024 bytes work, 1025 are not hashed", func(t *testing.T) {
		h := cheap(t)
		encoded := ""
		for _, length := range []int{64, 128, 1024} {
			encoded = hashOf(t, h, strings.Repeat("x", length))
			match, _, err := h.Verify(encoded, strings.Repeat("x", length))
			require.NoError(t, err)
			assert.True(t, match, length)
		}
		hashes := 0
		h.Watch(func(_, _ uint32) { hashes++ })
		for _, length := range []int{0, 1025, 1 << 20} {
			_, err := h.Hash(strings.Repeat("x", length))
			assert.ErrorIs(t, err, autherr.BadRequest)
			match, _, err := h.Verify(encoded, strings.Repeat("x", length))
			require.NoError(t, err)
			assert.False(t, match)
		}
		assert.Zero(t, hashes)
	})
	t.Run("SEC-HASH-08 composed and decomposed are one password, and ASCII stays as it is", func(t *testing.T) {
		composed, decomposed := "caf\u00e9 \u1ed9", "cafe\u0301 o\u0323\u0302"
		for _, set := range []string{composed, decomposed} {
			for _, typed := range []string{composed, decomposed} {
				match, _, err := h.Verify(hashOf(t, h, set), typed)
				require.NoError(t, err)
				assert.True(t, match, "%q for %q", typed, set)
			}
		}
		match, _, err := h.Verify(hashOf(t, h, "\ufb01sh"), "fish")
		require.NoError(t, err)
		assert.False(t, match, "a ligature is no two letters: NFC, not NFKC")
	})
	t.Run("octets that are not UTF-8 are nobody's password", func(t *testing.T) {
		_, err := h.Hash("caf\xe9")
		assert.ErrorIs(t, err, autherr.BadRequest)
	})
}

func TestEmptyCredentialsMatchNothing(t *testing.T) {
	h := cheap(t)
	plain := cheap(t, password.PlainText)
	ofNothing := "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$" // the sum of an empty password follows
	for _, stored := range []string{"", "null", ofNothing + strings.Repeat("A", 43)} {
		for _, typed := range []string{"", "null", "NULL", "\x00"} {
			t.Run("SEC-FAIL-03 a stored \""+stored+"\" does not match \""+typed+"\"", func(t *testing.T) {
				match, _, _ := h.Verify(stored, typed)
				assert.False(t, match)
			})
		}
	}
	t.Run("SEC-FAIL-03 an empty stored password matches nothing even where plain text is switched on", func(t *testing.T) {
		match, _, err := plain.Verify("", "")
		require.NoError(t, err)
		assert.False(t, match)
	})
}

func TestOutdated(t *testing.T) {
	now, err := password.NewHasher(password.HasherConfig{})
	require.NoError(t, err)
	const salt, sum = "$AAAAAAAAAAAAAAAAAAAAAA", "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	tests := []struct {
		name, encoded string
		outdated      bool
	}{
		{"the costs of now", "$argon2id$v=19$m=19456,t=2,p=1" + salt + sum, false},
		{"less memory", "$argon2id$v=19$m=12288,t=2,p=1" + salt + sum, true},
		{"fewer passes", "$argon2id$v=19$m=19456,t=1,p=1" + salt + sum, true},
		{"OWASP's other setting of less work", "$argon2id$v=19$m=12288,t=3,p=1" + salt + sum, true},
		{"OWASP's other setting of more work", "$argon2id$v=19$m=47104,t=1,p=1" + salt + sum, false},
		{"as much work in too little memory", "$argon2id$v=19$m=4096,t=10,p=1" + salt + sum, true},
		{"more memory", "$argon2id$v=19$m=65536,t=3,p=4" + salt + sum, false},
		{"a shorter salt", "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAA" + sum, true},
		{"a shorter sum", "$argon2id$v=19$m=19456,t=2,p=1" + salt + salt, true},
		{"bcrypt", "$2y$12$" + strings.Repeat("a", 53), true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			outdated, err := now.Outdated(test.encoded)
			require.NoError(t, err)
			assert.Equal(t, test.outdated, outdated)
		})
	}
}

// TestRefusalsAreOneWork asserts the cause of equal times: the KiB that argon2id writes.
func TestRefusalsAreOneWork(t *testing.T) {
	now, err := password.NewHasher(password.HasherConfig{
		Memory: 256, Time: 2, InsecureCosts: true,
		InsecureKinds: []password.Kind{password.MD5Crypt, password.SHA1, password.DESCrypt, password.PlainText},
	})
	require.NoError(t, err)
	work, most := uint32(0), uint32(0)
	now.Watch(func(memory, time uint32) { work, most = work+memory*time, max(most, memory) })
	for name, encoded := range map[string]string{
		"a hash of now": hashOf(t, now, "x"), "a hash of lower costs": hashOf(t, cheap(t), "x"), "no password": "",
		"a hash that is refused": "$argon2id$v=19$m=9999999,t=1,p=1$AAAA$AAAA", "a kind that is refused": "{SSHA}AAAA",
		"DES crypt": "abNANd1rDfiNc", "MD5 crypt": "$apr1$abcdefgh$h9FWgUz3n9YxylKLlR5SQ/",
		"SHA-1": "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "plain text": "other",
	} {
		t.Run("SEC-ENUM-02 "+name, func(t *testing.T) {
			work, most = 0, 0
			match, _, _ := now.Verify(encoded, "wrong")
			assert.False(t, match)
			assert.EqualValues(t, 512, work)
			assert.LessOrEqual(t, most, uint32(256))
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=019456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=16$m=8,t=+2,p=1$c29tZXNhbHRzb21lc2FsdA\n$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=8,t=2,p=1,data=AA$$")
	f.Add("$$v=19$m=10,t=1,p=1$00000000000$000000000000000000000A")
	f.Fuzz(func(t *testing.T, encoded string) {
		if again, err := password.Reprint(encoded); err == nil {
			assert.Equal(t, encoded, again, "one text for one hash")
		}
	})
}

func FuzzAccept(f *testing.F) {
	h, err := password.NewHasher(password.HasherConfig{
		Memory: 64, Time: 1, MaxMemory: 64, MaxTime: 1, InsecureCosts: true,
		InsecureKinds: []password.Kind{password.MD5Crypt, password.SHA1, password.DESCrypt, password.PlainText},
	})
	require.NoError(f, err)
	for _, encoded := range []string{
		"", "null", "$2y$04$abc", "$apr1$a$b", "$apr1$", "{SHA}", "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "abNANd1rDfiNc",
		"$2b$04$" + strings.Repeat("/", 53), "$1$$" + strings.Repeat(".", 22), "plain",
	} {
		f.Add(encoded)
	}
	f.Fuzz(func(t *testing.T, encoded string) {
		if len(encoded) == 60 && strings.HasPrefix(encoded, "$2") && !strings.HasPrefix(encoded[3:], "$04") {
			return // a real bcrypt hash of up to a second
		}
		accepted := h.Accept(encoded) == nil
		match, _, err := h.Verify(encoded, "a password of nobody")
		assert.Equal(t, accepted, err == nil)
		assert.Equal(t, match, encoded == "a password of nobody")
	})
}

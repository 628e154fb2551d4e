package oauth1

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/oauth1/internal/client"
)

// room is a buffer for hmacOf with data in it.
func room(data string) []byte { return append(make([]byte, padRoom), data...) }

func TestHMACIsThatOfTheStandardLibrary(t *testing.T) {
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA512} {
		for _, keyLength := range []int{0, 1, 63, 64, 65, 127, 128, 129, 1000} {
			for _, length := range []int{0, 1, 55, 56, 300, 5000} {
				key, data := bytes.Repeat([]byte("k"), keyLength), strings.Repeat("d", length)
				mac := hmac.New(hash.New, key)
				mac.Write([]byte(data))
				got := hmacOf(hash, key, room(data))
				assert.Equal(t, mac.Sum(nil), got[:hash.Size()], "%v, key of %d, data of %d", hash, keyLength, length)
			}
		}
	}
}

func TestKey(t *testing.T) {
	t.Run("RFC5849-3.4.2-01 both secrets encoded, with the ampersand even if one is empty", func(t *testing.T) {
		assert.Equal(t, "a%26b&", string(appendKey(nil, []byte("a&b"), nil)))
		assert.Equal(t, "&b", string(appendKey(nil, nil, []byte("b"))))
		assert.Equal(t, "&", string(appendKey(nil, nil, nil)))
		assert.Equal(t, "%C3%A9&%26", string(appendKey(nil, []byte("é"), []byte("&"))))
	})
}

func TestHMACSignatures(t *testing.T) {
	consumer, token := []byte("consumer & secret"), []byte("token~secret")
	for _, method := range []Method{HMACSHA1, HMACSHA256, HMACSHA512} {
		want := hmacText(method, "the base string", string(consumer), string(token))
		matches := func(signature string) bool {
			return matchesHMAC(method.hash(), []byte(signature), room("the base string"), consumer, token)
		}
		assert.True(t, matches(want), method)
		for i := range len(want) {
			changed := []byte(want)
			changed[i] ^= 1
			assert.False(t, matches(string(changed)), "%s with byte %d changed", method, i)
		}
		for name, other := range map[string]string{
			"empty": "", "without padding": strings.TrimRight(want, "="), "with more padding": want + "=",
			"with a line break": want[:10] + "\n" + want[10:], "in base64url": strings.NewReplacer("+", "-", "/", "_").Replace(want) + "!",
			"cut": want[:len(want)-4], "twice": want + want,
			"of another base string":     hmacText(method, "another", string(consumer), string(token)),
			"under another secret":       hmacText(method, "the base string", "another", string(token)),
			"under another token secret": hmacText(method, "the base string", string(consumer), "another"),
		} {
			assert.False(t, matches(other), "%s, %s", method, name)
		}
	}
	t.Run("another base64 text of the same value", func(t *testing.T) {
		want := hmacText(HMACSHA1, "b", "c", "t")
		last := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", want[26])
		other := want[:26] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[last^1]) + "="
		value, _ := base64.StdEncoding.DecodeString(want)
		same, _ := base64.StdEncoding.DecodeString(other)
		assert.Equal(t, value, same)
		assert.False(t, matchesHMAC(crypto.SHA1, []byte(other), room("b"), []byte("c"), []byte("t")))
	})
}

func TestPlaintextSignatures(t *testing.T) {
	assert.True(t, matchesPlaintext([]byte("a%26b&t"), []byte("a&b"), []byte("t")))
	assert.True(t, matchesPlaintext([]byte("a&"), []byte("a"), nil))
	for _, signature := range []string{"", "&", "a&b&t", "a%26b&", "a%26b&T", "a%26b&t ", "a%26b%26t"} {
		assert.False(t, matchesPlaintext([]byte(signature), []byte("a&b"), []byte("t")), signature)
	}
}

func TestTheBaseStringIsNotKeptWithTheKey(t *testing.T) {
	buffer := room("data")
	hmacOf(crypto.SHA1, []byte("a secret"), buffer)
	assert.Equal(t, make([]byte, padRoom), buffer[:padRoom])
}

func TestSignaturesAllocateNothing(t *testing.T) {
	signature, consumer, token := []byte(hmacText(HMACSHA1, "b", "c", "t")), []byte("c"), []byte("t")
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA512} {
		buffer := room("b")
		assert.Zero(t, testing.AllocsPerRun(100, func() { matchesHMAC(hash, signature, buffer, consumer, token) }), hash)
	}
	assert.Zero(t, testing.AllocsPerRun(100, func() { matchesPlaintext(signature, consumer, token) }))
}

func TestBodyHash(t *testing.T) {
	// The values are those of OAuth Request Body Hash 1.0, appendix A.
	assert.True(t, matchesBody(HMACSHA1, "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", nil))
	assert.True(t, matchesBody(HMACSHA1, "Lve95gjOVATpfV8EL5X4nxwjKHE=", []byte("Hello World!")))
	assert.True(t, matchesBody(RSASHA1, "Lve95gjOVATpfV8EL5X4nxwjKHE=", []byte("Hello World!")))
	assert.True(t, matchesBody(Plaintext, "Lve95gjOVATpfV8EL5X4nxwjKHE=", []byte("Hello World!")))
	assert.False(t, matchesBody(HMACSHA256, "Lve95gjOVATpfV8EL5X4nxwjKHE=", []byte("Hello World!")))
	assert.True(t, matchesBody(HMACSHA256, "f4OxZX/x/FO5LcGBSKHWXfwtSx+j1ncoSt3SABJtkGk=", []byte("Hello World!")))
	assert.False(t, matchesBody(HMACSHA1, "Lve95gjOVATpfV8EL5X4nxwjKHE=", []byte("Hello World")))
	assert.False(t, matchesBody(HMACSHA1, "", nil))
}

// hmacText is the signature that a client would make.
func hmacText(method Method, baseString, secret, tokenSecret string) string {
	return client.Signature(string(method), baseString, secret, tokenSecret, nil)
}

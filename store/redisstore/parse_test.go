package redisstore

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/store"
)

// Whatever is in Redis, reading it ends well, and a session that was read is written as it was.
func FuzzSessions(f *testing.F) {
	token, err := encodeSession(store.Token{ID: "1", Kind: store.Session, User: "anna"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("1764000000000000 0 1764000000000001 0 " + string(token))
	f.Add("1 2 3 4 5")
	f.Add("1 x 3 4 {}")
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		session, err := decodeSession(text)
		if err != nil {
			return
		}
		again, err := encodeSession(session)
		if err != nil {
			return // a year that JSON has no text for
		}
		read, err := decodeSession("1 0 0 0 " + string(again))
		assert.NoError(t, err)
		assert.Equal(t, session.ID, read.ID)
		assert.Equal(t, session.Digest, read.Digest)
	})
}

func FuzzEntries(f *testing.F) {
	text, ok := encode(&store.FoundToken{Token: store.Token{ID: "1", Kind: store.AccessToken}, Owner: store.Locked})
	if !ok {
		f.Fatal("an entry is not kept")
	}
	f.Add(text)
	f.Add("{")
	f.Fuzz(func(t *testing.T, text string) {
		d := store.DigestOf("token")
		if found, ok := decode(text, &d); ok {
			assert.Equal(t, d, found.Token.Digest)
			assert.Empty(t, found.Token.Sealed)
			assert.Empty(t, found.Client.Secrets)
			assert.Zero(t, found.User.Password)
		}
	})
}

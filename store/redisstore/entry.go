package redisstore

import (
	"encoding/json"

	"github.com/seed-f67351ce/sesame/store"
)

// maxEntry is how long an entry may be.
const maxEntry = 16 << 10

// An entry is what is remembered of a token: no secret, and no digest, by which it is looked up.
type entry struct {
	Token  entryToken
	User   entryUser
	Client entryClient
	Owner  store.State
}

// The fields that hide others' are never set.
type (
	entryToken struct {
		store.Token
		Digest, Successor, Sealed *struct{} `json:",omitempty"`
	}
	entryUser struct {
		store.User
		Password *struct{} `json:",omitempty"`
	}
	entryClient struct {
		store.Client
		Secrets, Keys *struct{} `json:",omitempty"`
	}
)

func encode(found *store.FoundToken) (string, bool) {
	text, err := json.Marshal(entry{
		Token: entryToken{Token: found.Token}, User: entryUser{User: found.User},
		Client: entryClient{Client: found.Client}, Owner: found.Owner,
	})
	return string(text), err == nil && len(text) <= maxEntry
}

// stripped is what is left of found when it comes back.
func stripped(found *store.FoundToken) *store.FoundToken {
	s := *found
	s.User.Password, s.Client.Secrets, s.Client.Keys = store.Password{}, nil, nil
	return &s
}

func decode(text string, d *store.Digest) (store.FoundToken, bool) {
	var e entry
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		return store.FoundToken{}, false
	}
	found := store.FoundToken{Token: e.Token.Token, User: e.User.User, Client: e.Client.Client, Owner: e.Owner}
	found.Token.Digest = *d
	return found, true
}

package oauth1

import (
	"bytes"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/seal"
)

// liveSecrets is how many secrets of one app are tried: two, during a rotation.
const liveSecrets = 2

// ClientSecret is where the secrets of an app are sealed for: the Sealed of each of its [store.Secret].
func ClientSecret(clientID string) seal.Binding { return binding(ofClient, clientID) }

// TokenSecret is where the secret of a token is sealed for: the Sealed of its [store.Token].
func TokenSecret(tokenID string) seal.Binding { return binding(ofToken, tokenID) }

// The kinds of records that secrets are sealed for.
const (
	ofClient = "client"
	ofToken  = "oauth1 token"
	ofNobody = "oauth1 dummy"
)

// A sealedSecret is a secret as it is kept, with the kind and the ID of the record that it was sealed for. Name is what
// requests call that record: it says where to remember the secret.
type sealedSecret struct {
	name, kind, id string
	sealed         []byte
}

// binding is what the secret of a record is bound to.
func binding(kind, id string) seal.Binding { return seal.Binding{kind, id, "secret"} }

// Secrets opens what a store keeps. Where there is nothing to open it opens something else, to take as long.
type secrets struct {
	ring           *seal.Ring
	clients, other *memo // apart, since few secrets of apps are needed again and again
	dummy          sealedSecret
}

func newSecrets(ring *seal.Ring, remembered int) secrets {
	id := strings.Repeat("0", 25) // as long as those of others
	dummy := sealedSecret{id, ofNobody, id, ring.Seal(binding(ofNobody, id), bytes.Repeat([]byte("0"), 43))}
	return secrets{ring, newMemo(remembered), newMemo(remembered), dummy}
}

// open returns the secret itself, to read and never to write.
func (s *secrets) open(secret sealedSecret) ([]byte, error) {
	memo := s.other
	if secret.kind == ofClient {
		memo = s.clients
	}
	if text, known := memo.get(&secret); known {
		return text, nil
	}
	text, _, err := s.ring.Open(binding(secret.kind, secret.id), secret.sealed)
	if err == nil {
		memo.put(&secret, text)
	}
	return text, err
}

// live returns those of an app's secrets that can sign at this time, the newest first.
func live(all []store.Secret, now time.Time) (found [liveSecrets][]byte) {
	n := 0
	for i := range all {
		secret := &all[i]
		if n < liveSecrets && len(secret.Sealed) > 0 && !ended(secret.Expires, now) {
			found[n] = secret.Sealed
			n++
		}
	}
	return found
}

// ended reports whether an expiry, which may be never, is over.
func ended(expires, now time.Time) bool { return !expires.IsZero() && !now.Before(expires) }

package oauth1

import (
	"context"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A party is who is supposed to have signed.
type party struct {
	client  string // its ID
	secrets []store.Secret
	keys    []byte
	// token is the secret of the token, or of the temporary credentials; zero where the request has none.
	token sealedSecret
	// reason says why the signature does not count, in a word for the log; empty where it does.
	reason string
}

func partyOf(client *store.Client, token sealedSecret, reason string) party {
	return party{client.ID, client.Secrets, client.Keys, token, reason}
}

// authenticate verifies the signature of m, then its body hash, and claims its nonce. Whatever is wrong with the party,
// the signature is computed first, and the answer is the same.
func (s *Scheme) authenticate(ctx context.Context, r *http.Request, m *message, who *party, now time.Time) error {
	signed, err := s.signed(m, who, now)
	switch {
	case err != nil:
		return autherr.NewUnavailable(err)
	case who.reason != "":
		return auth.Refuse("", who.reason)
	case !signed:
		return auth.Refuse("", "wrong_signature")
	}
	if err := checkBody(m, r); err != nil {
		return err
	}
	return s.claim(ctx, m, who.client, now)
}

// signed reports whether the party signed m (§3.2).
func (s *Scheme) signed(m *message, who *party, now time.Time) (bool, error) {
	if m.method.rsa() {
		return s.keys.matchesKeys(who.keys, m), nil
	}
	tokenSecret, err := s.openToken(m, who)
	if err != nil {
		return false, err
	}
	for _, sealed := range live(who.secrets, now) {
		secret := sealedSecret{who.client, ofClient, who.client, sealed}
		if sealed == nil {
			secret = s.secrets.dummy
		}
		text, err := s.secrets.open(secret)
		if err != nil {
			return false, err
		}
		if m.signedBy(text, tokenSecret) && sealed != nil && who.reason == "" {
			return true, nil
		}
	}
	return false, nil
}

// openToken returns the token's secret, or something else where there is a token but no secret.
func (s *Scheme) openToken(m *message, who *party) ([]byte, error) {
	switch {
	case m.values[token] == "":
		return nil, nil
	case len(who.token.sealed) == 0:
		return s.secrets.open(s.secrets.dummy)
	}
	return s.secrets.open(who.token)
}

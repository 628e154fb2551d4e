package oauth1

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// tokenCredentials exchanges temporary credentials for a token (§2.3). They are spent before the token exists.
func (s *Server) tokenCredentials(r *http.Request, m *message, by *caller, now time.Time) (issued, error) {
	if err := checkExchange(m); err != nil {
		return issued{}, err
	}
	ctx := r.Context()
	p, err := s.findTemporary(ctx, store.DigestOf(m.values[token]))
	if err != nil {
		return issued{}, err
	}
	client, err := s.scheme.findClient(ctx, m.values[consumerKey])
	if err != nil {
		return issued{}, err
	}
	by.client = client.ID
	who := partyOf(&client, sealedSecret{m.values[token], ofTemporary, p.id(), p.Secret}, refusedExchange(&p, &client, m, now))
	if err := s.scheme.authenticate(ctx, r, m, &who, now); err != nil {
		return issued{}, err
	}
	if err := s.checkOwner(ctx, &client, by); err != nil {
		return issued{}, err
	}
	if err := s.spend(ctx, &p, m.values[verifier]); err != nil {
		return issued{}, err
	}
	by.account = p.handle.User
	if err := s.checkState(ctx, p.handle.User); err != nil {
		return issued{}, err
	}
	return s.putToken(r, &p, now)
}

// checkExchange judges what a request for token credentials has, before anything is looked up. Without a verifier it is
// the exchange of OAuth Core 1.0, whose users could be made to approve another's request.
func checkExchange(m *message) error {
	switch {
	case m.values[token] == "":
		return errAbsent("oauth_token")
	case m.values[verifier] == "":
		return errAbsent("oauth_verifier")
	}
	return nil
}

// refusedExchange says why the credentials do not count for m, whatever its signature; empty where they do.
func refusedExchange(p *pending, client *store.Client, m *message, now time.Time) (reason string) {
	if reason := p.refused(now); reason != "" {
		return reason
	}
	if p.handle.Client != client.ID {
		return "token_of_another_client"
	}
	return refusedClient(client, m)
}

// spendTries bounds how often somebody else may come between reading and spending.
const spendTries = 100

// spend uses the credentials up where the verifier is the user's, and counts the attempt where it is not: no answer says
// that a verifier is wrong unless it was counted. Of any number of concurrent callers with the right one one gets nil.
func (s *Server) spend(ctx context.Context, p *pending, verifier string) error {
	for range spendTries {
		if reason := p.unspendable(); reason != "" {
			return auth.Refuse("", reason)
		}
		next, right := p.temporary, p.verifies(verifier)
		if !right {
			next.Attempts++
		}
		p.handle.Used = right || next.Attempts >= s.cfg.MaxAttempts
		err := s.advance(ctx, p, next)
		switch {
		case err == nil && right:
			return nil
		case err == nil:
			return auth.Refuse("", "wrong_verifier")
		case errors.Is(err, store.ErrConflict):
			if *p, err = s.findTemporary(ctx, p.handle.Digest); err != nil {
				return err
			}
		default:
			return refusedAdvance(err)
		}
	}
	return autherr.NewUnavailable(errors.New("oauth1: too many callers want the same temporary credentials"))
}

// unspendable says why the credentials cannot be spent, though they are the caller's.
func (p *pending) unspendable() (reason string) {
	switch {
	case p.handle.Kind == 0 || p.handle.Used:
		return "token_used"
	case p.handle.User == "":
		return "token_not_approved"
	}
	return ""
}

// refusedAdvance gives the facts of a store an answer; the rest is breakage.
func refusedAdvance(err error) error {
	for _, fact := range []error{store.ErrUsed, store.ErrNotFound, store.ErrRevoked, store.ErrConflict} {
		if errors.Is(err, fact) {
			return auth.Refuse("", "token_used")
		}
	}
	return autherr.NewUnavailable(err)
}

// verifierDigest is what is kept of a verifier. It is bound to the credentials, since one that a person types is short.
func (p *pending) verifierDigest(verifier string) store.Digest {
	return store.DigestOf(p.id() + " " + verifier)
}

func (p *pending) verifies(verifier string) bool {
	digest := p.verifierDigest(verifier)
	return subtle.ConstantTimeCompare(digest[:], p.Verifier[:]) == 1
}

// putToken makes the token, under the grant that the user made.
func (s *Server) putToken(r *http.Request, p *pending, now time.Time) (issued, error) {
	made := issued{token: s.cfg.NewToken(), secret: newSecret()}
	t := store.Token{
		Digest: store.DigestOf(made.token), ID: random.ID(now), Kind: store.OAuth1Token, User: p.handle.User, Client: p.handle.Client,
		Grant: p.handle.Grant, Scopes: p.Scopes, Hint: made.token[max(0, len(made.token)-hintSymbols):],
		AuthTime: p.AuthTime, ACR: p.ACR, Created: now,
	}
	t.Sealed = s.scheme.cfg.Ring.Seal(TokenSecret(t.ID), []byte(made.secret))
	if s.cfg.TokenLife > 0 {
		t.Expires = now.Add(s.cfg.TokenLife)
	}
	err := s.scheme.cfg.Tokens.PutTokens(r.Context(), []store.Token{t}, 0, s.events(r, EventIssued, t.User, t.Client, t.Grant, t.ID)...)
	switch {
	case errors.Is(err, store.ErrRevoked), errors.Is(err, store.ErrNotFound):
		return issued{}, auth.Refuse("", "grant_revoked")
	case err != nil:
		return issued{}, autherr.NewUnavailable(err)
	}
	return made, nil
}

// hintSymbols is how much of a token's end a list shows.
const hintSymbols = 4

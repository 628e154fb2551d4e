package oauth1

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// schemeName is the name in the Authorization field and in the challenge.
const schemeName = "OAuth"

// A Scheme is an [auth.Scheme] for signed requests of OAuth 1.0a. It is safe for concurrent use.
type Scheme struct {
	cfg       Config
	origin    string // of BaseURL, as base strings have it; empty for none
	prefix    string // the path of BaseURL
	places    place  // where protocol parameters may stand besides the header
	challenge auth.Challenge
	secrets   secrets
	keys      keyring
	bound     *nonceBound
	messages  sync.Pool // of *message
}

// Present implements [auth.Scheme].
func (s *Scheme) Present(r *http.Request, name string) bool {
	return strings.EqualFold(name, schemeName) ||
		s.cfg.AllowQuery && signedQuery(r.URL.RawQuery) ||
		s.cfg.AllowFormBody && name == "" && isForm(r)
}

// signedQuery reports whether a query has protocol parameters that no signed request lacks.
func signedQuery(query string) bool {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		if strings.HasPrefix(pair, "oauth_signature=") || strings.HasPrefix(pair, "oauth_consumer_key=") {
			return true
		}
	}
	return false
}

// Challenges implements [auth.Scheme].
func (s *Scheme) Challenges(_ *http.Request, err error) []auth.Challenge {
	if !errors.Is(err, autherr.Unauthenticated) {
		return nil
	}
	return []auth.Challenge{s.challenge}
}

// Verify implements [auth.Scheme].
func (s *Scheme) Verify(ctx context.Context, r *http.Request) (auth.Verdict, error) {
	m := s.borrow(limits{s.cfg.MaxBody, s.cfg.MaxParams})
	defer s.giveBack(m)
	var verdict auth.Verdict
	verdict.Identity.Scheme = schemeName
	now := s.cfg.Clock()
	err := s.receive(m, r, now)
	switch {
	case err != nil:
	case m.values[token] != "":
		err = s.verifyToken(ctx, r, m, now, &verdict)
	case s.cfg.AllowTwoLegged:
		err = s.verifyClient(ctx, r, m, now, &verdict)
	default:
		err = auth.Refuse("", "no_token")
	}
	if err == nil {
		verdict.Body = m.handOn()
	}
	return verdict, err
}

// verifyToken verifies a request with token credentials.
func (s *Scheme) verifyToken(ctx context.Context, r *http.Request, m *message, now time.Time, verdict *auth.Verdict) error {
	var found store.FoundToken
	if err := s.findToken(ctx, m.values[token], &found); err != nil {
		return err
	}
	verdict.Identity.ClientKey = found.Client.ID
	secret := sealedSecret{m.values[token], ofToken, found.Token.ID, found.Token.Sealed}
	who := partyOf(&found.Client, secret, refusedToken(&found, m, now))
	if err := s.authenticate(ctx, r, m, &who, now); err != nil {
		return err
	}
	if err := s.findAccounts(ctx, &found); err != nil {
		return err
	}
	verdict.State = found.User.State
	if verdict.State == store.Active {
		verdict.State = found.Owner
	}
	describe(&verdict.Identity, &found)
	return nil
}

// describe fills in whom the token stands for and what it may do now.
func describe(id *auth.Identity, found *store.FoundToken) {
	id.Kind, id.Subject, id.Username = auth.User, found.User.ID, found.User.Name
	id.TokenID, id.GrantID = found.Token.ID, found.Token.Grant
	id.Scopes = auth.Scopes(found.Token.Scopes).Intersect(found.User.Scopes).Intersect(found.Client.Scopes)
	id.AuthTime, id.ACR, id.Expires = found.Token.AuthTime, found.Token.ACR, found.Token.Expires
	id.Audience = found.Token.Audience
}

// verifyClient verifies a request without a token, which the app makes in its own name.
func (s *Scheme) verifyClient(ctx context.Context, r *http.Request, m *message, now time.Time, verdict *auth.Verdict) error {
	client, err := s.findClient(ctx, m.values[consumerKey])
	if err != nil {
		return err
	}
	verdict.Identity.ClientKey = client.ID
	who := partyOf(&client, sealedSecret{}, refusedClient(&client, m))
	if err := s.authenticate(ctx, r, m, &who, now); err != nil {
		return err
	}
	if verdict.State, err = s.stateOf(ctx, client.Owner); err != nil {
		return err
	}
	id := &verdict.Identity
	id.Kind, id.Subject, id.Scopes = auth.Client, client.ID, client.Scopes
	return nil
}

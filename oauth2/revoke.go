package oauth2

import (
	"context"
	"errors"
	"net/http"

	"github.com/seed-f67351ce/sesame/store"
)

// Revoke is the revocation endpoint (RFC 7009). A refresh token ends with everything of its authorization; an access
// token ends alone. What is unknown is already gone.
func (s *Server) Revoke(w http.ResponseWriter, r *http.Request) {
	if err := s.revoke(w, r); err != nil {
		s.answerError(w, r, err)
		return
	}
	setNoStore(w.Header())
	w.Header().Del("Content-Type")
	w.WriteHeader(http.StatusOK)
}

func (s *Server) revoke(w http.ResponseWriter, r *http.Request) error {
	p, err := s.readPost(w, r)
	if err != nil {
		return err
	}
	client, err := s.authenticate(r, p)
	if err != nil {
		return err
	}
	if p.get("token") == "" {
		return fail(invalidRequest, "token is missing")
	}
	found, known, err := s.ownToken(r.Context(), p.get("token"))
	switch {
	case err != nil:
		return err
	case !known:
		return nil
	case found.Token.Client != client.ID:
		return errGrant("token_of_another_client")
	}
	return s.end(r, found.Token)
}

// ownToken looks up what this server may have issued, by its format first.
func (s *Server) ownToken(ctx context.Context, text string) (found store.FoundToken, known bool, err error) {
	var kind store.TokenKind
	switch {
	case s.cfg.Access.Check(text):
		kind = store.AccessToken
	case s.cfg.Refresh.Check(text):
		kind = store.RefreshToken
	default:
		return store.FoundToken{}, false, nil
	}
	found, err = s.cfg.Tokens.LookUpToken(ctx, store.DigestOf(text))
	if errors.Is(err, store.ErrNotFound) {
		return store.FoundToken{}, false, nil
	}
	if err != nil {
		return store.FoundToken{}, false, breakage(err)
	}
	return found, found.Token.Kind == kind && found.Token.Client != "", nil
}

// end revokes t, and everything of its grant where t is a refresh token.
func (s *Server) end(r *http.Request, t store.Token) error {
	now := s.cfg.Clock()
	events := s.eventsOf(r, EventRevoked, store.Grant{ID: t.Grant, User: t.User, Client: t.Client})
	var err error
	if t.Kind == store.RefreshToken {
		_, err = s.cfg.Grants.RevokeGrants(r.Context(), store.GrantFilter{ID: t.Grant}, now, events...)
	} else {
		_, err = s.cfg.Tokens.RevokeTokens(r.Context(), store.TokenFilter{ID: t.ID, Client: t.Client}, now, events...)
	}
	if err != nil {
		return breakage(err)
	}
	return nil
}

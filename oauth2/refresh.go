package oauth2

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
)

// refresh exchanges a refresh token for its successor and an access token (RFC 6749 §6, RFC 9700 §4.14).
func (s *Server) refresh(r *http.Request, client *store.Client, p parameters) (issued, error) {
	if err := mayUse(client, grantRefresh); err != nil {
		return issued{}, err
	}
	text := p.get("refresh_token")
	switch {
	case text == "":
		return issued{}, fail(invalidRequest, "refresh_token is missing")
	case !s.cfg.Refresh.Check(text):
		return issued{}, errGrant("refresh_malformed")
	}
	found, err := s.cfg.Tokens.LookUpToken(r.Context(), store.DigestOf(text))
	if err != nil {
		return issued{}, s.storeError(err, "refresh_unknown")
	}
	if err := s.checkRefresh(r.Context(), &found, client); err != nil {
		return issued{}, err
	}
	scopes, err := narrowedScopes(p.get("scope"), found.Token.Scopes)
	if err != nil {
		return issued{}, err
	}
	audience, err := s.narrowed(p.all("resource"), found.Token.Audience)
	if err != nil {
		return issued{}, err
	}
	if found.Token.Successor != (store.Digest{}) {
		return s.replaced(r.Context(), &found.Token, scopes, audience)
	}
	return s.rotate(r.Context(), &found.Token, scopes, audience)
}

// checkRefresh judges a refresh token but for whether it was used.
func (s *Server) checkRefresh(ctx context.Context, found *store.FoundToken, client *store.Client) error {
	t := &found.Token
	switch {
	case t.Kind != store.RefreshToken:
		return errGrant("refresh_unknown")
	case t.Client != client.ID:
		return errGrant("refresh_of_another_client")
	case !t.Revoked.IsZero() || found.GrantRevoked:
		return errGrant("refresh_revoked")
	case !t.Expires.IsZero() && !s.cfg.Clock().Before(t.Expires):
		return errGrant("refresh_expired")
	}
	user, known, err := s.user(ctx, t.User)
	if err != nil {
		return err
	}
	if !known || user.State != store.Active {
		return errGrant("account_" + string(user.State))
	}
	return s.checkOwner(ctx, client)
}

// narrowedScopes are those of a refresh request, which must be among those that were granted; all of them where it names none.
func narrowedScopes(parameter string, granted auth.Scopes) (auth.Scopes, error) {
	if parameter == "" {
		return granted, nil
	}
	scopes, err := auth.ParseScopes(parameter)
	if err != nil || granted.Missing(scopes) != "" {
		return nil, fail(invalidScope, "the scope is malformed or goes beyond what was granted")
	}
	return granted.Intersect(scopes), nil
}

// rotate gives t a successor, atomically. The successor has all that was granted, however narrow the access token is.
func (s *Server) rotate(ctx context.Context, t *store.Token, scopes auth.Scopes, audience []string) (issued, error) {
	grant, err := s.cfg.Grants.Grant(ctx, t.Grant)
	if err != nil {
		return issued{}, s.storeError(err, "grant_unknown")
	}
	now := s.cfg.Clock()
	next := []store.Token{*t, s.accessFrom(t, scopes, audience)}
	next[0].Successor, next[0].LastUsed = store.Digest{}, time.Time{}
	answer := s.drawAccess(&next[1], now, time.Time{})
	answer.refreshToken = s.drawRefresh(&next[0], now, grant.Expires)
	err = s.cfg.Tokens.RotateToken(ctx, t.Digest, t.Expires, next)
	switch {
	case errors.Is(err, store.ErrUsed):
		return s.raced(ctx, t, scopes, audience)
	case err != nil:
		return issued{}, s.storeError(err, "refresh_revoked")
	}
	return answer, nil
}

// accessFrom is an access token of the same grant as t.
func (s *Server) accessFrom(t *store.Token, scopes auth.Scopes, audience []string) store.Token {
	return store.Token{
		User: t.User, Client: t.Client, Grant: t.Grant, Scopes: scopes, Audience: audience, AuthTime: t.AuthTime, ACR: t.ACR,
	}
}

// raced answers a request whose token another one rotated in between.
func (s *Server) raced(ctx context.Context, t *store.Token, scopes auth.Scopes, audience []string) (issued, error) {
	if s.cfg.Grace == 0 {
		return issued{}, s.reused(ctx, store.Grant{ID: t.Grant, User: t.User, Client: t.Client}, "refresh_raced")
	}
	found, err := s.cfg.Tokens.LookUpToken(ctx, t.Digest)
	if err != nil {
		return issued{}, s.storeError(err, "refresh_unknown")
	}
	return s.replaced(ctx, &found.Token, scopes, audience)
}

// replaced answers for a token that has a successor: within the grace, while that was not used, an access token alone;
// otherwise it was stolen, from the client or by it, and everything of its grant ends.
func (s *Server) replaced(ctx context.Context, t *store.Token, scopes auth.Scopes, audience []string) (issued, error) {
	now := s.cfg.Clock()
	if s.cfg.Grace > 0 {
		successor, err := s.cfg.Tokens.LookUpToken(ctx, t.Successor)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return issued{}, breakage(err)
		}
		if err == nil && successor.Token.Successor == (store.Digest{}) && now.Before(successor.Token.Created.Add(s.cfg.Grace)) {
			made := []store.Token{s.accessFrom(t, scopes, audience)}
			answer := s.drawAccess(&made[0], now, time.Time{})
			if err := s.cfg.Tokens.PutTokens(ctx, made, 0); err != nil {
				return issued{}, s.storeError(err, "grant_revoked")
			}
			return answer, nil
		}
	}
	return issued{}, s.reused(ctx, store.Grant{ID: t.Grant, User: t.User, Client: t.Client}, "refresh_reused")
}

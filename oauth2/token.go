package oauth2

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// Token is the token endpoint (RFC 6749 §3.2).
func (s *Server) Token(w http.ResponseWriter, r *http.Request) {
	answer, err := s.exchange(w, r)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	answer.write(w)
}

// answerError writes err and tells the host of breakage.
func (s *Server) answerError(w http.ResponseWriter, r *http.Request, err error) {
	if isBroken(err) {
		s.cfg.OnError(r, err)
	}
	writeError(w, err)
}

// exchange judges a token request: its form, its client, and then its grant.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request) (issued, error) {
	p, err := s.readPost(w, r)
	if err != nil {
		return issued{}, err
	}
	grantType := p.get("grant_type")
	if grantType == "" {
		return issued{}, fail(invalidRequest, "grant_type is missing")
	}
	client, err := s.authenticate(r, p)
	if err != nil {
		return issued{}, err
	}
	switch grantType {
	case grantCode:
		return s.redeemCode(r, &client, p)
	case grantRefresh:
		return s.refresh(r, &client, p)
	case grantCredentials:
		return s.clientCredentials(r, &client, p)
	}
	return issued{}, fail(unsupportedGrantType, "there is no such grant type here")
}

// issued is a successful answer (RFC 6749 §5.1).
type issued struct {
	accessToken  string
	expiresIn    int64  // seconds
	refreshToken string // empty for none; so is the next
	scope        string
}

func (i issued) write(w http.ResponseWriter) {
	setNoStore(w.Header())
	_, _ = w.Write(i.appendJSON(make([]byte, 0, 384))) // more than most need
}

// appendJSON appends the answer as an object.
func (i issued) appendJSON(body []byte) []byte {
	body = appendText(append(body, `{"access_token":`...), i.accessToken)
	body = strconv.AppendInt(append(body, `,"token_type":"Bearer","expires_in":`...), i.expiresIn, 10)
	if i.refreshToken != "" {
		body = appendText(append(body, `,"refresh_token":`...), i.refreshToken)
	}
	if i.scope != "" {
		body = appendText(append(body, `,"scope":`...), i.scope)
	}
	return append(body, '}')
}

// appendText appends text as a JSON string. Tokens and most scopes have nothing to escape.
func appendText(body []byte, text string) []byte {
	for i := range len(text) {
		if isEscaped(text[i]) {
			escaped, _ := json.Marshal(text) // which no string makes fail
			return append(body, escaped...)
		}
	}
	return append(append(append(body, '"'), text...), '"')
}

// isEscaped covers whatever package encoding/json may write in another way.
func isEscaped(c byte) bool {
	return c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&'
}

// draw draws a secret and completes t with it.
func draw(format tokens.Format, t *store.Token) (secret string) {
	secret = format.New()
	t.ID = random.ID(t.Created)
	t.Digest = store.DigestOf(secret)
	t.Hint = secret[len(secret)-4:]
	return secret
}

// drawAccess makes t an access token that lives its own life, but not beyond end where that is not zero.
func (s *Server) drawAccess(t *store.Token, now, end time.Time) issued {
	t.Kind, t.Created, t.Expires = store.AccessToken, now, earliest(now.Add(s.cfg.AccessLife), end)
	return issued{
		accessToken: draw(s.cfg.Access, t), expiresIn: int64(t.Expires.Sub(now) / time.Second), scope: auth.Scopes(t.Scopes).String(),
	}
}

// drawRefresh makes t a refresh token that may lie unused for a while, but not beyond end.
func (s *Server) drawRefresh(t *store.Token, now, end time.Time) (secret string) {
	t.Kind, t.Created, t.Expires = store.RefreshToken, now, earliest(now.Add(s.cfg.RefreshLife), end)
	return draw(s.cfg.Refresh, t)
}

// earliest is the earlier of two ends, of which a zero one is none.
func earliest(a, b time.Time) time.Time {
	if b.IsZero() || a.Before(b) {
		return a
	}
	return b
}

// clientCredentials issues a token that stands for the client itself (RFC 6749 §4.4).
func (s *Server) clientCredentials(r *http.Request, client *store.Client, p parameters) (issued, error) {
	if !isConfidential(client) {
		return issued{}, fail(unauthorizedClient, "only clients that can keep a secret may use this grant type")
	}
	if err := mayUse(client, grantCredentials); err != nil {
		return issued{}, err
	}
	scopes, err := s.requestedScopes(client, p.get("scope"))
	if err != nil {
		return issued{}, err
	}
	audience, err := s.resources(p.all("resource"))
	if err != nil {
		return issued{}, err
	}
	if scopes, err = s.ownedScopes(r.Context(), client, scopes); err != nil {
		return issued{}, err
	}
	now := s.cfg.Clock()
	made := []store.Token{{Client: client.ID, Scopes: scopes, Audience: audience}}
	answer := s.drawAccess(&made[0], now, time.Time{})
	if err := s.cfg.Tokens.PutTokens(r.Context(), made, 0); err != nil {
		return issued{}, s.storeError(err, "client_gone")
	}
	return answer, nil
}

// ownedScopes are those of scopes that the account which owns the client holds now: an app can do no more than whoever
// registered it. A host's own apps have no owner, and keep what was asked for.
func (s *Server) ownedScopes(ctx context.Context, client *store.Client, scopes auth.Scopes) (auth.Scopes, error) {
	if client.Owner == "" {
		return scopes, nil
	}
	owner, err := s.activeOwner(ctx, client)
	if err != nil {
		return nil, err
	}
	if scopes = scopes.Intersect(owner.Scopes); len(scopes) == 0 {
		return nil, fail(invalidScope, "the account that owns this client holds none of these scopes")
	}
	return scopes, nil
}

// checkOwner refuses tokens to an app whose owner's account is not active.
func (s *Server) checkOwner(ctx context.Context, client *store.Client) error {
	if client.Owner == "" {
		return nil
	}
	_, err := s.activeOwner(ctx, client)
	return err
}

func (s *Server) activeOwner(ctx context.Context, client *store.Client) (store.User, error) {
	owner, known, err := s.user(ctx, client.Owner)
	if err != nil {
		return store.User{}, err
	}
	if !known || owner.State != store.Active {
		return store.User{}, fail(unauthorizedClient, "the account that owns this client may not use the API", "owner_"+string(owner.State))
	}
	return owner, nil
}

package oauth2

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
)

// introspection are the members of RFC 7662 §2.2. An inactive token has the first alone.
type introspection struct {
	Active    bool     `json:"active"`
	Scope     string   `json:"scope,omitempty"`
	ClientID  string   `json:"client_id,omitempty"`
	Username  string   `json:"username,omitempty"`
	TokenType string   `json:"token_type,omitempty"`
	Expires   int64    `json:"exp,omitempty"`
	IssuedAt  int64    `json:"iat,omitempty"`
	Subject   string   `json:"sub,omitempty"`
	Audience  []string `json:"aud,omitempty"`
	Issuer    string   `json:"iss,omitempty"`
}

// Introspect is the introspection endpoint (RFC 7662). A confidential client learns about its own tokens, and a resource
// server that the host registered for it about every access token. For all the rest a token is inactive.
func (s *Server) Introspect(w http.ResponseWriter, r *http.Request) {
	answer, err := s.introspect(w, r)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	body, err := json.Marshal(answer)
	if err != nil {
		s.answerError(w, r, err)
		return
	}
	setNoStore(w.Header())
	_, _ = w.Write(body)
}

func (s *Server) introspect(w http.ResponseWriter, r *http.Request) (introspection, error) {
	p, err := s.readPost(w, r)
	if err != nil {
		return introspection{}, err
	}
	client, err := s.authenticate(r, p)
	if err != nil {
		return introspection{}, err
	}
	if !isConfidential(&client) {
		return introspection{}, errClient("introspection_by_public_client")
	}
	if p.get("token") == "" {
		return introspection{}, fail(invalidRequest, "token is missing")
	}
	found, known, err := s.ownToken(r.Context(), p.get("token"))
	if err != nil || !known || !mayIntrospect(&client, &found.Token) {
		return introspection{}, err
	}
	if err := s.addAccount(r.Context(), &found); err != nil || !s.isActive(&found) {
		return introspection{}, err
	}
	return s.reveal(&found), nil
}

// addAccount adds the account that a token stands for, or its app's owner, where accounts are kept elsewhere. Nothing
// tells that of an owner, so that it is looked up each time.
func (s *Server) addAccount(ctx context.Context, found *store.FoundToken) (err error) {
	switch {
	case found.Token.User != "" && found.User.ID == "":
		found.User, _, err = s.user(ctx, found.Token.User)
	case found.Token.User == "" && found.Client.Owner != "":
		var owner store.User
		var known bool
		owner, known, err = s.user(ctx, found.Client.Owner)
		if found.Owner = owner.State; !known {
			found.Owner = store.Disabled // nobody answers for the app any more
		}
	}
	return err
}

// mayIntrospect: refresh tokens are their own client's alone, so that none is taken for an access token (RFC 7662 §4).
func mayIntrospect(client *store.Client, t *store.Token) bool {
	return t.Client == client.ID || client.Introspects && t.Kind == store.AccessToken
}

// isActive reports whether a token could be used now.
func (s *Server) isActive(found *store.FoundToken) bool {
	t := &found.Token
	switch {
	case !t.Revoked.IsZero() || t.Successor != (store.Digest{}) || found.GrantRevoked:
		return false
	case !t.Expires.IsZero() && !s.cfg.Clock().Before(t.Expires):
		return false
	case found.Client.ID != t.Client || !found.Client.Revoked.IsZero():
		return false
	case t.User == "":
		return found.Owner == store.Active
	}
	return found.User.ID == t.User && found.User.State == store.Active
}

func (s *Server) reveal(found *store.FoundToken) introspection {
	t := &found.Token
	scopes := auth.Scopes(t.Scopes).Intersect(found.Client.Scopes)
	answer := introspection{
		Active: true, ClientID: t.Client, Subject: t.Client, Issuer: s.cfg.Issuer, Audience: t.Audience,
		Expires: unix(t.Expires), IssuedAt: unix(t.Created),
	}
	if t.User != "" {
		answer.Subject, answer.Username = t.User, found.User.Name
		scopes = scopes.Intersect(found.User.Scopes)
	}
	if t.Kind == store.AccessToken {
		answer.TokenType = "Bearer"
	}
	answer.Scope = strings.Join(scopes, " ")
	return answer
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A ticket is what the host's own tokens say. They are signed and kept nowhere, so that they cannot be revoked one by one:
// they live for minutes.
type ticket struct {
	Member  string      `json:"member"`
	Scopes  auth.Scopes `json:"scopes"`
	Expires time.Time   `json:"expires"`
}

// tickets makes and reads them: base64url(JSON) "." base64url(HMAC-SHA-256).
type tickets struct {
	key   []byte
	users store.Users // the account's present state
	now   func() time.Time
}

func (s tickets) issue(t ticket) (string, error) {
	claims, err := json.Marshal(t)
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(claims)
	return text + "." + base64.RawURLEncoding.EncodeToString(s.mac(text)), nil
}

func (s tickets) mac(text string) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// open checks the signature before it looks at anything that was signed.
func (s tickets) open(text string) (t ticket, reason string) {
	claims, signature, _ := strings.Cut(text, ".")
	mac, err := base64.RawURLEncoding.Strict().DecodeString(signature)
	if err != nil || !hmac.Equal(mac, s.mac(claims)) {
		return t, "ticket_forged"
	}
	data, err := base64.RawURLEncoding.DecodeString(claims)
	if err != nil || json.Unmarshal(data, &t) != nil {
		return t, "ticket_malformed"
	}
	if !s.now().Before(t.Expires) {
		return t, "ticket_expired"
	}
	return t, ""
}

// Verify implements oauth2.TokenVerifier. What is wrong with a ticket is for the log: the caller hears the same each time.
func (s tickets) Verify(ctx context.Context, _ *http.Request, scheme, text string) (auth.Verdict, error) {
	verdict := auth.Verdict{Identity: auth.Identity{Scheme: scheme}}
	t, reason := s.open(text)
	if reason != "" {
		return verdict, refuse(reason)
	}
	user, err := s.users.UserByID(ctx, t.Member)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return verdict, refuse("ticket_of_nobody")
	case err != nil:
		return verdict, autherr.NewUnavailable(err) // 503: it is us, not them
	}
	verdict.State = user.State // the gate answers for it
	verdict.Identity = auth.Identity{
		Kind: auth.User, Subject: user.ID, Username: user.Name, Scheme: scheme,
		Scopes: t.Scopes.Intersect(user.Scopes), Expires: t.Expires,
	}
	return verdict, nil
}

func refuse(reason string) error {
	e := auth.Refuse("", reason)
	e.Code = "invalid_token" // RFC 6750 §3.1
	return e
}

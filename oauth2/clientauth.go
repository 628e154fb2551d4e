package oauth2

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// Credentials are how a client says who it is (RFC 6749 §2.3): by one method.
type credentials struct {
	method   string
	clientID string
	secret   string
	// assertion is a JWT (RFC 7523 §2.2).
	assertion string
}

// errClient is what every client that could not be authenticated is told.
func errClient(reason string) error {
	return fail(invalidClient, "the client could not be authenticated", reason)
}

// authenticate finds the client that sent r, by the one method that it used and may use.
func (s *Server) authenticate(r *http.Request, p parameters) (store.Client, error) {
	c, err := clientCredentials(r, p)
	if err != nil {
		return store.Client{}, err
	}
	began := s.cfg.Clock()
	client, known, err := s.client(r.Context(), c.clientID)
	if err == nil {
		err = s.checkCredentials(r, &client, known, c)
	}
	s.observe(r, &client, began, err)
	if err != nil {
		return store.Client{}, err
	}
	return client, nil
}

// checkCredentials judges what a client said by the method that it used.
func (s *Server) checkCredentials(r *http.Request, client *store.Client, known bool, c credentials) (err error) {
	switch c.method {
	case authNone:
		err = checkPublic(client, known)
	case authAssertion:
		err = s.checkAssertion(r.Context(), client, known, c.assertion)
	default:
		err = s.checkSecret(r, client, known, c)
	}
	if err == nil && !client.Revoked.IsZero() {
		err = errClient("client_revoked")
	}
	return err
}

func (s *Server) observe(r *http.Request, client *store.Client, began time.Time, err error) {
	if s.cfg.Observer == nil {
		return
	}
	o := auth.ObservationOf(err)
	o.Scheme, o.Account, o.Client = protocol, client.Owner, client.ID
	o.Address, o.Duration = s.cfg.Address(r), s.cfg.Clock().Sub(began)
	s.cfg.Observer.Observe(r.Context(), o)
}

// client looks a client up. What cannot be an ID is not asked for.
func (s *Server) client(ctx context.Context, id string) (client store.Client, known bool, err error) {
	if id == "" || !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return store.Client{}, false, nil
	}
	client, err = s.cfg.Clients.Client(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return store.Client{}, false, nil
	case err != nil:
		return store.Client{}, false, breakage(err)
	}
	return client, true, nil
}

// clientCredentials extracts what the client said of itself. Two methods at once are refused.
func clientCredentials(r *http.Request, p parameters) (credentials, error) {
	if len(r.Header["Authorization"]) > 1 {
		return credentials{}, fail(invalidRequest, "there is more than one Authorization field")
	}
	found := make([]credentials, 0, 3) // on the stack
	if scheme, rest := auth.Authorization(r); len(r.Header["Authorization"]) == 1 {
		basic, err := basicCredentials(scheme, rest)
		if err != nil {
			return credentials{}, err
		}
		found = append(found, basic)
	}
	if secret := p.get("client_secret"); secret != "" {
		found = append(found, credentials{method: authPost, clientID: p.get("client_id"), secret: secret})
	}
	if p.get("client_assertion") != "" || p.get("client_assertion_type") != "" {
		assertion, err := assertionCredentials(p)
		if err != nil {
			return credentials{}, err
		}
		found = append(found, assertion)
	}
	switch {
	case len(found) > 1:
		return credentials{}, fail(invalidRequest, "the client authenticates in more than one way")
	case len(found) == 0:
		return credentials{method: authNone, clientID: p.get("client_id")}, nil
	case p.get("client_id") != "" && p.get("client_id") != found[0].clientID:
		return credentials{}, fail(invalidRequest, "client_id names another client than the one that authenticates")
	}
	return found[0], nil
}

// strict refuses trailing bits that are not zero (RFC 4648 §3.5).
var strict = base64.StdEncoding.Strict()

// basicCredentials reads HTTP Basic, whose two parts are form-encoded before they are joined (RFC 6749 §2.3.1).
func basicCredentials(scheme, token68 string) (credentials, error) {
	if !strings.EqualFold(scheme, "Basic") {
		return credentials{}, errClient("client_auth_scheme")
	}
	var encoded, buffer [256]byte // on the stack, which is enough for most
	text, err := strict.AppendDecode(buffer[:0], append(encoded[:0], token68...))
	id, secret, found := strings.Cut(string(text), ":")
	if err != nil || !found || !auth.IsToken68(token68) {
		return credentials{}, errClient("client_auth_malformed")
	}
	id, idErr := url.QueryUnescape(id)
	secret, secretErr := url.QueryUnescape(secret)
	if idErr != nil || secretErr != nil {
		return credentials{}, errClient("client_auth_malformed")
	}
	return credentials{method: authBasic, clientID: id, secret: secret}, nil
}

// checkPublic judges a client that only says its name: it must be one that has nothing to prove it by.
func checkPublic(client *store.Client, known bool) error {
	switch {
	case !known:
		return errClient("client_unknown")
	case isConfidential(client) || !mayAuthenticate(client, authNone):
		return errClient("client_auth_missing")
	}
	return nil
}

// mayAuthenticate reports whether the client registered the method; without a list those that fit what it has.
func mayAuthenticate(client *store.Client, method string) bool {
	if len(client.AuthMethods) > 0 {
		return slices.Contains(client.AuthMethods, method)
	}
	switch method {
	case authNone:
		return !isConfidential(client)
	case authAssertion:
		return len(client.Keys) > 0
	}
	return len(client.Secrets) > 0
}

// checkSecret judges a client secret under the throttle, for which all endpoints are one. A client that has lately proved
// it from the same address costs the throttle's store nothing.
func (s *Server) checkSecret(r *http.Request, client *store.Client, known bool, c credentials) error {
	right := matchesSecret(client, c.secret, s.cfg.Clock())
	if known && right && mayAuthenticate(client, c.method) && s.cfg.Throttle.Trusts(r, clientAccount(c.clientID)) {
		return nil
	}
	attempt, err := s.cfg.Throttle.Reserve(r.Context(), r, clientAccount(c.clientID))
	if err != nil {
		return err
	}
	switch {
	case !known:
		return errClient("client_unknown")
	case !right:
		return errClient("client_secret_wrong")
	case !mayAuthenticate(client, c.method):
		return errClient("client_auth_method")
	}
	if err := attempt.Succeeded(r.Context()); err != nil {
		s.cfg.OnError(r, err)
	}
	return nil
}

// clientAccount is under what a client's secret is counted.
func clientAccount(id string) throttle.Account {
	return throttle.Account{Kind: throttle.ClientSecret, ID: id}
}

// matchesSecret compares with each live secret in constant time; a client without any costs the same.
func matchesSecret(client *store.Client, secret string, now time.Time) bool {
	digest := store.DigestOf(secret)
	matches := 0
	for i := range max(len(client.Secrets), 1) {
		var kept store.Secret
		if i < len(client.Secrets) {
			kept = client.Secrets[i]
		}
		live := kept.Digest != (store.Digest{}) && (kept.Expires.IsZero() || now.Before(kept.Expires))
		equal := subtle.ConstantTimeCompare(kept.Digest[:], digest[:])
		if live {
			matches |= equal
		}
	}
	return matches == 1
}

// mayUse refuses a grant type that the client did not register.
func mayUse(client *store.Client, grantType string) error {
	if slices.Contains(client.GrantTypes, grantType) {
		return nil
	}
	return fail(unauthorizedClient, "this client may not use this grant type")
}

// isBroken reports whether err is our failure and not the client's.
func isBroken(err error) bool { return autherr.From(err).Kind.Status() >= 500 }

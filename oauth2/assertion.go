package oauth2

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/seed-f67351ce/sesame/store"
)

// assertionType is the one that is taken (RFC 7523 §2.2).
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

const (
	maxAssertion     = 8 << 10         // bytes
	maxAssertionLife = 5 * time.Minute // how far ahead exp may be
	assertionSkew    = 30 * time.Second
)

// assertionAlgorithms are the signature algorithms that are taken; none is chosen by the token alone, since the key must fit.
func assertionAlgorithms() []jose.SignatureAlgorithm {
	return []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.EdDSA}
}

func assertionAlgorithmNames() []string {
	var names []string
	for _, algorithm := range assertionAlgorithms() {
		names = append(names, string(algorithm))
	}
	return names
}

// assertionClaims are those of RFC 7523 §3. The audience is a string, not a list (see its revision): a list would let one
// server use an assertion at another.
type assertionClaims struct {
	Issuer    string           `json:"iss"`
	Subject   string           `json:"sub"`
	Audience  string           `json:"aud"`
	Expires   *jwt.NumericDate `json:"exp"`
	NotBefore *jwt.NumericDate `json:"nbf"`
	IssuedAt  *jwt.NumericDate `json:"iat"`
	ID        string           `json:"jti"`
}

// assertionCredentials reads who the assertion says that it is, without believing it yet.
func assertionCredentials(p parameters) (credentials, error) {
	text := p.get("client_assertion")
	if p.get("client_assertion_type") != assertionType {
		return credentials{}, errClient("assertion_type")
	}
	token, err := parseAssertion(text)
	if err != nil {
		return credentials{}, errClient("assertion_malformed")
	}
	var claims assertionClaims
	if err := token.UnsafeClaimsWithoutVerification(&claims); err != nil || claims.Subject == "" {
		return credentials{}, errClient("assertion_malformed")
	}
	return credentials{method: authAssertion, clientID: claims.Subject, assertion: text}, nil
}

// parseAssertion reads a compact JWS of bounded length with exactly two dots.
func parseAssertion(text string) (*jwt.JSONWebToken, error) {
	if len(text) > maxAssertion || strings.Count(text, ".") != 2 {
		return nil, errors.New("oauth2: not a compact JWS")
	}
	return jwt.ParseSigned(text, assertionAlgorithms())
}

// checkAssertion judges a client assertion (RFC 7523 §3), and takes its jti last.
func (s *Server) checkAssertion(ctx context.Context, client *store.Client, known bool, text string) error {
	if !known || !mayAuthenticate(client, authAssertion) {
		return errClient("client_auth_method")
	}
	claims, ok := verifyAssertion(client.Keys, text)
	if !ok {
		return errClient("assertion_signature")
	}
	if reason := s.judgeClaims(claims, client.ID); reason != "" {
		return errClient(reason)
	}
	key := store.DigestOf("assertion\x00" + s.cfg.Issuer + "\x00" + client.ID + "\x00" + claims.ID)
	err := s.cfg.Once.Claim(ctx, key, claims.Expires.Time().Add(assertionSkew))
	switch {
	case errors.Is(err, store.ErrUsed):
		return errClient("assertion_used")
	case err != nil:
		return breakage(err)
	}
	return nil
}

// verifyAssertion returns the claims that one of the client's keys signed. A key is used with its own algorithm.
func verifyAssertion(keys []byte, text string) (assertionClaims, bool) {
	var set jose.JSONWebKeySet
	token, err := parseAssertion(text)
	if err != nil || json.Unmarshal(keys, &set) != nil {
		return assertionClaims{}, false
	}
	header := token.Headers[0]
	for _, key := range set.Keys {
		if header.KeyID != "" && key.KeyID != "" && header.KeyID != key.KeyID || key.Algorithm != "" && key.Algorithm != header.Algorithm {
			continue
		}
		var claims assertionClaims
		if public := key.Public(); public.Key != nil && token.Claims(public.Key, &claims) == nil {
			return claims, true
		}
	}
	return assertionClaims{}, false
}

// judgeClaims returns the reason to refuse the claims, and "" for good ones.
func (s *Server) judgeClaims(c assertionClaims, clientID string) string {
	now := s.cfg.Clock()
	switch {
	case c.Issuer != clientID || c.Subject != clientID:
		return "assertion_issuer"
	case c.Audience != s.cfg.Issuer && !(s.cfg.AllowTokenEndpointAudience && c.Audience == s.cfg.Issuer+s.cfg.Endpoints.Token):
		return "assertion_audience"
	case c.ID == "" || len(c.ID) > 256:
		return "assertion_jti"
	case c.Expires == nil || !now.Before(c.Expires.Time().Add(assertionSkew)) || c.Expires.Time().After(now.Add(maxAssertionLife+assertionSkew)):
		return "assertion_expires"
	case c.NotBefore != nil && now.Before(c.NotBefore.Time().Add(-assertionSkew)), c.IssuedAt != nil && now.Before(c.IssuedAt.Time().Add(-assertionSkew)):
		return "assertion_early"
	}
	return ""
}

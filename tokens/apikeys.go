package tokens

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/rawquery"
)

// An APIKeysConfig describes the scheme. At least one of Header and AllowQuery is required.
type APIKeysConfig struct {
	// Verifier says what a key stands for. Required.
	Verifier *Verifier
	// Realm is what the challenge names. Required.
	Realm string
	// Header is the request field that may carry a key, such as "X-API-Key"; empty for none. It is a field of its own:
	// Authorization and Cookie are refused.
	Header string
	// AllowQuery is the query parameter that may carry a key, such as "api_key"; empty for none. URLs end up in logs
	// and histories, so it is for callers who can do nothing else.
	AllowQuery string
}

// APIKeys is the [auth.Scheme] for static keys.
type APIKeys struct {
	verifier  *Verifier
	header    string
	query     string
	challenge auth.Challenge
	vary      http.Header
}

// NewAPIKeys checks cfg and builds the scheme.
func NewAPIKeys(cfg APIKeysConfig) (*APIKeys, error) {
	if cfg.Verifier == nil {
		return nil, errors.New("tokens: APIKeys needs a Verifier")
	}
	if cfg.Header == "" && cfg.AllowQuery == "" {
		return nil, errors.New("tokens: APIKeys needs a header or a query parameter")
	}
	if cfg.Header != "" && !isOwnField(cfg.Header) {
		return nil, fmt.Errorf("tokens: %q is no field for API keys", cfg.Header)
	}
	s := &APIKeys{
		verifier: cfg.Verifier, header: http.CanonicalHeaderKey(cfg.Header), query: cfg.AllowQuery,
		challenge: auth.Challenge{Scheme: "APIKey", Params: []auth.Param{{Name: "realm", Value: cfg.Realm}}},
	}
	if err := errors.Join(auth.CheckRealm(cfg.Realm), s.challenge.Check()); err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	if s.header != "" {
		s.vary = http.Header{"Vary": {s.header}}
	}
	return s, nil
}

// isOwnField reports whether a request field of this name can be there for keys alone.
func isOwnField(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Authorization", "Proxy-Authorization", "Cookie", "Host":
		return false
	}
	return !strings.ContainsFunc(name, func(r rune) bool { return r != '-' && r != '_' && (r >= utf8.RuneSelf || !base62[byte(r)]) })
}

// Present implements [auth.Scheme]. An empty key is none.
func (s *APIKeys) Present(r *http.Request, _ string) bool {
	key, twice := s.extract(r)
	return key != "" || twice
}

// extract returns the last key that r carries, as it was sent, and says whether there is more than one.
func (s *APIKeys) extract(r *http.Request) (key string, twice bool) {
	count := 0
	for _, value := range r.Header[s.header] {
		if value != "" {
			key, count = value, count+1
		}
	}
	if s.query == "" {
		return key, count > 1
	}
	for query := r.URL.RawQuery; query != ""; {
		var name, value string
		name, value, query = rawquery.Cut(query)
		if name != s.query || value == "" {
			continue
		}
		key, count = value, count+1
		if decoded, err := url.QueryUnescape(value); err == nil { // else it is no key that anybody has
			key = decoded
		}
	}
	return key, count > 1
}

// Verify implements [auth.Scheme].
func (s *APIKeys) Verify(ctx context.Context, r *http.Request) (verdict auth.Verdict, err error) {
	verdict.Identity.Scheme = "APIKey"
	key, twice := s.extract(r)
	switch {
	case twice:
		return verdict, auth.Malformed("api_key_twice", "more than one API key")
	case len(r.Header["Authorization"]) > 0: // of a scheme that the gate does not know, else it had refused the two
		return verdict, auth.Malformed("credentials_twice", "more than one kind of credentials")
	}
	verdict, err = s.verifier.Verify(ctx, r, "APIKey", key)
	verdict.Header = s.vary
	return verdict, err
}

// Challenges implements [auth.Scheme].
func (s *APIKeys) Challenges(_ *http.Request, err error) []auth.Challenge {
	if !errors.Is(err, autherr.Unauthenticated) {
		return nil
	}
	return []auth.Challenge{s.challenge}
}

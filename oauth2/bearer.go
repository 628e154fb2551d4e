package oauth2

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// A TokenVerifier says what a presented token stands for. *tokens.Verifier is one, for opaque tokens of every origin; a
// host with a token format of its own implements it.
type TokenVerifier interface {
	// Verify judges text, which r came with, for the scheme of this name. A token that is malformed, unknown, expired or
	// revoked is one and the same error of kind Unauthenticated with the code "invalid_token".
	Verify(ctx context.Context, r *http.Request, scheme, text string) (auth.Verdict, error)
}

// A BearerConfig describes the scheme.
type BearerConfig struct {
	// Verifier says what a token stands for. Required.
	Verifier TokenVerifier
	// Realm is what the challenge names. Required.
	Realm string
	// Resource is this API's identifier (RFC 8707 §2), an absolute URL, with the path that requests see. A token that is
	// for certain resources must be for it, or for one below it that the request is below too. Empty: such tokens are refused.
	Resource string
	// ResourceMetadata is the URL of the API's metadata (RFC 9728 §5.1), which challenges name; empty for none.
	ResourceMetadata string
	// AllowForm takes a token from the form body too (RFC 6750 §2.2). Each form that is posted without an Authorization
	// field is then taken to be meant so: one that comes with an API key has two kinds of credentials.
	AllowForm bool
	// AllowQuery takes a token from the query too (RFC 6750 §2.3, which OAuth 2.1 dropped): URLs end up in logs.
	AllowQuery bool
}

// A Bearer is the [auth.Scheme] for bearer tokens (RFC 6750).
type Bearer struct {
	cfg    BearerConfig
	folder string // the path that resources of this API are below
	base   auth.Challenge
}

// NewBearer checks cfg and builds the scheme.
func NewBearer(cfg BearerConfig) (*Bearer, error) {
	if cfg.Verifier == nil {
		return nil, errors.New("oauth2: Bearer needs a Verifier")
	}
	b := &Bearer{cfg: cfg, base: auth.Challenge{Scheme: "Bearer", Params: []auth.Param{{Name: "realm", Value: cfg.Realm}}}}
	b.cfg.Resource = strings.TrimSuffix(cfg.Resource, "/")
	if cfg.Resource != "" {
		u, err := parseResource(b.cfg.Resource)
		if err != nil {
			return nil, err
		}
		b.folder = u.EscapedPath()
	}
	if cfg.ResourceMetadata != "" {
		if u, err := url.Parse(cfg.ResourceMetadata); err != nil || !u.IsAbs() || u.Host == "" {
			return nil, errors.New("oauth2: ResourceMetadata is no absolute URL")
		}
		b.base.Params = append(b.base.Params, auth.Param{Name: "resource_metadata", Value: cfg.ResourceMetadata})
	}
	if err := errors.Join(auth.CheckRealm(cfg.Realm), b.base.Check()); err != nil {
		return nil, fmt.Errorf("oauth2: %w", err)
	}
	return b, nil
}

// Present implements [auth.Scheme].
func (b *Bearer) Present(r *http.Request, name string) bool {
	return isBearer(name) || b.cfg.AllowForm && name == "" && isForm(r) || b.cfg.AllowQuery && queryTokens(r) > 0
}

func isBearer(name string) bool { return strings.EqualFold(name, "Bearer") }

// Verify implements [auth.Scheme].
func (b *Bearer) Verify(ctx context.Context, r *http.Request) (verdict auth.Verdict, err error) {
	found, err := b.extract(r)
	if err != nil {
		verdict.Identity.Scheme = "Bearer"
		return verdict, err
	}
	verdict, err = b.cfg.Verifier.Verify(ctx, r, "Bearer", found.token)
	verdict.Body = found.body
	if err == nil && !b.isFor(r, verdict.Identity.Audience) {
		err = errAudience
	}
	return verdict, err
}

// errAudience says what every other token that is no good here is told.
var errAudience = func() *autherr.Error {
	e := auth.Refuse("", "token_audience")
	e.Code = "invalid_token"
	return e
}()

// isFor reports whether a token for this audience may be used for r (RFC 8707 §2).
func (b *Bearer) isFor(r *http.Request, audience []string) bool {
	if len(audience) == 0 {
		return true
	}
	if b.cfg.Resource == "" {
		return false
	}
	for _, resource := range audience {
		below, ours := strings.CutPrefix(strings.TrimSuffix(resource, "/"), b.cfg.Resource)
		if ours && (below == "" || below[0] == '/' && isBelow(r.URL, b.folder+below)) {
			return true
		}
	}
	return false
}

// isBelow reports whether u's path is folder or within it. One with dot segments may lead elsewhere and is below nothing.
func isBelow(u *url.URL, folder string) bool {
	rest, ok := strings.CutPrefix(u.EscapedPath(), folder)
	if !ok || rest != "" && rest[0] != '/' {
		return false
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// Challenges implements [auth.Scheme] (RFC 6750 §3, RFC 9728 §5.1). An error code is there only where the request came
// with a bearer token.
func (b *Bearer) Challenges(r *http.Request, err error) []auth.Challenge {
	e := autherr.From(err)
	presented := b.presented(r)
	switch {
	case e.Kind == autherr.Unauthenticated:
	case presented && (e.Kind == autherr.Forbidden || e.Kind == autherr.BadRequest):
	default:
		return nil
	}
	c := auth.Challenge{Scheme: b.base.Scheme, Params: b.base.Params[:len(b.base.Params):len(b.base.Params)]}
	if len(e.Scopes) > 0 {
		c.Params = append(c.Params, auth.Param{Name: "scope", Value: auth.Scopes(e.Scopes).String()})
	}
	if presented && e.Code != "" {
		c.Params = append(c.Params, auth.Param{Name: "error", Value: e.Code})
	}
	return []auth.Challenge{c}
}

// presented reports whether r came with a bearer token, though it may have come with other credentials too.
func (b *Bearer) presented(r *http.Request) bool {
	name, _ := auth.Authorization(r)
	return b.Present(r, name) || slices.ContainsFunc(r.Header["Authorization"], func(field string) bool {
		name, _, _ := strings.Cut(field, " ")
		return isBearer(name)
	})
}

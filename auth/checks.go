package auth

import (
	"context"
	"net/http"
	"slices"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// checkTransport refuses clear HTTP from beyond this machine before anything of the credentials is looked at.
func (g *Gate) checkTransport(c *call) error {
	if g.allowHTTP || g.proxies.Secure(c.r) {
		return nil
	}
	return RefuseHTTP()
}

// checkCredentials finds the one scheme whose credentials the request carries.
func (g *Gate) checkCredentials(c *call) error {
	fields := c.r.Header["Authorization"]
	if len(fields) > 1 {
		return Malformed("authorization_twice", "more than one Authorization field")
	}
	if len(fields) == 1 {
		if len(fields[0]) > MaxAuthorization {
			return Malformed("authorization_too_long", "the Authorization field is too long")
		}
		c.name, _ = splitCredentials(fields[0])
	}
	for _, scheme := range g.schemes {
		if !scheme.Present(c.r, c.name) {
			continue
		}
		if c.scheme != nil {
			return Malformed("credentials_twice", "more than one kind of credentials")
		}
		c.scheme = scheme
	}
	return nil
}

// checkAnonymous judges a request without credentials that a scheme recognised: where anonymous callers are welcome it
// passes, but not with credentials of an unknown kind.
func checkAnonymous(r *http.Request, welcome bool) error {
	switch {
	case len(r.Header["Authorization"]) > 0:
		return Refuse("", "unknown_scheme")
	case welcome:
		return nil
	}
	return Refuse("", "no_credentials")
}

// checkOrigin refuses unsafe requests of other origins' pages where the browser would add the credentials by itself.
func (g *Gate) checkOrigin(c *call) error {
	if !isAmbient(c.scheme) || g.crossOrigin.Check(c.r) == nil {
		return nil
	}
	return &autherr.Error{
		Kind: autherr.Forbidden, Reason: "cross_origin",
		Message: "Requests from another origin's page are not taken with these credentials",
	}
}

// checkClientKey extracts the client key, and asks for one where the scheme needs it, before any password is hashed.
func (g *Gate) checkClientKey(c *call) (err error) {
	if g.keys == nil {
		return nil
	}
	if c.key, err = g.keys.extract(c.r); err != nil {
		return err
	}
	if c.key == "" && isAmbient(c.scheme) {
		return errKeyMissing()
	}
	return nil
}

// checkClient judges the client key against the account that was verified, or against the app that the credential names.
func (g *Gate) checkClient(ctx context.Context, c *call) error {
	id := &c.verdict.Identity
	switch {
	case g.keys == nil || c.key == "":
		return nil
	case !isAmbient(c.scheme):
		if c.key != id.ClientKey {
			return errKeysDisagree()
		}
		return nil
	}
	client, err := g.keys.permit(ctx, c.key, id.Subject)
	if err != nil {
		return err
	}
	id.ClientKey = client.ID
	id.Scopes = id.Scopes.Intersect(client.Scopes)
	return nil
}

// checkScopes refuses a caller who lacks one of the needed scopes. [AnyScope] is any, but not none.
func checkScopes(held, needed Scopes) error {
	missing := held.Missing(needed)
	switch {
	case missing == "" || missing == AnyScope && len(held) > 0:
		return nil
	case missing == AnyScope:
		return errScope("This action needs a scope, and there is none", nil)
	}
	return errScope("This action needs the scope "+missing, needed)
}

func errScope(message string, needed Scopes) error {
	return &autherr.Error{
		Kind: autherr.Forbidden, Reason: "insufficient_scope", Code: "insufficient_scope",
		Message: message, Scopes: slices.Clone(needed),
	}
}

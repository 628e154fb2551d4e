package tokens

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

const (
	maxDescription = 200 // bytes
	maxID          = 64  // symbols
	maxLimits      = 32  // networks of one token, and methods
)

// kinds are those that are made here.
var kinds = [...]store.TokenKind{store.DeveloperToken, store.APIKey}

// format is that of a kind that can be minted.
func (i *Issuer) format(kind store.TokenKind) (Format, error) {
	var format Format
	switch kind {
	case store.DeveloperToken:
		format = i.cfg.Developer
	case store.APIKey:
		format = i.cfg.APIKey
	}
	if format == (Format{}) {
		return Format{}, errKind()
	}
	return format, nil
}

func errKind() error { return auth.Malformed("token_kind", "tokens of this kind are not made here") }

// owner is the account that a token will stand for. It is active.
func (i *Issuer) owner(ctx context.Context, id string) (store.User, error) {
	owner, err := i.cfg.Users.UserByID(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return store.User{}, &autherr.Error{Kind: autherr.NotFound, Reason: "no_such_account", Message: "There is no such account"}
	case err != nil:
		return store.User{}, autherr.NewUnavailable(err)
	}
	return owner, i.cfg.States.Check(owner.State)
}

// checkRequest judges what is asked for.
func (i *Issuer) checkRequest(req Request, owner store.User) error {
	for _, check := range []error{
		checkID(req.ID),
		checkDescription(req.Description),
		i.checkScopes(req, owner.Scopes),
		i.checkLife(req.Life),
		checkNetworks(req.Networks),
		checkMethods(req.Methods),
	} {
		if check != nil {
			return check
		}
	}
	return nil
}

// checkID refuses an ID that could be mistaken, or could not stand in an address. An empty one is drawn.
func checkID(id string) error {
	unusable := func(r rune) bool { return r >= utf8.RuneSelf || !base62[byte(r)] }
	if len(id) > maxID || strings.ContainsFunc(id, unusable) {
		return auth.Malformed("token_id_malformed", "the token's ID is too long, or has other symbols than letters and digits")
	}
	return nil
}

func checkDescription(text string) error {
	switch {
	case text == "":
		return auth.Malformed("description_missing", "a token needs a description")
	case len(text) > maxDescription, !utf8.ValidString(text), strings.ContainsFunc(text, unicode.IsControl):
		return auth.Malformed("description_malformed", "the description is too long, not UTF-8, or has control characters")
	}
	return nil
}

// checkNetworks refuses what no caller's address could be in: the token would be dead, and its owner not know why.
func checkNetworks(networks []netip.Prefix) error {
	unusable := func(p netip.Prefix) bool { return !p.IsValid() || p.Addr().Is4In6() }
	if len(networks) > maxLimits || slices.ContainsFunc(networks, unusable) {
		return auth.Malformed("networks_malformed", "the networks are too many, or one is none")
	}
	return nil
}

func checkMethods(methods []string) error {
	unusable := func(method string) bool {
		return method == "" || strings.ContainsFunc(method, func(r rune) bool { return r < 'A' || r > 'Z' })
	}
	if len(methods) > maxLimits || slices.ContainsFunc(methods, unusable) {
		return auth.Malformed("methods_malformed", "the methods are too many, or one is none")
	}
	return nil
}

// checkScopes refuses a token without scopes, one with scopes that do not exist, and one with more than its owner has.
func (i *Issuer) checkScopes(req Request, held auth.Scopes) error {
	switch {
	case req.AllScopes && len(req.Scopes) > 0:
		return auth.Malformed("scopes_conflict", "a token has all scopes or those that are named")
	case req.AllScopes:
		return nil
	case len(req.Scopes) == 0:
		return auth.Malformed("scope_missing", "a token needs at least one scope")
	case slices.ContainsFunc(req.Scopes, func(scope string) bool { return !i.cfg.Scopes.Has(scope) }):
		return auth.Malformed("scope_unknown", "there is no such scope")
	case held.Missing(req.Scopes) != "":
		return auth.Malformed("scope_not_held", "a token cannot have a scope that its owner does not have")
	}
	return nil
}

func (i *Issuer) checkLife(life time.Duration) error {
	switch {
	case life == NoExpiry && i.cfg.AllowNoExpiry, life == 0:
		return nil
	case life < 0:
		return auth.Malformed("life_unbounded", "a token must expire")
	case life > i.cfg.MaxLife:
		return auth.Malformed("life_too_long", "the token would live too long")
	}
	return nil
}

// checkRotation refuses to give a successor to what is dead, and overlaps out of bounds.
func (i *Issuer) checkRotation(old store.Token, overlap time.Duration, now time.Time) error {
	switch {
	case overlap < 0 || overlap > i.cfg.MaxOverlap:
		return auth.Malformed("overlap_out_of_bounds", "the overlap is out of bounds")
	case !old.Revoked.IsZero() || old.Successor != (store.Digest{}) || !old.Expires.IsZero() && !now.Before(old.Expires):
		return &autherr.Error{Kind: autherr.Conflict, Reason: "token_not_live", Message: "This token is not live any more"}
	}
	return nil
}

// find returns the account's token with this ID, if it is of a kind that is made here.
func (i *Issuer) find(ctx context.Context, owner, id string) (store.Token, error) {
	if owner == "" || id == "" {
		return store.Token{}, errNoToken()
	}
	found, err := i.cfg.Tokens.ListTokens(ctx, store.TokenFilter{ID: id, User: owner, Kinds: kinds[:]}, "", 1)
	if err != nil {
		return store.Token{}, storeError(err)
	}
	if len(found) == 0 {
		return store.Token{}, errNoToken()
	}
	return found[0], nil
}

func errNoToken() error {
	return &autherr.Error{Kind: autherr.NotFound, Reason: "no_such_token", Message: "There is no such token"}
}

// storeError gives the facts of a store an answer; the rest is breakage.
func storeError(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errNoToken()
	case errors.Is(err, store.ErrExists):
		return &autherr.Error{Kind: autherr.Conflict, Reason: "token_exists", Message: "There is a token with this ID already"}
	case errors.Is(err, store.ErrFull):
		return &autherr.Error{Kind: autherr.Conflict, Reason: "too_many_tokens", Message: "There are too many tokens already: revoke one first"}
	case errors.Is(err, store.ErrUsed), errors.Is(err, store.ErrRevoked):
		return &autherr.Error{Kind: autherr.Conflict, Reason: "token_not_live", Message: "This token is not live any more"}
	}
	return autherr.NewUnavailable(err)
}

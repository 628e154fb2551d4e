package tokens

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A Kind is a kind of tokens and what they look like.
type Kind struct {
	Kind   store.TokenKind
	Format Format
}

// A VerifierConfig describes a verifier.
type VerifierConfig struct {
	// Tokens finds them. Required.
	Tokens store.Tokens
	// Kinds are what is accepted. At least one is required; sessions and refresh tokens never are.
	Kinds []Kind
	// Users finds the accounts, of tokens and of the owners of apps, where Tokens does not keep them too: one more look-up
	// a request. By default Tokens does.
	Users store.Users
	// Proxies tell the caller's address, for tokens that are limited to networks: the same as the gate's.
	Proxies auth.Proxies
	// Uses records when tokens are used; nil does not.
	Uses *Uses
	// Clock is the time that expiries are held against; time.Now by default.
	Clock func() time.Time
}

// A Verifier says what a presented token stands for. It is safe for concurrent use.
type Verifier struct {
	cfg VerifierConfig
}

// NewVerifier checks cfg and builds the verifier.
func NewVerifier(cfg VerifierConfig) (*Verifier, error) {
	if cfg.Tokens == nil || len(cfg.Kinds) == 0 {
		return nil, errors.New("tokens: a verifier needs Tokens and Kinds")
	}
	cfg.Kinds = slices.Clone(cfg.Kinds)
	if err := checkKinds(cfg.Kinds); err != nil {
		return nil, err
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Verifier{cfg: cfg}, nil
}

// checkKinds refuses formats that are none or stand for two kinds, and kinds of secrets that are never presented to an API.
func checkKinds(kinds []Kind) error {
	for i, kind := range kinds {
		if kind.Format == (Format{}) {
			return errors.New("tokens: a kind has no format")
		}
		if slices.ContainsFunc(kinds[:i], func(other Kind) bool { return other.Format == kind.Format }) {
			return fmt.Errorf("tokens: two kinds begin with %s", kind.Format.Prefix())
		}
		switch kind.Kind {
		case store.DeveloperToken, store.APIKey, store.AccessToken:
		default:
			return errors.New("tokens: only developer tokens, API keys and access tokens are presented to an API")
		}
	}
	return nil
}

// The refusals of a token. Their reasons differ for the log; the caller is told one and the same.
var (
	errMalformed = refusal("token_malformed")
	errUnknown   = refusal("token_unknown")
	errExpired   = refusal("token_expired")
	errRevoked   = refusal("token_revoked")
	errOwnerGone = refusal("token_owner_gone")
	errBound     = refusal("token_bound")
)

func refusal(reason string) *autherr.Error {
	e := auth.Refuse("", reason)
	e.Code = "invalid_token"
	return e
}

// Verify says what text stands for at the moment, for the scheme of this name. r is what it came with. With an error
// the verdict's identity may name the account and the token, for the observer.
func (v *Verifier) Verify(ctx context.Context, r *http.Request, scheme, text string) (verdict auth.Verdict, err error) {
	verdict.Identity.Scheme = scheme
	kind, ok := kindOf(v.cfg.Kinds, text)
	if !ok {
		return verdict, errMalformed
	}
	found, err := v.cfg.Tokens.LookUpToken(ctx, store.DigestOf(text)) // large, and so not handed around by value
	if err := v.complete(ctx, &found, err); err != nil {
		return verdict, err
	}
	describe(&found, &verdict)
	now := v.cfg.Clock()
	if err := checkAlive(&found, kind, now); err != nil {
		return verdict, err
	}
	if err := v.checkLimits(&found.Token, r); err != nil {
		return verdict, err
	}
	if v.cfg.Uses != nil {
		v.cfg.Uses.note(&found.Token, now)
	}
	return verdict, nil
}

// Recognises reports whether text has the shape of a token that v takes. It asks nobody.
func (v *Verifier) Recognises(text string) bool {
	_, ok := kindOf(v.cfg.Kinds, text)
	return ok
}

// kindOf finds the kind whose format text has.
func kindOf(kinds []Kind, text string) (store.TokenKind, bool) {
	for i := range kinds {
		if kinds[i].Format.Check(text) {
			return kinds[i].Kind, true
		}
	}
	return 0, false
}

// complete judges how the look-up of found went, and adds the accounts where they are kept elsewhere.
func (v *Verifier) complete(ctx context.Context, found *store.FoundToken, err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errUnknown
	case err != nil:
		return autherr.NewUnavailable(err)
	case v.cfg.Users == nil:
		return nil
	case found.Token.User == "":
		return v.findOwner(ctx, found)
	}
	found.User, err = v.cfg.Users.UserByID(ctx, found.Token.User)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return autherr.NewUnavailable(err)
	}
	return nil
}

// findOwner adds the state of the account that owns the app which found stands for. An app may belong to nobody; one whose
// owner is gone is nobody's to use.
func (v *Verifier) findOwner(ctx context.Context, found *store.FoundToken) error {
	if found.Client.Owner == "" {
		return nil
	}
	owner, err := v.cfg.Users.UserByID(ctx, found.Client.Owner)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errOwnerGone
	case err != nil:
		return autherr.NewUnavailable(err)
	}
	found.Owner = owner.State
	return nil
}

// checkAlive judges the facts that the store reported.
func checkAlive(found *store.FoundToken, kind store.TokenKind, now time.Time) error {
	t := &found.Token
	switch {
	case t.Kind != kind:
		return errUnknown
	case t.User != "" && found.User.ID != t.User, t.Client != "" && found.Client.ID != t.Client:
		return errOwnerGone
	case !t.Revoked.IsZero() || found.GrantRevoked || t.Client != "" && !found.Client.Revoked.IsZero():
		return errRevoked
	case !t.Expires.IsZero() && !now.Before(t.Expires):
		return errExpired
	case t.Confirmation != "": // bound to a key (RFC 7800), which nobody proves here: it is no bearer token
		return errBound
	}
	return nil
}

// checkLimits judges where the token may come from and what it may be used for.
func (v *Verifier) checkLimits(t *store.Token, r *http.Request) error {
	if len(t.Methods) > 0 && !slices.Contains(t.Methods, r.Method) {
		return &autherr.Error{Kind: autherr.Forbidden, Reason: "token_method", Message: "This token may not be used with this method"}
	}
	if len(t.Networks) == 0 {
		return nil
	}
	address := v.cfg.Proxies.Address(r)
	for _, network := range t.Networks {
		if network.Contains(address) {
			return nil
		}
	}
	return &autherr.Error{Kind: autherr.Forbidden, Reason: "token_network", Message: "This token may not be used from this network"}
}

// describe fills in what found stands for: its scopes as far as the account and the app hold them now.
func describe(found *store.FoundToken, verdict *auth.Verdict) {
	t, id := &found.Token, &verdict.Identity
	id.Kind, id.Subject, id.ClientKey, id.Scopes = auth.Client, t.Client, t.Client, t.Scopes
	id.TokenID, id.GrantID, id.Audience = t.ID, t.Grant, t.Audience
	id.AuthTime, id.ACR, id.Expires = t.AuthTime, t.ACR, t.Expires
	verdict.State = found.Owner
	if t.User != "" {
		id.Kind, id.Subject, id.Username = auth.User, t.User, found.User.Name
		verdict.State = found.User.State
		id.Scopes = auth.Scopes(found.User.Scopes)
		if !t.AllScopes {
			id.Scopes = auth.Scopes(t.Scopes).Intersect(found.User.Scopes)
		}
	}
	if t.Client != "" {
		id.Scopes = id.Scopes.Intersect(found.Client.Scopes)
	}
}

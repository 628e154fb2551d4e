package tokens

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// NoExpiry as a [Request]'s Life asks for a token that does not expire, where the issuer allows it.
const NoExpiry time.Duration = -1

// hintSymbols is how much of a secret's end a list shows.
const hintSymbols = 4

// A Config describes an issuer. What is zero has the default that is named.
type Config struct {
	// Tokens keeps the tokens, and Users finds their owners. Both are required.
	Tokens store.Tokens
	Users  store.Users
	// Scopes are those that exist.
	Scopes auth.Catalogue
	// Developer and APIKey are the formats of the two kinds; "pat_" and "key_" behind the installation's own prefix, say. A
	// kind without a format cannot be minted.
	Developer, APIKey Format
	// Life is a token's life where a request names none: 90 days.
	Life time.Duration
	// MaxLife is the longest that may be asked for: 365 days.
	MaxLife time.Duration
	// AllowNoExpiry lets requests ask for tokens that do not expire.
	AllowNoExpiry bool
	// MaxOverlap is the longest overlap of a rotation: 30 days.
	MaxOverlap time.Duration
	// MaxPerOwner is how many live tokens of one kind an account may have: 100.
	MaxPerOwner int
	// States answers for owners whose account is not active.
	States auth.States
	// Notify puts a notice for the owner into the outbox with each change; see [Outbox].
	Notify bool
	// KeepEvents is how long events are kept: 400 days.
	KeepEvents time.Duration
	// Clock is the time; time.Now.
	Clock func() time.Time
}

// An Issuer mints, rotates, revokes and lists developer tokens and API keys.
type Issuer struct {
	cfg Config
}

// New checks cfg and builds the issuer.
func New(cfg Config) (*Issuer, error) {
	switch {
	case cfg.Tokens == nil || cfg.Users == nil:
		return nil, errors.New("tokens: an issuer needs Tokens and Users")
	case cfg.Developer == (Format{}) && cfg.APIKey == (Format{}):
		return nil, errors.New("tokens: an issuer needs a format")
	case cfg.Developer == cfg.APIKey:
		return nil, errors.New("tokens: developer tokens and API keys need different prefixes")
	case cfg.Life < 0 || cfg.MaxLife < 0 || cfg.MaxOverlap < 0 || cfg.MaxPerOwner < 0 || cfg.KeepEvents < 0:
		return nil, errors.New("tokens: a limit is negative")
	}
	const day = 24 * time.Hour
	setDefault(&cfg.Life, 90*day)
	setDefault(&cfg.MaxLife, 365*day)
	setDefault(&cfg.MaxOverlap, 30*day)
	setDefault(&cfg.MaxPerOwner, 100)
	setDefault(&cfg.KeepEvents, 400*day)
	if cfg.Life > cfg.MaxLife {
		return nil, errors.New("tokens: Life is longer than MaxLife")
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Issuer{cfg: cfg}, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// A Request asks for a token.
type Request struct {
	// Kind is [store.DeveloperToken] or [store.APIKey].
	Kind store.TokenKind
	// ID is the token's public ID, of at most 64 letters and digits; empty draws one. Whoever names one makes one token, however often
	// the request is made: the second time it is a Conflict with the reason "token_exists".
	ID string
	// Owner is the ID of the account that it will stand for.
	Owner string
	// Description is what the owner calls it. Required, at most 200 bytes.
	Description string
	// Scopes are what it may do: a part of what the owner may. None is refused, unless AllScopes says all that the owner
	// may do at the time of each use.
	Scopes    auth.Scopes
	AllScopes bool
	// Life is how long it lives: zero for the issuer's default, [NoExpiry] for ever.
	Life time.Duration
	// Networks and Methods limit its use; empty for no limit. Methods are upper-case, and GET does not include HEAD.
	Networks []netip.Prefix
	Methods  []string
	// Address is where the request came from, for the event and the notice.
	Address string
}

// A Minted token, with the secret that nobody can see again.
type Minted struct {
	Secret string
	Token  store.Token
}

// Mint makes a token. Refusals are errors of kind BadRequest, Conflict (too many tokens, an ID that is taken) and Forbidden
// (the account's state).
func (i *Issuer) Mint(ctx context.Context, req Request) (Minted, error) {
	format, err := i.format(req.Kind)
	if err != nil {
		return Minted{}, err
	}
	owner, err := i.owner(ctx, req.Owner)
	if err != nil {
		return Minted{}, err
	}
	if err := i.checkRequest(req, owner); err != nil {
		return Minted{}, err
	}
	now := i.cfg.Clock()
	minted := newMinted(format, store.Token{
		ID: req.ID, Kind: req.Kind, User: owner.ID, Description: req.Description,
		Scopes: i.cfg.Scopes.Sort(req.Scopes), AllScopes: req.AllScopes,
		Networks: slices.Clone(req.Networks), Methods: slices.Clone(req.Methods),
		Created: now, Expires: i.expiry(req.Life, now),
	})
	event := i.event(ctx, EventCreated, minted.Token, req.Address, now)
	err = i.cfg.Tokens.PutTokens(ctx, []store.Token{minted.Token}, i.cfg.MaxPerOwner, event)
	if err != nil {
		return Minted{}, storeError(err)
	}
	return minted, nil
}

// newMinted draws a secret and gives t what belongs to it.
func newMinted(format Format, t store.Token) Minted {
	secret := format.New()
	if t.ID == "" {
		t.ID = random.ID(t.Created)
	}
	t.Digest = store.DigestOf(secret)
	t.Hint = secret[len(secret)-hintSymbols:]
	return Minted{Secret: secret, Token: t}
}

// expiry is the end of a life that begins now. The zero time is never.
func (i *Issuer) expiry(life time.Duration, now time.Time) time.Time {
	switch life {
	case NoExpiry:
		return time.Time{}
	case 0:
		life = i.cfg.Life
	}
	return now.Add(life)
}

// List returns the account's tokens of a kind, the newest first, beginning after the one with the ID after where that
// is not empty; the revoked and the expired too.
func (i *Issuer) List(ctx context.Context, owner string, kind store.TokenKind, after string, limit int) ([]store.Token, error) {
	if owner == "" {
		return nil, errNoToken()
	}
	if !slices.Contains(kinds[:], kind) {
		return nil, errKind()
	}
	list, err := i.cfg.Tokens.ListTokens(ctx, store.TokenFilter{User: owner, Kinds: []store.TokenKind{kind}}, after, limit)
	if err != nil {
		return nil, storeError(err)
	}
	return list, nil
}

// Revoke ends the account's token with this ID at once. Where it is revoked already nothing happens. The ID of another's
// token is NotFound, as one that does not exist.
func (i *Issuer) Revoke(ctx context.Context, owner, id, address string) error {
	t, err := i.find(ctx, owner, id)
	if err != nil {
		return err
	}
	now := i.cfg.Clock()
	filter := store.TokenFilter{ID: t.ID, User: owner}
	if _, err := i.cfg.Tokens.RevokeTokens(ctx, filter, now, i.event(ctx, EventRevoked, t, address, now)); err != nil {
		return storeError(err)
	}
	return nil
}

// Rotate gives the account's token with this ID a successor with the same description, scopes, limits and length of
// life, as far as the issuer still allows it. The old secret works for the overlap, and never beyond its own end. An
// overlap of 0 ends it at once. Refusals are those of Mint, and Conflict for a token that is not live any more.
func (i *Issuer) Rotate(ctx context.Context, owner, id string, overlap time.Duration, address string) (Minted, error) {
	old, err := i.find(ctx, owner, id)
	if err != nil {
		return Minted{}, err
	}
	format, err := i.format(old.Kind)
	if err != nil {
		return Minted{}, err
	}
	if _, err := i.owner(ctx, owner); err != nil {
		return Minted{}, err
	}
	now := i.cfg.Clock()
	if err := i.checkRotation(old, overlap, now); err != nil {
		return Minted{}, err
	}
	minted, end := newMinted(format, i.successor(old, now)), oldEnd(old, now.Add(overlap))
	event := i.event(ctx, EventRotated, minted.Token, address, now)
	event.Details[DetailReplaces], event.Details[DetailReplacedExpires] = old.ID, end.UTC().Format(time.RFC3339)
	if err := i.cfg.Tokens.RotateToken(ctx, old.Digest, end, []store.Token{minted.Token}, event); err != nil {
		return Minted{}, storeError(err)
	}
	return minted, nil
}

// successor is what follows old from now on, without its secret.
func (i *Issuer) successor(old store.Token, now time.Time) store.Token {
	next := store.Token{
		Kind: old.Kind, User: old.User, Description: old.Description, Scopes: old.Scopes, AllScopes: old.AllScopes,
		Networks: old.Networks, Methods: old.Methods, Created: now,
	}
	switch {
	case !old.Expires.IsZero():
		next.Expires = now.Add(min(old.Expires.Sub(old.Created), i.cfg.MaxLife))
	case !i.cfg.AllowNoExpiry:
		next.Expires = now.Add(i.cfg.MaxLife)
	}
	return next
}

// oldEnd is when a rotated token stops to work: at end, or at its own expiry where that is earlier.
func oldEnd(old store.Token, end time.Time) time.Time {
	if !old.Expires.IsZero() && old.Expires.Before(end) {
		return old.Expires
	}
	return end
}

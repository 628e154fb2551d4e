package basic

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// Passwords says whose a name and a password are. *password.Checker is one.
type Passwords interface {
	// Check returns the account. A wrong name or password is an error of kind [autherr.Unauthenticated]; the account may
	// come with it where it is known, for the observer.
	Check(ctx context.Context, r *http.Request, name, password string) (store.User, error)
}

// Tokens says what a token that came as a password stands for. *tokens.Verifier is one.
type Tokens interface {
	// Recognises reports whether text has the shape of a token. It asks nobody.
	Recognises(text string) bool
	// Verify judges text, which r came with, for the scheme of this name.
	Verify(ctx context.Context, r *http.Request, scheme, text string) (auth.Verdict, error)
}

// A Config describes the scheme.
type Config struct {
	// Realm is what the challenge names. Required.
	Realm string
	// Passwords checks names and passwords. Required.
	Passwords Passwords
	// Charset is what the challenge announces; "UTF-8", the only value that RFC 7617 §2.1 allows, by default.
	Charset string
	// AllowLatin1 reads credentials that are not UTF-8 as ISO-8859-1, which some old clients send.
	AllowLatin1 bool
	// AllowTokens takes a token in the place of the password, beside the user name of its account, for clients that know
	// no other way. What holds for the token holds here: its scopes, limits, expiry and revocation. What looks like a
	// token is then never tried as a password. By default a token is a wrong password.
	AllowTokens Tokens
}

// A Scheme is an [auth.Scheme] for Basic.
type Scheme struct {
	passwords Passwords
	tokens    Tokens
	challenge auth.Challenge
	latin1    bool
}

// New checks cfg and builds the scheme.
func New(cfg Config) (*Scheme, error) {
	if cfg.Passwords == nil {
		return nil, errors.New("basic: Passwords is required")
	}
	if err := auth.CheckRealm(cfg.Realm); err != nil {
		return nil, fmt.Errorf("basic: %w", err)
	}
	if cfg.Charset == "" {
		cfg.Charset = "UTF-8"
	}
	if !strings.EqualFold(cfg.Charset, "UTF-8") {
		return nil, fmt.Errorf("basic: charset %q: RFC 7617 allows UTF-8 alone", cfg.Charset)
	}
	challenge := auth.Challenge{Scheme: "Basic", Params: []auth.Param{
		{Name: "realm", Value: cfg.Realm},
		{Name: "charset", Value: "UTF-8"},
	}}
	return &Scheme{passwords: cfg.Passwords, tokens: cfg.AllowTokens, challenge: challenge, latin1: cfg.AllowLatin1}, challenge.Check()
}

// Present implements [auth.Scheme].
func (s *Scheme) Present(_ *http.Request, name string) bool { return strings.EqualFold(name, "Basic") }

// Ambient implements [auth.Ambient]: browsers keep and send Basic credentials by themselves.
func (s *Scheme) Ambient() bool { return true }

// Verify implements [auth.Scheme].
func (s *Scheme) Verify(ctx context.Context, r *http.Request) (verdict auth.Verdict, err error) {
	verdict.Identity.Scheme = "Basic"
	_, token68 := auth.Authorization(r)
	name, password, reason := Parse(token68, s.latin1)
	if reason != "" {
		return verdict, auth.Refuse(name, reason)
	}
	if s.tokens != nil && s.tokens.Recognises(password) {
		return s.verifyToken(ctx, r, name, password)
	}
	user, err := s.passwords.Check(ctx, r, name, password)
	verdict.Identity.Subject = user.ID
	if err != nil {
		return verdict, refusal(name, err)
	}
	verdict.Identity.Kind = auth.User
	verdict.Identity.Username = user.Name
	verdict.Identity.Scopes = user.Scopes
	verdict.State = user.State
	return verdict, nil
}

// verifyToken judges a token that came as the password of name. One that is for certain resources is refused: nobody
// here knows which this is.
func (s *Scheme) verifyToken(ctx context.Context, r *http.Request, name, token string) (auth.Verdict, error) {
	verdict, err := s.tokens.Verify(ctx, r, "Basic", token)
	id := &verdict.Identity
	switch {
	case err != nil:
		return verdict, refusal(name, err)
	case id.Kind != auth.User || id.Username != norm.NFC.String(name):
		return verdict, auth.Refuse(name, "token_of_another")
	case len(id.Audience) > 0:
		return verdict, auth.Refuse(name, "token_audience")
	}
	return verdict, nil
}

// refusal gives a wrong name or password the words of the API, and leaves every other error as it is.
func refusal(name string, err error) error {
	if !errors.Is(err, autherr.Unauthenticated) {
		return err
	}
	return auth.Refuse(name, autherr.From(err).Reason)
}

// Challenges implements [auth.Scheme].
func (s *Scheme) Challenges(_ *http.Request, err error) []auth.Challenge {
	if !errors.Is(err, autherr.Unauthenticated) {
		return nil
	}
	return []auth.Challenge{s.challenge}
}

package oauth2

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/form"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// Passwords says whose a name and a password are. *password.Checker is one.
type Passwords interface {
	// Check returns the account. A wrong name or password is an error of kind [autherr.Unauthenticated].
	Check(ctx context.Context, r *http.Request, name, password string) (store.User, error)
}

// A PasswordLoginConfig describes the handler.
type PasswordLoginConfig struct {
	// Passwords checks what was sent, Tokens keeps what is issued, and Access is its format. All are required.
	Passwords Passwords
	Tokens    store.Tokens
	Access    tokens.Format
	// Realm is what the challenge of a 401 names. Required.
	Realm string
	// Life is how long a token lives: 1 hour.
	Life time.Duration
	// AllowQuery takes user name and password from the query too, where URLs end up in logs.
	AllowQuery bool
	// States answers for accounts that are not active.
	States auth.States
	// Writer writes refusals; by default [autherr.Document].
	Writer autherr.Writer
	// Proxies and InsecureAllowHTTP are as for the gate: over clear HTTP from beyond this machine nothing is looked at.
	Proxies           auth.Proxies
	InsecureAllowHTTP bool
	// Clock is the time; time.Now.
	Clock func() time.Time
}

// A PasswordLogin takes a posted user name and password for a bearer token that may do whatever the user may do, at the
// time of each use. It is for APIs that documented such a login; it is not OAuth 2's password grant, which RFC 9700 §2.4
// forbids and no [Server] has.
type PasswordLogin struct {
	cfg       PasswordLoginConfig
	challenge string
}

// NewPasswordLogin checks cfg and builds the handler.
func NewPasswordLogin(cfg PasswordLoginConfig) (*PasswordLogin, error) {
	if cfg.Passwords == nil || cfg.Tokens == nil || cfg.Access == (tokens.Format{}) {
		return nil, errors.New("oauth2: a password login needs Passwords, Tokens and Access")
	}
	challenge := auth.Challenge{Scheme: "Form", Params: []auth.Param{{Name: "realm", Value: cfg.Realm}}}
	if err := errors.Join(auth.CheckRealm(cfg.Realm), challenge.Check()); err != nil {
		return nil, fmt.Errorf("oauth2: %w", err)
	}
	if cfg.Life < 0 {
		return nil, errors.New("oauth2: Life is negative")
	}
	setDefault(&cfg.Life, time.Hour)
	if cfg.Writer == nil {
		cfg.Writer = autherr.Document{}
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &PasswordLogin{cfg: cfg, challenge: challenge.String()}, nil
}

// ServeHTTP answers a POST with {"token_type", "access_token", "expires_in"}.
func (l *PasswordLogin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := l.signIn(w, r)
	if err == nil {
		answer.write(w)
		return
	}
	if errors.Is(err, autherr.Unauthenticated) {
		w.Header().Set("WWW-Authenticate", l.challenge)
	}
	l.cfg.Writer.WriteError(w, r, err)
}

func (l *PasswordLogin) signIn(w http.ResponseWriter, r *http.Request) (issued, error) {
	if r.Method != http.MethodPost {
		return issued{}, errMethod("This endpoint takes POST", http.MethodPost)
	}
	if !l.cfg.InsecureAllowHTTP && !l.cfg.Proxies.Secure(r) {
		return issued{}, auth.RefuseHTTP()
	}
	name, password, err := l.extract(w, r)
	if err != nil {
		return issued{}, err
	}
	user, err := l.cfg.Passwords.Check(r.Context(), r, name, password)
	if errors.Is(err, autherr.Unauthenticated) {
		return issued{}, auth.Refuse(name, autherr.From(err).Reason)
	}
	if err != nil {
		return issued{}, err
	}
	if err := l.cfg.States.Check(user.State); err != nil {
		return issued{}, err
	}
	return l.issue(r.Context(), user)
}

// issue puts a token that may do what the user may do.
func (l *PasswordLogin) issue(ctx context.Context, user store.User) (issued, error) {
	now := l.cfg.Clock()
	made := []store.Token{{
		Kind: store.AccessToken, User: user.ID, AllScopes: true, AuthTime: now, Created: now, Expires: now.Add(l.cfg.Life),
	}}
	secret := draw(l.cfg.Access, &made[0])
	if err := l.cfg.Tokens.PutTokens(ctx, made, 0); err != nil {
		return issued{}, breakage(err)
	}
	return issued{accessToken: secret, expiresIn: int64(l.cfg.Life / time.Second)}, nil
}

// extract returns the name and the password, from the body or, where that is allowed, the query; in both they are refused.
func (l *PasswordLogin) extract(w http.ResponseWriter, r *http.Request) (name, password string, err error) {
	query, err := form.Parse(r.URL.RawQuery)
	if err != nil {
		return "", "", err
	}
	inQuery := query.Has("username") || query.Has("password")
	if inQuery && !l.cfg.AllowQuery {
		return "", "", auth.Malformed("login_in_query", "the user name and the password belong into the body")
	}
	body := query
	if r.ContentLength != 0 || !inQuery {
		if body, err = form.Read(w, r); err != nil {
			return "", "", err
		}
		switch inBody := body.Has("username") || body.Has("password"); {
		case inBody && inQuery:
			return "", "", auth.Malformed("login_twice", "the user name and the password are in the body and in the query")
		case !inBody:
			body = query
		}
	}
	if len(body["username"]) > 1 || len(body["password"]) > 1 {
		return "", "", auth.Malformed("login_twice", "the user name or the password is there more than once")
	}
	return body.Get("username"), body.Get("password"), nil
}

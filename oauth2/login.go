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
	"github.com/seed-f67351ce/sesame/internal/random"
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
	// Events get each sign-in, together with the token that it gives; nil keeps none.
	Events store.Events
	// Observer is told of each verdict. By default it is an [auth.Audit] of Events, which nobody runs: one that is shared
	// with the gate counts with it, and can be run.
	Observer auth.Observer
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

// formScheme is the login's in challenges, events and observations.
const formScheme = "Form"

// NewPasswordLogin checks cfg and builds the handler.
func NewPasswordLogin(cfg PasswordLoginConfig) (*PasswordLogin, error) {
	if cfg.Passwords == nil || cfg.Tokens == nil || cfg.Access == (tokens.Format{}) {
		return nil, errors.New("oauth2: a password login needs Passwords, Tokens and Access")
	}
	challenge := auth.Challenge{Scheme: formScheme, Params: []auth.Param{{Name: "realm", Value: cfg.Realm}}}
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
	if cfg.Observer == nil && cfg.Events != nil {
		cfg.Observer = &auth.Audit{Events: cfg.Events, Clock: cfg.Clock}
	}
	return &PasswordLogin{cfg: cfg, challenge: challenge.String()}, nil
}

// ServeHTTP answers a POST with {"token_type", "access_token", "expires_in"}.
func (l *PasswordLogin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := l.cfg.Clock()
	user, answer, err := l.signIn(w, r)
	l.observe(r, user, began, err)
	if err == nil {
		answer.write(w)
		return
	}
	if errors.Is(err, autherr.Unauthenticated) {
		w.Header().Set("WWW-Authenticate", l.challenge)
	}
	l.cfg.Writer.WriteError(w, r, err)
}

func (l *PasswordLogin) observe(r *http.Request, user store.User, began time.Time, err error) {
	if l.cfg.Observer == nil {
		return
	}
	o := auth.ObservationOf(err)
	o.Scheme, o.Account = formScheme, user.ID
	o.Address, o.Duration = l.cfg.Proxies.Address(r), l.cfg.Clock().Sub(began)
	l.cfg.Observer.Observe(r.Context(), o)
}

// signIn takes a name and a password for a token. With an error the account is the one that was meant, as far as that is known.
func (l *PasswordLogin) signIn(w http.ResponseWriter, r *http.Request) (store.User, issued, error) {
	name, password, err := l.receive(w, r)
	if err != nil {
		return store.User{}, issued{}, err
	}
	user, err := l.cfg.Passwords.Check(r.Context(), r, name, password)
	if errors.Is(err, autherr.Unauthenticated) {
		return user, issued{}, auth.Refuse(name, autherr.From(err).Reason)
	}
	if err == nil {
		err = l.cfg.States.Check(user.State)
	}
	if err != nil {
		return user, issued{}, err
	}
	answer, err := l.issue(r, user)
	return user, answer, err
}

// receive judges the request, and returns the name and the password.
func (l *PasswordLogin) receive(w http.ResponseWriter, r *http.Request) (name, password string, err error) {
	if r.Method != http.MethodPost {
		return "", "", errMethod("This endpoint takes POST", http.MethodPost)
	}
	if !l.cfg.InsecureAllowHTTP && !l.cfg.Proxies.Secure(r) {
		return "", "", auth.RefuseHTTP()
	}
	return l.extract(w, r)
}

// issue puts a token that may do what the user may do.
func (l *PasswordLogin) issue(r *http.Request, user store.User) (issued, error) {
	now := l.cfg.Clock()
	made := []store.Token{{
		Kind: store.AccessToken, User: user.ID, AllScopes: true, AuthTime: now, Created: now, Expires: now.Add(l.cfg.Life),
	}}
	secret := draw(l.cfg.Access, &made[0])
	if err := l.cfg.Tokens.PutTokens(r.Context(), made, 0, l.signedIn(r, &made[0])...); err != nil {
		return issued{}, breakage(err)
	}
	return issued{accessToken: secret, expiresIn: int64(l.cfg.Life / time.Second)}, nil
}

// signedIn is the event of a sign-in, and none where the host keeps none.
func (l *PasswordLogin) signedIn(r *http.Request, t *store.Token) []store.Event {
	if l.cfg.Events == nil {
		return nil
	}
	return []store.Event{{
		ID: random.ID(t.Created), Time: t.Created, Type: auth.EventSignedIn, Outcome: "ok", Actor: t.User, User: t.User, Token: t.ID,
		Request: auth.RequestID(r.Context()), Scheme: formScheme, Address: l.cfg.Proxies.Address(r).String(),
		Expires: t.Created.Add(keepEvents),
	}}
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

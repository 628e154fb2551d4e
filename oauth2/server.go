package oauth2

import (
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// A Config describes an authorization server. What is zero has the default that is named.
type Config struct {
	// Issuer is the server's identifier (RFC 8414 §2): an https URL without query and fragment, http on loopback alone.
	// Every URL that the server tells is below it. Required.
	Issuer string
	// Clients, Users, Grants, Tokens, Handles and Once are where everything is kept. All are required; one backend may be all of them.
	Clients store.Clients
	Users   store.Users
	Grants  store.Grants
	Tokens  store.Tokens
	Handles store.Handles
	Once    store.Once
	// Scopes are those that exist.
	Scopes auth.Catalogue
	// Interactions asks people for consent. Required; the server serves the protocol "oauth2" there.
	Interactions *interaction.Interactions
	// Pages answers on the authorization endpoint where no redirect may happen. Package portal's Portal does; by default [autherr.Document].
	Pages autherr.Writer
	// Access and Refresh are the formats of the tokens. Both are required, and differ.
	Access, Refresh tokens.Format
	// AccessLife is how long an access token lives: 1 hour.
	AccessLife time.Duration
	// CodeLife is how long a code waits: 60 seconds; at most 10 minutes (RFC 6749 §4.1.2).
	CodeLife time.Duration
	// RefreshLife is how long a refresh token lives unused: 30 days.
	RefreshLife time.Duration
	// GrantLife is the end that no rotation moves: 365 days.
	GrantLife time.Duration
	// Grace answers a refresh token that was just rotated, and whose successor was not used, with an access token alone
	// instead of calling it a theft: for clients whose answer got lost. At most 30 seconds; none by default.
	Grace time.Duration
	// Resource is the API's identifier (RFC 8707): clients may ask for it or a URL below it. The issuer.
	Resource string
	// Throttle counts wrong client secrets; nil does not.
	Throttle *throttle.Throttle
	// States answers for accounts that are not active.
	States auth.States
	// Address tells where a request came from, for events: the Address of Proxies.
	Address func(*http.Request) netip.Addr
	// Events get what an audit needs: consents, denials, revocations and what was used twice; nil keeps none. Each token that
	// an app takes is no event: the token itself says when and for whom.
	Events store.Events
	// Observer is told of each verdict on a client's credentials. By default it is an [auth.Audit] of Events, which nobody
	// runs: one that is shared with the gate counts with it, and can be run. A refusal is its owner's, where it has one.
	Observer auth.Observer
	// Endpoints are the paths, below the issuer's; /oauth2/authorize and so on.
	Endpoints Endpoints
	// AllowTokenEndpointAudience takes client assertions that name the token endpoint as their audience (RFC 7523 §3), besides the issuer.
	AllowTokenEndpointAudience bool
	// AllowFormPost takes response_mode=form_post.
	AllowFormPost bool
	// Proxies are the peers whose forwarding headers are believed, as for the gate: over clear HTTP from beyond this
	// machine no client's credentials are looked at.
	Proxies auth.Proxies
	// InsecureAllowHTTP takes an http issuer beyond loopback, and credentials over clear HTTP from anywhere.
	InsecureAllowHTTP bool
	// OnError is told of breakage; nil tells nobody.
	OnError func(*http.Request, error)
	// Clock is the time; time.Now.
	Clock func() time.Time
}

// Endpoints are paths below the issuer's own.
type Endpoints struct {
	Authorize, Token, Revoke, Introspect string
}

// A Server is an OAuth 2 authorization server. It is safe for concurrent use.
type Server struct {
	cfg      Config
	path     string // the issuer's
	metadata []byte
}

// protocol is the name under which interactions finish.
const protocol = "oauth2"

// New checks cfg and builds the server.
func New(cfg Config) (*Server, error) {
	if cfg.Clients == nil || cfg.Users == nil || cfg.Grants == nil || cfg.Tokens == nil || cfg.Handles == nil || cfg.Once == nil || cfg.Interactions == nil {
		return nil, errors.New("oauth2: Clients, Users, Grants, Tokens, Handles, Once and Interactions are required")
	}
	if cfg.Access == (tokens.Format{}) || cfg.Refresh == (tokens.Format{}) || cfg.Access == cfg.Refresh {
		return nil, errors.New("oauth2: Access and Refresh need formats of their own")
	}
	path, err := issuerPath(cfg.Issuer, cfg.InsecureAllowHTTP)
	if err != nil {
		return nil, err
	}
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, path: path}
	if s.metadata, err = s.describe(); err != nil {
		return nil, err
	}
	cfg.Interactions.Serve(protocol, (*consent)(s))
	return s, nil
}

// issuerPath checks an issuer and returns its path, which is empty for an origin.
func issuerPath(issuer string, allowHTTP bool) (string, error) {
	u, err := url.Parse(issuer)
	switch {
	case err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(issuer, "?#") || strings.HasSuffix(issuer, "/"):
		return "", fmt.Errorf("oauth2: issuer %q is no absolute URL without query, fragment and final slash", issuer)
	case u.Scheme == "https", u.Scheme == "http" && (allowHTTP || isLoopback(u.Hostname())):
		return u.EscapedPath(), nil
	}
	return "", fmt.Errorf("oauth2: issuer %q is not https", issuer)
}

// setDefaults fills in what is zero and refuses lives that cannot be.
func (c *Config) setDefaults() error {
	setDefault(&c.AccessLife, time.Hour)
	setDefault(&c.CodeLife, time.Minute)
	setDefault(&c.RefreshLife, 30*24*time.Hour)
	setDefault(&c.GrantLife, max(365*24*time.Hour, c.RefreshLife))
	setDefault(&c.Resource, c.Issuer)
	setDefault(&c.Endpoints.Authorize, "/oauth2/authorize")
	setDefault(&c.Endpoints.Token, "/oauth2/token")
	setDefault(&c.Endpoints.Revoke, "/oauth2/revoke")
	setDefault(&c.Endpoints.Introspect, "/oauth2/introspect")
	if min(c.AccessLife, c.CodeLife, c.RefreshLife, c.GrantLife, c.Grace) < 0 || c.CodeLife > 10*time.Minute || c.Grace > 30*time.Second || c.GrantLife < c.RefreshLife {
		return errors.New("oauth2: a life is out of bounds")
	}
	if c.Pages == nil {
		c.Pages = autherr.Document{}
	}
	if c.Address == nil {
		c.Address = c.Proxies.Address
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Observer == nil && c.Events != nil {
		c.Observer = &auth.Audit{Events: c.Events, Clock: c.Clock}
	}
	if c.OnError == nil {
		c.OnError = func(*http.Request, error) {}
	}
	return nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Routes are the server's endpoints, from the same place as its metadata, so that no URL can disagree. The handlers
// answer for the wrong methods themselves.
func (s *Server) Routes() []auth.Route {
	return []auth.Route{
		{Pattern: s.path + s.cfg.Endpoints.Authorize, Handler: http.HandlerFunc(s.Authorize)},
		{Pattern: s.path + s.cfg.Endpoints.Token, Handler: http.HandlerFunc(s.Token)},
		{Pattern: s.path + s.cfg.Endpoints.Revoke, Handler: http.HandlerFunc(s.Revoke)},
		{Pattern: s.path + s.cfg.Endpoints.Introspect, Handler: http.HandlerFunc(s.Introspect)},
		{Pattern: wellKnownServer + s.path, Handler: http.HandlerFunc(s.Metadata)},
	}
}

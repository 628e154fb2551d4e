package oauth1

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// Pages are what people see of the authorization endpoint besides sign-in and consent. Package portal's Portal has them.
type Pages interface {
	// Writer shows what went wrong where nothing may be sent to the app.
	autherr.Writer
	// ShowVerifier shows the code that a person types into an app that cannot be called back.
	ShowVerifier(w http.ResponseWriter, r *http.Request, app, verifier string)
}

// A ServerConfig describes the three endpoints. What is zero has the default that is named.
type ServerConfig struct {
	// Scheme verifies what apps send; its stores, its key ring and its clock are the server's, too. Required.
	Scheme *Scheme
	// Grants keeps what users allowed, and Handles the temporary credentials. Both are required.
	Grants  store.Grants
	Handles store.Handles
	// Scopes are those that exist.
	Scopes auth.Catalogue
	// Interactions asks people for consent. Required; the server serves the protocol "oauth1" there.
	Interactions *interaction.Interactions
	// Pages are shown by the authorization endpoint. Required.
	Pages Pages
	// Writer writes what the other two endpoints refuse; [autherr.Document].
	Writer autherr.Writer
	// States answers for accounts that are not active.
	States auth.States
	// Events get consents, denials and issued tokens; nil keeps none.
	Events store.Events
	// Observer is told of each answer of the endpoints that apps call, and of failures of the one that people see. By default
	// it is an [auth.Audit] of Events, which nobody runs.
	Observer auth.Observer
	// NewToken draws the text of a token or of temporary credentials, of 255 bytes at most: the New of a tokens.Format of
	// the host's own, say. By default 43 symbols of base62 (256 bits).
	NewToken func() string
	// TemporaryLife is how long temporary credentials live: 10 minutes.
	TemporaryLife time.Duration
	// TokenLife is how long token credentials live; until they are revoked.
	TokenLife time.Duration
	// MaxAttempts is how many wrong verifiers end temporary credentials: 10.
	MaxAttempts int
	// Endpoints are the paths, for Routes: /oauth/request_token and so on.
	Endpoints Endpoints
	// AllowGET takes GET as well as POST at the two endpoints that apps call.
	AllowGET bool
	// InsecureAllowHTTP answers there over clear HTTP from beyond this machine, secrets and all.
	InsecureAllowHTTP bool
}

// Endpoints are paths, as the server sees them.
type Endpoints struct {
	TemporaryCredentials, Authorize, TokenCredentials string
}

// A Server is the three endpoints of RFC 5849 §2. It is safe for concurrent use.
type Server struct {
	cfg    ServerConfig
	scheme *Scheme
}

// protocol is the name under which interactions finish, and that of grants.
const protocol = "oauth1"

// NewServer checks cfg and builds the server.
func NewServer(cfg ServerConfig) (*Server, error) {
	switch {
	case cfg.Scheme == nil || cfg.Grants == nil || cfg.Handles == nil || cfg.Interactions == nil || cfg.Pages == nil:
		return nil, errors.New("oauth1: Scheme, Grants, Handles, Interactions and Pages are required")
	case cfg.TemporaryLife < 0 || cfg.TokenLife < 0 || cfg.MaxAttempts < 0:
		return nil, errors.New("oauth1: a life or a limit is negative")
	}
	cfg.setDefaults()
	if length := len(cfg.NewToken()); length < 16 || length > maxValue {
		return nil, fmt.Errorf("oauth1: NewToken draws %d bytes", length)
	}
	s := &Server{cfg: cfg, scheme: cfg.Scheme}
	cfg.Interactions.Serve(protocol, (*consent)(s))
	return s, nil
}

func (c *ServerConfig) setDefaults() {
	setDefault(&c.TemporaryLife, 10*time.Minute)
	setDefault(&c.MaxAttempts, 10)
	setDefault(&c.Endpoints.TemporaryCredentials, "/oauth/request_token")
	setDefault(&c.Endpoints.Authorize, "/oauth/authorize")
	setDefault(&c.Endpoints.TokenCredentials, "/oauth/access_token")
	if c.Writer == nil {
		c.Writer = autherr.Document{}
	}
	if c.Observer == nil && c.Events != nil {
		c.Observer = &auth.Audit{Events: c.Events, Clock: c.Scheme.cfg.Clock}
	}
	if c.NewToken == nil {
		c.NewToken = newSecret
	}
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// Routes are the endpoints. They answer for the wrong methods themselves.
func (s *Server) Routes() []auth.Route {
	return []auth.Route{
		{Pattern: s.cfg.Endpoints.TemporaryCredentials, Handler: http.HandlerFunc(s.TemporaryCredentials)},
		{Pattern: s.cfg.Endpoints.Authorize, Handler: http.HandlerFunc(s.Authorize)},
		{Pattern: s.cfg.Endpoints.TokenCredentials, Handler: http.HandlerFunc(s.TokenCredentials)},
	}
}

func (s *Server) now() time.Time { return s.scheme.cfg.Clock() }

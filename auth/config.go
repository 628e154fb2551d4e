package auth

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// A Config describes a gate.
type Config struct {
	// Schemes are what is accepted, in the order of their challenges. At least one is required.
	Schemes []Scheme
	// Scopes is the catalogue of scopes that routes may ask for.
	Scopes Catalogue
	// ClientKeys asks Basic and Digest for a client key; nil does not.
	ClientKeys *ClientKeys
	// States answers for accounts that are not active. The zero value has the documented words.
	States States
	// Rules must hold for each verified caller besides; see [Rule].
	Rules []Rule
	// Observer is told of each verdict; nil tells nobody.
	Observer Observer
	// Writer writes refusals; by default [autherr.Document].
	Writer autherr.Writer
	// Proxies are the peers whose forwarding headers are believed; by default none.
	Proxies Proxies
	// TrustedOrigins are other origins ("https://app.example") whose pages may send unsafe requests with Basic and Digest.
	TrustedOrigins []string
	// Preflight answers CORS preflights (OPTIONS with Origin and Access-Control-Request-Method), which browsers send
	// without credentials. By default they need credentials like any request, and so get 401. A plain OPTIONS always does.
	Preflight http.Handler
	// StripCredentials takes the Authorization field from the request that the handler sees. By default it stays.
	StripCredentials bool
	// IdentityHeaders names request fields by which the host tells its backends who is calling ("X-Auth-User"). They are
	// taken from each request before the handler runs, however a backend may spell them: any case, "_" for "-".
	IdentityHeaders []string
	// InsecureAllowHTTP takes credentials over clear HTTP from anywhere. Only for hosts whose TLS ends where neither the
	// connection nor a trusted proxy tells.
	InsecureAllowHTTP bool
	// Clock is the time for observations; by default time.Now.
	Clock func() time.Time
}

// New checks cfg and builds the gate.
func New(cfg Config) (*Gate, error) {
	g := &Gate{
		schemes: slices.Clone(cfg.Schemes), states: cfg.States, catalogue: cfg.Scopes, rules: slices.Clone(cfg.Rules),
		observer: cfg.Observer, writer: cfg.Writer, proxies: cfg.Proxies, clock: cfg.Clock,
		preflight: cfg.Preflight, strip: cfg.StripCredentials, allowHTTP: cfg.InsecureAllowHTTP,
		crossOrigin: http.NewCrossOriginProtection(), hidden: make(map[string]bool),
	}
	if len(g.schemes) == 0 || slices.Contains(g.schemes, nil) {
		return nil, errors.New("auth: a gate needs schemes")
	}
	if err := checkNeighbours(g.schemes); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(g.rules, func(rule Rule) bool { return rule == nil }) {
		return nil, errors.New("auth: a rule is nil")
	}
	if g.writer == nil {
		g.writer = autherr.Document{}
	}
	if g.clock == nil {
		g.clock = time.Now
	}
	for _, name := range cfg.IdentityHeaders {
		g.hidden[foldField(name)] = true
	}
	for _, origin := range cfg.TrustedOrigins {
		if err := g.crossOrigin.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("auth: trusted origin: %w", err)
		}
	}
	if cfg.ClientKeys != nil {
		keys, err := cfg.ClientKeys.normalised()
		if err != nil {
			return nil, err
		}
		g.keys = &keys
	}
	return g, nil
}

// foldField is name as the least exact backend compares it.
func foldField(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "-") }

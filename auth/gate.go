package auth

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// A Gate is everything that must hold before a handler runs, configured once. It is safe for concurrent use.
type Gate struct {
	schemes     []Scheme
	keys        *ClientKeys
	states      States
	catalogue   Catalogue
	rules       []Rule
	observer    Observer
	writer      autherr.Writer
	proxies     Proxies
	clock       func() time.Time
	crossOrigin *http.CrossOriginProtection
	preflight   http.Handler
	hidden      map[string]bool
	strip       bool
	allowHTTP   bool
}

// A call is one request on its way through the gate.
type call struct {
	r       *http.Request
	name    string // the scheme that the Authorization field begins with
	key     string // the client key that came with it
	scheme  Scheme // the one that recognised its credentials; nil for none
	verdict Verdict
	started time.Time
}

// Check is the verdict on r without the middleware: who sent it, where everything holds that the gate asks for and the
// scopes are there. The caller sets the verdict's info, header and body. With an error the verdict is zero; [Gate.Refuse]
// answers with it.
func (g *Gate) Check(r *http.Request, scopes ...string) (Verdict, error) {
	c := call{r: r}
	if err := g.check(&c, scopes, false); err != nil {
		return Verdict{}, err
	}
	return c.verdict, nil
}

// Refuse answers r with err, with the challenges that belong to it.
func (g *Gate) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	g.refuse(w, r, autherr.From(err))
}

// check judges c and tells the observer.
func (g *Gate) check(c *call, scopes Scopes, anonymous bool) error {
	if g.observer != nil {
		c.started = g.clock()
	}
	err := g.judge(c, scopes, anonymous)
	if g.observer != nil {
		g.observe(c.r.Context(), c, err)
	}
	return err
}

// judge is the list of what must hold, in order. A panic underneath is a refusal like any other breakage.
func (g *Gate) judge(c *call, scopes Scopes, anonymous bool) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &autherr.Error{Kind: autherr.Internal, Reason: "panic", Cause: fmt.Errorf("auth: panic (%T): %s", p, debug.Stack())}
		}
	}()
	if err := g.checkTransport(c); err != nil {
		return err
	}
	if err := g.checkCredentials(c); err != nil {
		return err
	}
	if c.scheme == nil {
		return checkAnonymous(c.r, anonymous)
	}
	if err := g.checkOrigin(c); err != nil {
		return err
	}
	if err := g.checkClientKey(c); err != nil {
		return err
	}
	if c.verdict, err = c.scheme.Verify(c.r.Context(), c.r); err != nil {
		return err
	}
	return g.permit(c.r.Context(), c, scopes)
}

// permit judges what is beyond the credentials: the account's state, the client key, the host's rules, the scopes.
func (g *Gate) permit(ctx context.Context, c *call, scopes Scopes) error {
	if err := g.states.Check(c.verdict.State); err != nil {
		return err
	}
	if err := g.checkClient(ctx, c); err != nil {
		return err
	}
	for _, rule := range g.rules {
		if err := rule(c.verdict.Identity); err != nil {
			return err
		}
	}
	return checkScopes(c.verdict.Identity.Scopes, scopes)
}

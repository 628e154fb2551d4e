package auth

import (
	"fmt"
	"maps"
	"net/http"
	"slices"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// AnyScope, as the only scope of a route, lets in every caller who holds at least one scope. It says on purpose that a
// route needs none in particular.
const AnyScope = "*"

// Require returns the middleware that lets in callers who hold all of the scopes. It panics where there is none, where
// one is not in the gate's catalogue, and where AnyScope is not alone: a route that forgot its scope must not be built.
func (g *Gate) Require(scopes ...string) func(http.Handler) http.Handler {
	needed := g.mustKnow(scopes)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.serve(w, r, next, needed, false) })
	}
}

// Optional returns the middleware that lets in anonymous callers too, who have no identity in the context. Bad
// credentials may not pass.
func (g *Gate) Optional() func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { g.serve(w, r, next, nil, true) })
	}
}

func (g *Gate) mustKnow(scopes []string) Scopes {
	if len(scopes) == 0 {
		panic("auth: a route needs a scope; auth.AnyScope says that any will do")
	}
	for _, scope := range scopes {
		if scope == AnyScope && len(scopes) == 1 {
			continue
		}
		if !g.catalogue.Has(scope) {
			panic(fmt.Sprintf("auth: scope %q is not in the gate's catalogue", scope))
		}
	}
	return slices.Clone(scopes)
}

func (g *Gate) serve(w http.ResponseWriter, r *http.Request, next http.Handler, needed Scopes, anonymous bool) {
	if g.preflight != nil && isPreflight(r) {
		g.preflight.ServeHTTP(w, r)
		return
	}
	c := call{r: r}
	if err := g.check(&c, needed, anonymous); err != nil {
		e := *autherr.From(err)
		if e.Kind == autherr.Unauthenticated && !needed.Has(AnyScope) {
			e.Scopes = needed
		}
		g.refuse(w, r, &e)
		return
	}
	next.ServeHTTP(w, g.admit(w, &c))
}

// isPreflight reports whether r is a CORS preflight; a plain OPTIONS is not.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// admit sets what the verdict adds to the answer and returns the request that the handler sees.
func (g *Gate) admit(w http.ResponseWriter, c *call) *http.Request {
	addHeader(w.Header(), c.verdict.Header)
	if c.verdict.Info != "" {
		w.Header()["Authentication-Info"] = []string{c.verdict.Info}
	}
	if c.scheme != nil && c.name == "" {
		// The credential came outside Authorization, which caches would not notice (RFC 9111 §3.5).
		w.Header()["Cache-Control"] = notCached[:1:1]
	}
	r := c.r
	if c.scheme != nil {
		r = admitted(r, &c.verdict.Identity)
	}
	if c.verdict.Body != nil {
		r.Body = c.verdict.Body
	}
	return g.hide(r)
}

// notCached is shared by all answers: who sets the field again puts another slice in its place.
var notCached = []string{"private, no-store"}

// addHeader adds the values of more. Where h has none of a name yet it shares the slice, at its full capacity, so that
// whoever adds to it later copies it.
func addHeader(h, more http.Header) {
	for name, values := range more {
		if h[name] == nil {
			h[name] = values[:len(values):len(values)]
		} else {
			h[name] = append(h[name][:len(h[name]):len(h[name])], values...)
		}
	}
}

// hide takes from r what the handler shall not see. The caller's own header map stays as it is.
func (g *Gate) hide(r *http.Request) *http.Request {
	if !g.strip && len(g.hidden) == 0 {
		return r
	}
	clean := *r
	clean.Header = maps.Clone(r.Header)
	maps.DeleteFunc(clean.Header, func(name string, _ []string) bool {
		return g.strip && name == "Authorization" || g.hidden[foldField(name)]
	})
	return &clean
}

// refuse writes e with the challenges that belong to it.
func (g *Gate) refuse(w http.ResponseWriter, r *http.Request, e *autherr.Error) {
	h := w.Header()
	for _, scheme := range g.schemes {
		for _, challenge := range scheme.Challenges(r, e) {
			h.Add("WWW-Authenticate", challenge.String())
		}
	}
	if e.Kind == autherr.Unauthenticated && len(h["Www-Authenticate"]) == 0 {
		e = &autherr.Error{Kind: autherr.Internal, Reason: "no_challenge"} // a 401 must have one (RFC 9110 §11.6.1)
	}
	g.writer.WriteError(w, r, e)
}

package portal

import (
	"net/http"
)

// The paths of the pages.
const (
	signInPath  = "/login"
	signOutPath = "/logout"
	consentPath = "/consent"
	stylePath   = "/portal/style.css"
)

// A Route is a pattern of [http.ServeMux] and what serves it.
type Route struct {
	Pattern string
	Handler http.Handler
}

// Routes are all of the portal's pages, each under its one pattern. They take GET, HEAD and POST themselves and answer
// other methods with 405.
func (p *Portal) Routes() []Route {
	return []Route{
		{signInPath, p.methods(p.showSignIn, p.signIn)},
		{signOutPath, p.methods(nil, p.signOut)},
		{consentPath, p.methods(p.showConsent, p.decide)},
		{stylePath, http.HandlerFunc(p.style)},
	}
}

// methods serves GET and HEAD by show and POST by take; nil takes none.
func (p *Portal) methods(show, take http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		read := r.Method == http.MethodGet || r.Method == http.MethodHead
		switch {
		case read && show != nil:
			show(w, r)
		case r.Method == http.MethodPost && take != nil:
			take(w, r)
		case show == nil:
			p.WriteError(w, r, errMethod(http.MethodPost))
		default:
			p.WriteError(w, r, errMethod(http.MethodGet, http.MethodHead, http.MethodPost))
		}
	})
}

func (p *Portal) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(styleSheet)
}

package portal

import (
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
)

// The paths of the pages.
const (
	signInPath  = "/login"
	signOutPath = "/logout"
	consentPath = "/consent"
	stylePath   = "/portal/style.css"
	scriptPath  = "/portal/portal.js"

	welcomePath    = "/portal/"
	tokensPath     = "/portal/tokens"
	appsPath       = "/portal/apps"
	keysPath       = "/portal/keys"
	authorisedPath = "/portal/authorised"
	logPath        = "/portal/log"
	accountPath    = "/portal/account"
)

// Routes are all of the portal's pages, each under its one pattern. They take GET, HEAD and POST themselves and answer
// other methods with 405.
func (p *Portal) Routes() []auth.Route {
	routes := []auth.Route{
		{Pattern: signOutPath, Handler: p.methods(nil, p.signOut)},
		{Pattern: consentPath, Handler: p.methods(p.showConsent, p.decide)},
		{Pattern: stylePath, Handler: p.methods(asset("text/css", p.style), nil)},
	}
	if p.cfg.SignIn == nil {
		routes = append(routes, auth.Route{Pattern: signInPath, Handler: p.methods(p.showSignIn, p.signIn)})
	}
	if p.cfg.Developer != nil {
		routes = append(routes, p.developerRoutes()...)
	}
	return routes
}

// developerRoutes are those of the developer portal. Steps that make or change a secret ask for a sign-in that is recent.
func (p *Portal) developerRoutes() []auth.Route {
	visits := func(path, section string, show, take step) auth.Route {
		return auth.Route{Pattern: path, Handler: p.visitors(section, show, take)}
	}
	return []auth.Route{
		{Pattern: welcomePath, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { p.WriteError(w, r, errNoPage()) })},
		{Pattern: scriptPath, Handler: p.methods(asset("text/javascript", []byte(script)), nil)},
		visits(welcomePath+"{$}", welcomePath, showWelcome, nil),

		visits(tokensPath, tokensPath, developerTokens.show, nil),
		visits(tokensPath+"/new", tokensPath, fresh(developerTokens.showNew), fresh(developerTokens.create)),
		visits(tokensPath+"/revoke", tokensPath, developerTokens.askRevoke, developerTokens.revoke),

		visits(keysPath, keysPath, apiKeys.show, nil),
		visits(keysPath+"/new", keysPath, fresh(apiKeys.showNew), fresh(apiKeys.create)),
		visits(keysPath+"/rotate", keysPath, fresh(apiKeys.askRotate), fresh(apiKeys.rotate)),
		visits(keysPath+"/revoke", keysPath, apiKeys.askRevoke, apiKeys.revoke),

		visits(appsPath, appsPath, showApps, nil),
		visits(appsPath+"/new", appsPath, fresh(showNewApp), fresh(registerApp)),
		visits(appsPath+"/edit", appsPath, fresh(showApp), fresh(changeApp)),
		visits(appsPath+"/rotate", appsPath, fresh(askRotateApp), fresh(rotateApp)),
		visits(appsPath+"/delete", appsPath, fresh(askDeleteApp), fresh(deleteApp)),

		visits(authorisedPath, authorisedPath, showAuthorised, nil),
		visits(authorisedPath+"/revoke", authorisedPath, askRevokeApp, revokeApp),
		visits(logPath, logPath, showLog, nil),
		visits(accountPath, accountPath, showAccount, endSessions),
		visits(accountPath+"/password", accountPath, fresh(showPassword), fresh(changePassword)),
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
		case take == nil:
			p.WriteError(w, r, errMethod(http.MethodGet, http.MethodHead))
		default:
			p.WriteError(w, r, errMethod(http.MethodGet, http.MethodHead, http.MethodPost))
		}
	})
}

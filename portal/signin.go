package portal

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
)

// The types of the events of sign-ins and sign-outs. Those that were refused are an [auth.Audit]'s.
const (
	EventSignedIn  = auth.EventSignedIn
	EventSignedOut = "signout.succeeded"
)

// scheme is the portal's in events and observations.
const scheme = "portal"

// detailBrowser is what signed in, in words that are ours.
const detailBrowser = "browser"

// keepEvents is how long they are kept.
const keepEvents = 400 * 24 * time.Hour

// signInPage is what signin.html is given.
type signInPage struct {
	Next, Username, Problem, SignUp string
	// Again says that somebody is signed in, and asked to prove it again.
	Again bool
}

// SignInURL is the address of the sign-in page that leads on to next, a local path. It is interaction.Config's SignIn.
func (p *Portal) SignInURL(next string) string {
	if p.cfg.SignIn != nil {
		return p.cfg.SignIn(next)
	}
	return signInPath + "?next=" + url.QueryEscape(next)
}

func (p *Portal) showSignIn(w http.ResponseWriter, r *http.Request) {
	content := signInPage{Next: r.URL.Query().Get("next")}
	current, ok, err := p.cfg.Sessions.Current(r)
	if err != nil {
		p.WriteError(w, r, err)
		return
	}
	if ok {
		content.Again, content.Username = true, current.User.Name
	}
	p.renderSignIn(w, r, http.StatusOK, content)
}

// renderSignIn lets the form lead on to wherever an app may be called back: browsers hold form-action against each
// redirect that follows a form, and after the sign-in one may lead to an app that was allowed before. An app of OAuth 2 is
// named in next.
func (p *Portal) renderSignIn(w http.ResponseWriter, r *http.Request, status int, content signInPage) {
	content.Next = localPath(content.Next, "")
	content.SignUp = p.cfg.SignUp
	p.render(w, r, sheet{
		status: status, template: "signin.html", title: "Sign in", content: content,
		formAction: append([]string{"https:", "http://127.0.0.1:*", "http://localhost:*"}, cspSource(redirectURIOf(content.Next))...),
	})
}

// redirectURIOf is where a request for authorization that waits for a sign-in wants to be answered; whether it may be is
// checked when it goes on.
func redirectURIOf(next string) string {
	u, err := url.Parse(next)
	if err != nil || !oauth2.CheckRedirectURI(u.Query().Get("redirect_uri"), true) {
		return ""
	}
	return u.Query().Get("redirect_uri")
}

// signIn checks the form, the password, the account's state, in this order, and then starts a session.
func (p *Portal) signIn(w http.ResponseWriter, r *http.Request) {
	fields, err := p.cfg.Sessions.ReadForm(w, r)
	if err != nil {
		p.WriteError(w, r, err)
		return
	}
	name, next, began := fields.Get("username"), fields.Get("next"), p.cfg.Clock()
	user, err := p.start(w, r, name, fields.Get("password"))
	p.observe(r, user, began, err)
	switch {
	case errors.Is(err, autherr.Unauthenticated):
		p.refuseSignIn(w, r, signInPage{Next: next, Username: name, Problem: "The name or the password is not right."})
	case err != nil:
		p.WriteError(w, r, err)
	default:
		http.Redirect(w, r, localPath(next, p.cfg.Home), http.StatusSeeOther)
	}
}

// start starts a session for the owner of a password. With an error the account is the one that was meant, as far as that is
// known.
func (p *Portal) start(w http.ResponseWriter, r *http.Request, name, password string) (store.User, error) {
	user, err := p.cfg.Passwords.Check(r.Context(), r, name, password)
	if err != nil {
		return user, err
	}
	if err := p.cfg.States.Check(user.State); err != nil {
		return user, err
	}
	return user, p.cfg.Sessions.Start(w, r, user, session.Details{Note: r.UserAgent(), Events: p.signedIn(r, user.ID)})
}

func (p *Portal) observe(r *http.Request, user store.User, began time.Time, err error) {
	if p.cfg.Observer == nil {
		return
	}
	o := auth.ObservationOf(err)
	o.Scheme, o.Account = scheme, user.ID
	o.Address, o.Duration = p.cfg.Proxies.Address(r), p.cfg.Clock().Sub(began)
	p.cfg.Observer.Observe(r.Context(), o)
}

// refuseSignIn shows the form again. The challenge names a scheme that no browser acts on: a 401 must have one, and this
// one is answered by the form.
func (p *Portal) refuseSignIn(w http.ResponseWriter, r *http.Request, content signInPage) {
	w.Header().Set("WWW-Authenticate", `Form realm="`+quoteEscape(p.cfg.Name)+`"`)
	p.renderSignIn(w, r, http.StatusUnauthorized, content)
}

func (p *Portal) signOut(w http.ResponseWriter, r *http.Request) {
	_, err := p.cfg.Sessions.ReadForm(w, r)
	if err == nil {
		err = p.endSession(w, r)
	}
	if err != nil {
		p.WriteError(w, r, err)
		return
	}
	if p.cfg.SignIn != nil {
		http.Redirect(w, r, p.cfg.SignIn(p.cfg.Home), http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, signInPath, http.StatusSeeOther)
}

// endSession ends the browser's session, and notes whose it was. Nobody stays signed in because that cannot be found out.
func (p *Portal) endSession(w http.ResponseWriter, r *http.Request) error {
	current, ok, _ := p.cfg.Sessions.Current(r)
	var events []store.Event
	if ok && p.cfg.Events != nil {
		events = append(events, p.event(r, EventSignedOut, current.User.ID))
	}
	return p.cfg.Sessions.End(w, r, events...)
}

// signedIn is the event of a sign-in, to be appended with the session.
func (p *Portal) signedIn(r *http.Request, userID string) []store.Event {
	if p.cfg.Events == nil {
		return nil
	}
	e := p.event(r, EventSignedIn, userID)
	if browser := knownBrowser(r.UserAgent()); browser != "" {
		e.Details = map[string]string{detailBrowser: browser}
	}
	return []store.Event{e}
}

// event is what an account did to itself.
func (p *Portal) event(r *http.Request, kind, userID string) store.Event {
	now := p.cfg.Clock()
	return store.Event{
		ID: random.ID(now), Time: now, Type: kind, Outcome: "ok", Actor: userID, User: userID,
		Request: auth.RequestID(r.Context()), Scheme: scheme, Address: p.cfg.Proxies.Address(r).String(), Expires: now.Add(keepEvents),
	}
}

func quoteEscape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
}

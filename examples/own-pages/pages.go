package main

import (
	"bytes"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// pages are the host's own: where people sign in, and where they are asked whether an app may act for them.
type pages struct {
	sessions     *session.Sessions
	passwords    *password.Checker
	interactions *interaction.Interactions
}

// What interaction.Config asks for: who is signed in, and where the two pages are.

func (p *pages) subject(r *http.Request) (interaction.Subject, bool, error) {
	current, ok, err := p.sessions.Current(r)
	return interaction.Subject{User: current.User, Session: current.ID, AuthTime: current.AuthTime}, ok && err == nil, err
}

func signInURL(next string) string { return "/enter?next=" + url.QueryEscape(next) }
func consentURL(id string) string  { return "/ask?id=" + url.QueryEscape(id) }

var templates = template.Must(template.New("").Parse(`
{{define "enter"}}<h1>Who goes there?</h1><p>{{.Problem}}</p>
<form method="post" action="/enter">
<input type="hidden" name="form_token" value="{{.FormToken}}"><input type="hidden" name="next" value="{{.Next}}">
<label>Name <input name="username" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Enter</button></form>{{end}}
{{define "ask"}}<h1>{{.Client.Name}} asks you, {{.Subject.User.Name}}</h1>
<p>It wants to: {{range .Scopes}}{{.Words}}. {{end}}Then you go to {{.Request.Leads}}</p>
<form method="post" action="/ask">
<input type="hidden" name="form_token" value="{{.FormToken}}"><input type="hidden" name="id" value="{{.ID}}">
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>{{end}}`))

type enterPage struct{ FormToken, Next, Problem string }

type askPage struct {
	FormToken string
	interaction.Pending
}

// showEnter lets its form lead on to the app too, the only one here: after the sign-in that is where somebody ends who has
// allowed it before.
func (p *pages) showEnter(w http.ResponseWriter, r *http.Request) {
	show(w, http.StatusOK, "enter", enterPage{FormToken: p.sessions.FormToken(w, r), Next: r.FormValue("next")}, callback)
}

// enter signs somebody in. ReadForm refuses what another site's page has posted.
func (p *pages) enter(w http.ResponseWriter, r *http.Request) {
	form, err := p.sessions.ReadForm(w, r)
	if err != nil {
		autherr.Write(w, r, err)
		return
	}
	user, err := p.passwords.Check(r.Context(), r, form.Get("username"), form.Get("password"))
	if errors.Is(err, autherr.Unauthenticated) {
		w.Header().Set("WWW-Authenticate", `Form realm="cave"`) // every 401 has a challenge; no browser acts on this one
		show(w, http.StatusUnauthorized, "enter", enterPage{p.sessions.FormToken(w, r), form.Get("next"), "That is not it."}, callback)
		return
	}
	if err == nil {
		err = auth.States{}.Check(user.State)
	}
	if err == nil {
		err = p.sessions.Start(w, r, user, session.Details{Note: r.UserAgent()})
	}
	if err != nil {
		autherr.Write(w, r, err)
		return
	}
	next := form.Get("next")
	if !strings.HasPrefix(next, "/oauth2/authorize?") { // only back to what sent people here, and never to another site
		next = "/"
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

func (p *pages) showAsk(w http.ResponseWriter, r *http.Request) {
	pending, err := p.interactions.Pending(r, r.FormValue("id"))
	if err != nil {
		autherr.Write(w, r, err)
		return
	}
	show(w, http.StatusOK, "ask", askPage{p.sessions.FormToken(w, r), pending}, pending.Request.Leads)
}

func (p *pages) ask(w http.ResponseWriter, r *http.Request) {
	form, err := p.sessions.ReadForm(w, r)
	if err == nil {
		err = p.interactions.Decide(w, r, form.Get("id"), interaction.Decision{Allow: form.Get("decision") == "allow"})
	}
	if err != nil {
		autherr.Write(w, r, err)
	}
}

// show writes a page that nobody can frame or cache, and whose form leads to this site alone, and from there to the app
// at leads: browsers hold form-action against redirects too.
func show(w http.ResponseWriter, status int, name string, content any, leads string) {
	var body bytes.Buffer
	if err := templates.ExecuteTemplate(&body, name, content); err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	policy := "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
	if app, err := url.Parse(leads); err == nil && !strings.ContainsAny(app.Host, " ;,'") {
		policy += " " + app.Scheme + "://" + app.Host
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin") // with no-referrer browsers would send "Origin: null"
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

package main

import (
	"net/http"

	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// home is where people come to who signed in and were not going anywhere.
func (a *api) home(w http.ResponseWriter, r *http.Request) {
	current, signedIn, err := a.sessions.Current(r)
	switch {
	case err != nil:
		a.pages.WriteError(w, r, autherr.NewUnavailable(err))
	case !signedIn:
		http.Redirect(w, r, a.pages.SignInURL("/portal/"), http.StatusSeeOther)
	default:
		p, err := renderPage(pageContent{
			Title: "Welcome", Paragraphs: []string{"You are signed in as " + current.User.Name + "."},
			FormField: session.FormField, FormToken: a.sessions.FormToken(w, r),
		})
		if err != nil {
			a.pages.WriteError(w, r, err)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		p.ServeHTTP(w, r)
	}
}

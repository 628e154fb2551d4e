// Command host is a service on chi with its own user table in its own database and its own sign-in. It offers four APIs:
// one for apps with Basic, Digest or OAuth 1.0a, one for developer tokens and OAuth 2, one for API keys, and a login that
// gives tokens for passwords. How people sign up and apps are registered is left out: the test does both.
package main

import (
	"database/sql"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"net/url"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the database

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/password"
	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/store/seal"
)

const schema = `CREATE TABLE IF NOT EXISTS people (id TEXT PRIMARY KEY, name TEXT UNIQUE, state TEXT, hash TEXT, ha1s TEXT)`

func main() {
	db, ring := must(sql.Open("sqlite", "file:host.db")), must(seal.CreateFile("host.keys"))
	must(db.Exec(schema))
	handler := newHost("http://127.0.0.1:8088", people{db}, memory.New(memory.UsersElsewhere()), ring)
	log.Fatal((&http.Server{Addr: "127.0.0.1:8088", Handler: handler, ReadHeaderTimeout: 10 * time.Second}).ListenAndServe())
}

// hello is what the APIs do.
func hello(w http.ResponseWriter, r *http.Request) {
	id, _ := auth.FromContext(r.Context()) // the gate lets nobody through without one
	fmt.Fprintf(w, "%s %s by %s", id.Scheme, id.Username, id.ClientKey)
}

var enterPage = template.Must(template.New("").Parse(`<!doctype html><title>Enter</title><form method="post">
<input type="hidden" name="form_token" value="{{.Token}}"><input type="hidden" name="next" value="{{.Next}}">
<label>Name <input name="username"></label><label>Password <input name="password" type="password"></label><button>Enter</button></form>`))

func enterURL(next string) string { return "/enter?next=" + url.QueryEscape(next) }

// enter is the sign-in.
func enter(sessions *session.Sessions, passwords *password.Checker) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			token := sessions.FormToken(w, r) // before the page, since it may set a cookie
			w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
			_ = enterPage.Execute(w, map[string]string{"Token": token, "Next": r.FormValue("next")})
			return
		}
		form, err := sessions.ReadForm(w, r)
		var user store.User
		if err == nil {
			user, err = passwords.Check(r.Context(), r, form.Get("username"), form.Get("password"))
		}
		if err == nil {
			err = sessions.Start(w, r, user, session.Details{})
		}
		if err != nil {
			w.Header().Set("WWW-Authenticate", `Form realm="Host"`) // no browser acts on it, but a 401 has one
			autherr.Write(w, r, err)
		} else if next := form.Get("next"); strings.HasPrefix(next, "/oauth") { // and never to another site
			http.Redirect(w, r, next, http.StatusSeeOther)
		}
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

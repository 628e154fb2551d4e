package portal

import (
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// failurePage is what failure.html is given.
type failurePage struct {
	Message, Additional string
	// Reference is the URL of a page that helps, and Help the words of the link to it.
	Reference, Help string
}

// WriteError answers with a page that says what the error says. It makes the portal an [autherr.Writer], for protocol
// endpoints that people see.
func (p *Portal) WriteError(w http.ResponseWriter, r *http.Request, err error) { p.fail(w, r, "", err) }

// fail is WriteError within a section of the developer portal, so that its visitor can go on.
func (p *Portal) fail(w http.ResponseWriter, r *http.Request, section string, err error) {
	e := autherr.From(err)
	if e.Kind == autherr.Unauthenticated {
		http.Redirect(w, r, p.SignInURL(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	content := failurePage{Reference: e.Reference, Help: p.help(e)}
	content.Message, content.Additional = headline(e)
	if content.Message == "" {
		content.Message = "Something went wrong on our side"
	}
	e.SetHeader(w.Header())
	p.render(w, r, sheet{status: e.Kind.Status(), template: "failure.html", title: content.Message, content: content, section: section})
}

// headline parts what an error says into a headline and the rest: many messages are both, with a colon between.
func headline(e *autherr.Error) (message, more string) {
	message, more, found := strings.Cut(e.Message, ": ")
	switch {
	case !found:
		return message, e.Additional
	case e.Additional != "":
		return e.Message, e.Additional
	}
	first, size := utf8.DecodeRuneInString(more)
	return message, string(unicode.ToUpper(first)) + more[size:] + "."
}

// help says in words where an error's reference leads.
func (p *Portal) help(e *autherr.Error) string {
	state, _ := strings.CutPrefix(e.Reason, "account_") // the reasons of auth.States
	if words := p.cfg.Help[store.State(state)]; words != "" {
		return words
	}
	return "What you can do about it"
}

// verifierPage is what verifier.html is given.
type verifierPage struct {
	App, Verifier string
}

// ShowVerifier shows the code that a person types into an app that could not be called back (RFC 5849 §2.2, "oob").
func (p *Portal) ShowVerifier(w http.ResponseWriter, r *http.Request, app, verifier string) {
	p.render(w, r, sheet{
		status: http.StatusOK, template: "verifier.html", title: "Your code", content: verifierPage{App: visible(app), Verifier: verifier},
	})
}

func errMethod(allow ...string) error {
	return &autherr.Error{Kind: autherr.MethodNotAllowed, Reason: "method", Message: "This page does not take this method", Allow: allow}
}

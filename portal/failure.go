package portal

import (
	"net/http"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// failurePage is what failure.html is given.
type failurePage struct {
	Message, Additional, Reference string
}

// WriteError answers with a page that says what the error says. It makes the portal an [autherr.Writer], for protocol
// endpoints that people see.
func (p *Portal) WriteError(w http.ResponseWriter, r *http.Request, err error) {
	e := autherr.From(err)
	if e.Kind == autherr.Unauthenticated {
		http.Redirect(w, r, p.SignInURL(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	content := failurePage{Message: e.Message, Additional: e.Additional, Reference: e.Reference}
	if content.Message == "" {
		content.Message = "Something went wrong on our side"
	}
	e.SetHeader(w.Header())
	p.render(w, r, e.Kind.Status(), "failure.html", content.Message, content)
}

// verifierPage is what verifier.html is given.
type verifierPage struct {
	App, Verifier string
}

// ShowVerifier shows the code that a person types into an app that could not be called back (RFC 5849 §2.2, "oob").
func (p *Portal) ShowVerifier(w http.ResponseWriter, r *http.Request, app, verifier string) {
	p.render(w, r, http.StatusOK, "verifier.html", "Your code", verifierPage{App: visible(app), Verifier: verifier})
}

func errMethod(allow ...string) error {
	return &autherr.Error{Kind: autherr.MethodNotAllowed, Reason: "method", Message: "This page does not take this method", Allow: allow}
}

package oauth1

import (
	"net/http"
	"net/url"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/form"
	"github.com/seed-f67351ce/sesame/store"
)

// Authorize is the resource owner authorization endpoint (§2.2). It takes GET and POST with oauth_token, and reads nothing
// else: a callback comes only with the first step. Where the token is wrong it answers with a page and never with a
// redirect.
func (s *Server) Authorize(w http.ResponseWriter, r *http.Request) {
	if err := s.authorize(w, r); err != nil {
		s.observe(r, caller{}, s.now(), err)
		s.cfg.Pages.WriteError(w, r, err)
	}
}

func (s *Server) authorize(w http.ResponseWriter, r *http.Request) error {
	text, err := authorizeToken(w, r)
	if err != nil {
		return err
	}
	p, client, err := s.approvable(r, store.DigestOf(text))
	if err != nil {
		return err
	}
	var refused error
	err = s.cfg.Interactions.Begin(w, r, s.comeBack(r, text), func(subject interaction.Subject) (req interaction.Request, ask bool) {
		req, refused = s.ask(p, client, subject)
		return req, refused == nil
	})
	if err != nil {
		return err
	}
	return refused
}

// authorizeToken returns the one oauth_token of the query, or of the body of a POST.
func authorizeToken(w http.ResponseWriter, r *http.Request) (token string, err error) {
	var values url.Values
	switch {
	case r.Method == http.MethodGet || r.Method == http.MethodHead || r.Method == http.MethodPost && !isForm(r):
		values, err = form.Parse(r.URL.RawQuery)
	case r.Method == http.MethodPost:
		values, err = form.Read(w, r)
	default:
		return "", &autherr.Error{
			Kind: autherr.MethodNotAllowed, Reason: "method", Message: "This page does not take this method",
			Allow: []string{http.MethodGet, http.MethodHead, http.MethodPost},
		}
	}
	if err != nil {
		return "", err
	}
	if tokens := values["oauth_token"]; len(tokens) == 1 && tokens[0] != "" && len(tokens[0]) <= maxValue {
		return tokens[0], nil
	}
	return "", errLink("token_missing")
}

// approvable returns temporary credentials that wait for a user, with their app.
func (s *Server) approvable(r *http.Request, digest store.Digest) (pending, store.Client, error) {
	p, err := s.findTemporary(r.Context(), digest)
	if err != nil {
		return p, store.Client{}, err
	}
	if reason := p.refused(s.now()); reason != "" {
		return p, store.Client{}, errLink(reason)
	}
	if p.handle.User != "" {
		return p, store.Client{}, errLink("token_approved_already")
	}
	client, err := s.scheme.findClient(r.Context(), p.handle.Client)
	if err != nil {
		return p, client, err
	}
	if client.ID == "" || !client.Revoked.IsZero() || !isRegistered(&client, p.Callback) {
		return p, client, errLink("client_changed")
	}
	return p, client, nil
}

// errLink is the page for an oauth_token that is unknown, expired or used: which of them is for the log alone.
func errLink(reason string) error {
	return auth.Malformed(reason, "the app's link does not work, or not any more. Go back to the app and begin again")
}

// comeBack is the local path where a visitor who signed in comes back to.
func (s *Server) comeBack(r *http.Request, token string) string {
	path, _ := receivedPath(r)
	return withParameter(s.scheme.prefix+path, "oauth_token", token)
}

// ask is what a person is asked for: the scopes that the user holds.
func (s *Server) ask(p pending, client store.Client, subject interaction.Subject) (interaction.Request, error) {
	scopes := p.Scopes.Intersect(subject.User.Scopes).Intersect(client.Scopes)
	if len(scopes) == 0 {
		return interaction.Request{}, errNoScopes()
	}
	leads := p.Callback
	if leads == outOfBand {
		leads = ""
	}
	return interaction.Request{
		Protocol: protocol, Client: client.ID, Scopes: scopes, Leads: leads, Life: s.cfg.TokenLife, Data: p.handle.Digest[:],
	}, nil
}

func errNoScopes() error {
	return &autherr.Error{
		Kind: autherr.Forbidden, Reason: "no_scopes", Message: "The app asks for nothing that your account may do",
	}
}

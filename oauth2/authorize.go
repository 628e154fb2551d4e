package oauth2

import (
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/form"
	"github.com/seed-f67351ce/sesame/store"
)

// An authorization request, as far as it was judged (RFC 6749 §4.1.1).
type authorization struct {
	client store.Client
	// uri is where the answer goes, and sent says that the request named it.
	uri  string
	sent bool
	// mode is how the answer goes there.
	mode      string
	state     string
	challenge string
	scopes    auth.Scopes
	resources []string
}

// Authorize is the authorization endpoint (RFC 6749 §3.1). It takes GET and POST. Where the client or its redirect URI is
// wrong it answers with a page; every other answer, errors included, goes to the client, and only once somebody is
// signed in: an endpoint that redirects anybody anywhere is an open redirector (RFC 9700 §4.11).
func (s *Server) Authorize(w http.ResponseWriter, r *http.Request) {
	p, err := s.readAuthorization(w, r)
	if err == nil {
		var a authorization
		if a, err = s.checkClient(r, p); err == nil {
			err = s.ask(w, r, p, a)
		}
	}
	if err != nil {
		s.answerPage(w, r, err)
	}
}

// answerPage writes err for a person and tells the host of breakage.
func (s *Server) answerPage(w http.ResponseWriter, r *http.Request, err error) {
	if isBroken(err) {
		s.cfg.OnError(r, err)
	}
	s.cfg.Pages.WriteError(w, r, err)
}

// readAuthorization returns the parameters of the query, or of the body of a POST.
func (s *Server) readAuthorization(w http.ResponseWriter, r *http.Request) (parameters, error) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		pairs, err := form.ParsePairs(r.URL.RawQuery)
		return parameters{pairs}, err
	case http.MethodPost:
		pairs, err := form.ReadPairs(w, r)
		return parameters{pairs}, err
	}
	return parameters{}, errMethod("this endpoint takes GET and POST", http.MethodGet, http.MethodHead, http.MethodPost)
}

// checkClient finds out where answers may go at all. Its errors are for a page.
func (s *Server) checkClient(r *http.Request, p parameters) (authorization, error) {
	if p.repeated("client_id", "redirect_uri") {
		return authorization{}, fail(invalidRequest, "The app's link is not right: client_id or redirect_uri is there twice")
	}
	client, known, err := s.client(r.Context(), p.get("client_id"))
	if err != nil {
		return authorization{}, err
	}
	if !known || !client.Revoked.IsZero() {
		return authorization{}, fail(invalidRequest, "The app's link is not right: there is no such client_id")
	}
	uri, ok := redirectURI(&client, p.get("redirect_uri"))
	if !ok {
		return authorization{}, fail(invalidRequest, "The app's link is not right: this redirect_uri is not registered for it")
	}
	return authorization{
		client: client, uri: uri, sent: p.get("redirect_uri") != "", mode: "query",
		state: p.get("state"),
	}, nil
}

// ask sends the visitor to sign in, then to the consent page, or back to the client with what is wrong.
func (s *Server) ask(w http.ResponseWriter, r *http.Request, p parameters, a authorization) error {
	requestErr := s.checkRequest(p, &a)
	if requestErr != nil && isBroken(requestErr) {
		return requestErr
	}
	var failed error
	err := s.cfg.Interactions.Begin(w, r, r.URL.Path+"?"+p.Values().Encode(), func(subject interaction.Subject) (interaction.Request, bool) {
		if requestErr != nil {
			failed = s.sendError(w, r, a, requestErr)
			return interaction.Request{}, false
		}
		var req interaction.Request
		var pending bool
		req, pending, failed = s.consult(w, r, subject, a)
		return req, pending
	})
	if err != nil {
		return err
	}
	return failed
}

// checkRequest judges what the client asks for, and completes a. Its errors are for the client.
func (s *Server) checkRequest(p parameters, a *authorization) (err error) {
	if err := s.checkResponse(p, a); err != nil {
		return err
	}
	if err := checkChallenge(p, a); err != nil {
		return err
	}
	if a.scopes, err = s.requestedScopes(&a.client, p.get("scope")); err != nil {
		return err
	}
	a.resources, err = s.resources(p.all("resource"))
	return err
}

// checkResponse judges how the client wants to be answered.
func (s *Server) checkResponse(p parameters, a *authorization) error {
	if mode := p.get("response_mode"); mode == "form_post" && s.cfg.AllowFormPost {
		a.mode = mode
	} else if mode != "" && mode != "query" {
		return fail(invalidRequest, "this response_mode is not taken")
	}
	if p.repeated("response_type", "scope", "state", "code_challenge", "code_challenge_method", "response_mode") {
		return fail(invalidRequest, "a parameter is there more than once")
	}
	switch p.get("response_type") {
	case "code":
		return mayUse(&a.client, grantCode)
	case "":
		return fail(invalidRequest, "response_type is missing")
	}
	return fail(unsupportedResponseType, "only code is taken")
}

// checkChallenge requires PKCE with S256 (RFC 7636 §4.3, RFC 9700 §2.1.1). Without a method plain would be meant.
func checkChallenge(p parameters, a *authorization) error {
	challenge := p.get("code_challenge")
	switch {
	case challenge == "":
		return fail(invalidRequest, "code_challenge is missing: PKCE is required")
	case p.get("code_challenge_method") != "S256":
		return fail(invalidRequest, "code_challenge_method must be S256")
	case !validChallenge(challenge):
		return fail(invalidRequest, "code_challenge is no S256 challenge")
	}
	a.challenge = challenge
	return nil
}

// send answers the client with these parameters, its state and the issuer (RFC 9207).
func (s *Server) send(w http.ResponseWriter, r *http.Request, a authorization, answer ...form.Pair) {
	answer = append(answer, form.Pair{Name: "iss", Value: s.cfg.Issuer})
	if a.state != "" {
		answer = append(answer, form.Pair{Name: "state", Value: a.state})
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	if a.mode == "form_post" {
		writeFormPost(w, a.uri, answer)
		return
	}
	http.Redirect(w, r, withParameters(a.uri, answer), http.StatusSeeOther)
}

// sendError answers the client with an error. For an app whose redirect URI nobody vouched for it is a page instead: a
// link with a mistake in it would otherwise lead anybody there (RFC 9700 §4.11.2).
func (s *Server) sendError(w http.ResponseWriter, r *http.Request, a authorization, err error) error {
	e := autherr.From(err)
	if a.client.SelfRegistered && e.Code != accessDenied {
		return err
	}
	code, description := e.Code, e.Message
	if isBroken(err) {
		s.cfg.OnError(r, err)
		code, description = serverError, "something went wrong on our side"
	}
	s.send(w, r, a, form.Pair{Name: "error", Value: code}, form.Pair{Name: "error_description", Value: describable(description)})
	return nil
}

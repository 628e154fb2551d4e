package oauth1

import (
	"context"
	"errors"
	"net/http"

	"github.com/seed-f67351ce/sesame/auth/interaction"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// The verifier that a redirect carries has 131 bits; the code that a person types 34, and MaxAttempts.
const (
	verifierSymbols = 22
	codeSymbols     = 8
)

// consent is the server as the protocol that interactions finish.
type consent Server

// Finish implements [interaction.Protocol].
func (c *consent) Finish(w http.ResponseWriter, r *http.Request, req interaction.Request, d interaction.Decision) {
	s := (*Server)(c)
	if err := s.finish(w, r, req, d); err != nil {
		s.observe(r, caller{req.Client, d.Subject.User.ID}, s.now(), err)
		s.cfg.Pages.WriteError(w, r, err)
	}
}

// finish reads everything again: what changed since the person was asked holds.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, req interaction.Request, d interaction.Decision) error {
	if len(req.Data) != len(store.Digest{}) {
		return errors.New("oauth1: not a request of ours")
	}
	p, client, err := s.approvable(r, store.Digest(req.Data))
	if err != nil {
		return err
	}
	token, err := s.scheme.secrets.open(sealedSecret{p.id(), ofTemporaryToken, p.id(), p.Token})
	if err != nil {
		return autherr.NewUnavailable(err)
	}
	if !d.Allow {
		return s.deny(w, r, &p, d.Subject.User, string(token))
	}
	d.Scopes = d.Scopes.Intersect(d.Subject.User.Scopes).Intersect(client.Scopes)
	if len(d.Scopes) == 0 {
		return errNoScopes()
	}
	verifier, err := s.approve(r, &p, d)
	if err != nil {
		return err
	}
	if p.Callback == outOfBand {
		s.cfg.Pages.ShowVerifier(w, r, client.Name, verifier)
		return nil
	}
	sendTo(w, withParameter(withParameter(p.Callback, "oauth_token", string(token)), "oauth_verifier", verifier))
	return nil
}

// approve makes the user's grant, and the verifier by which the app can exchange the credentials.
func (s *Server) approve(r *http.Request, p *pending, d interaction.Decision) (verifier string, err error) {
	now, user := s.now(), d.Subject.User.ID
	g := store.Grant{
		ID: random.ID(now), User: user, Client: p.handle.Client, Scopes: d.Scopes, Protocol: protocol,
		AuthTime: d.Subject.AuthTime, ACR: d.Subject.ACR, Created: now,
	}
	if s.cfg.TokenLife > 0 {
		g.Expires = p.handle.Expires.Add(s.cfg.TokenLife)
	}
	if err := s.cfg.Grants.PutGrant(r.Context(), g, s.events(r, EventConsented, user, g.Client, g.ID, "")...); err != nil {
		return "", autherr.NewUnavailable(err)
	}
	verifier = random.Text(verifierSymbols)
	if p.Callback == outOfBand {
		verifier = random.Code(codeSymbols)
	}
	next := p.temporary
	next.Scopes, next.AuthTime, next.ACR, next.Verifier = d.Scopes, g.AuthTime, g.ACR, p.verifierDigest(verifier)
	p.handle.User, p.handle.Grant = user, g.ID
	if err := s.advance(r.Context(), p, next); err != nil {
		return "", s.withdraw(r.Context(), g, err)
	}
	return verifier, nil
}

// withdraw ends a grant whose credentials somebody else decided about in between, and returns what the visitor is told.
func (s *Server) withdraw(ctx context.Context, g store.Grant, cause error) error {
	if _, err := s.cfg.Grants.RevokeGrants(context.WithoutCancel(ctx), store.GrantFilter{ID: g.ID}, s.now()); err != nil {
		return autherr.NewUnavailable(errors.Join(cause, err))
	}
	return decidedAlready(cause)
}

// deny ends the credentials and leads back without a verifier.
func (s *Server) deny(w http.ResponseWriter, r *http.Request, p *pending, user store.User, token string) error {
	p.handle.Used = true
	if err := s.advance(r.Context(), p, p.temporary); err != nil {
		return decidedAlready(err)
	}
	s.noteDenial(r, p, user)
	if p.Callback == outOfBand {
		return &autherr.Error{Kind: autherr.Forbidden, Reason: "user_refused", Message: "The app gets no access. You can close this page"}
	}
	sendTo(w, withParameter(withParameter(p.Callback, "oauth_token", token), "oauth_problem", "user_refused"))
	return nil
}

// noteDenial appends that the user said no. Where it cannot be written the answer stays no, and the observer learns why.
func (s *Server) noteDenial(r *http.Request, p *pending, user store.User) {
	if s.cfg.Events == nil {
		return
	}
	err := s.cfg.Events.AppendEvents(r.Context(), s.events(r, EventDenied, user.ID, p.handle.Client, "", "")...)
	if err != nil {
		s.observe(r, caller{p.handle.Client, user.ID}, s.now(), autherr.NewUnavailable(err))
	}
}

// decidedAlready gives the facts of a store an answer; the rest is breakage.
func decidedAlready(err error) error {
	if errors.Is(refusedAdvance(err), autherr.Unavailable) {
		return autherr.NewUnavailable(err)
	}
	return errLink("token_decided")
}

// sendTo leads the browser to the app, by GET whatever it did before.
func sendTo(w http.ResponseWriter, uri string) {
	h := w.Header()
	h.Set("Location", uri)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(http.StatusSeeOther)
}

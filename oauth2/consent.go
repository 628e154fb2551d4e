package oauth2

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// pendingRequest is what an interaction keeps for us.
type pendingRequest struct {
	URI       string
	Sent      bool
	Mode      string
	State     string
	Challenge string
}

// consult decides what to do with a request that is right: scopes that the user lacks are left out; a consent that is
// remembered is enough, but not for apps whose identity nobody vouches for (RFC 8252 §8.6). It answers itself, or returns
// what a person is to be asked.
func (s *Server) consult(w http.ResponseWriter, r *http.Request, subject interaction.Subject, a authorization) (req interaction.Request, pending bool, err error) {
	a.scopes = a.scopes.Intersect(subject.User.Scopes)
	if len(a.scopes) == 0 {
		return req, false, s.sendError(w, r, a, fail(invalidScope, "the user holds none of these scopes"))
	}
	remembered, err := s.remembers(r.Context(), subject.User.ID, a)
	if err != nil {
		return req, false, s.sendError(w, r, a, err)
	}
	if remembered {
		return req, false, s.grant(w, r, subject, a)
	}
	data, err := json.Marshal(pendingRequest{
		URI: a.uri, Sent: a.sent, Mode: a.mode, State: a.state, Challenge: a.challenge,
	})
	if err != nil {
		return req, false, s.sendError(w, r, a, err)
	}
	return interaction.Request{
		Protocol: protocol, Client: a.client.ID, Scopes: a.scopes, Resources: a.resources,
		Leads: a.uri, Life: s.cfg.GrantLife, Data: data,
	}, true, nil
}

// isAssured reports whether somebody vouches for who the app is.
func isAssured(c *store.Client) bool { return isConfidential(c) && !c.SelfRegistered }

// maxRemembered is how many grants of one user to one app are looked at for one that is remembered; beyond it the person
// is asked again.
const maxRemembered = 1000

// remembers reports whether the user has allowed the app all of this before, and not revoked it.
func (s *Server) remembers(ctx context.Context, userID string, a authorization) (bool, error) {
	if !isAssured(&a.client) {
		return false, nil
	}
	filter := store.GrantFilter{User: userID, Client: a.client.ID, Protocol: protocol, Live: true}
	grants, err := s.cfg.Grants.Grants(ctx, filter, maxRemembered)
	if err != nil {
		return false, breakage(err)
	}
	return slices.ContainsFunc(grants, func(g store.Grant) bool {
		return g.Remembered && auth.Scopes(g.Scopes).Missing(a.scopes) == "" && auth.Scopes(g.Resources).Missing(a.resources) == ""
	}), nil
}

// grant makes the user's grant to the app and answers the app with a code.
func (s *Server) grant(w http.ResponseWriter, r *http.Request, subject interaction.Subject, a authorization) error {
	now := s.cfg.Clock()
	g := store.Grant{
		ID: random.ID(now), User: subject.User.ID, Client: a.client.ID, Scopes: a.scopes, Resources: a.resources, Protocol: protocol,
		AuthTime: subject.AuthTime, ACR: subject.ACR, Created: now, Expires: now.Add(s.cfg.GrantLife),
	}
	if err := s.cfg.Grants.PutGrant(r.Context(), g, s.eventsOf(r, EventConsented, g)...); err != nil {
		return s.sendError(w, r, a, breakage(err))
	}
	code, err := s.putCode(r.Context(), g, codeRecord{
		RedirectURI: a.uri, Sent: a.sent, Challenge: a.challenge, Scopes: a.scopes, Resources: a.resources, AuthTime: g.AuthTime, ACR: g.ACR,
	})
	if err != nil {
		return s.sendError(w, r, a, breakage(err))
	}
	s.send(w, r, a, url.Values{"code": {code}})
	return nil
}

// consent is the server as the protocol that interactions finish.
type consent Server

// Finish implements [interaction.Protocol]. The client is read again: what changed since the person was asked holds.
func (c *consent) Finish(w http.ResponseWriter, r *http.Request, req interaction.Request, d interaction.Decision) {
	s := (*Server)(c)
	if err := s.finish(w, r, req, d); err != nil {
		s.answerPage(w, r, err)
	}
}

func (s *Server) finish(w http.ResponseWriter, r *http.Request, req interaction.Request, d interaction.Decision) error {
	var kept pendingRequest
	if err := json.Unmarshal(req.Data, &kept); err != nil {
		return err
	}
	client, known, err := s.client(r.Context(), req.Client)
	if err != nil {
		return err
	}
	if uri, ok := redirectURI(&client, kept.URI); !known || !client.Revoked.IsZero() || !ok || uri != kept.URI {
		return fail(invalidRequest, "The app has changed since you were asked: go back to it and begin again")
	}
	a := authorization{
		client: client, uri: kept.URI, sent: kept.Sent, mode: kept.Mode, state: kept.State,
		challenge: kept.Challenge, scopes: d.Scopes.Intersect(client.Scopes), resources: req.Resources,
	}
	switch {
	case !d.Allow:
		s.noteDenial(r, d.Subject.User.ID, client.ID)
		return s.sendError(w, r, a, fail(accessDenied, "the user said no"))
	case len(a.scopes) == 0:
		return s.sendError(w, r, a, fail(invalidScope, "nothing is left of what was asked for"))
	}
	if err := s.remember(r, d, a); err != nil {
		return s.sendError(w, r, a, err)
	}
	return s.grant(w, r, d.Subject, a)
}

// remember keeps the consent for the next request alike, until it is revoked. It is a grant of its own, under which there
// are no tokens: each authorization can then end without the others.
func (s *Server) remember(r *http.Request, d interaction.Decision, a authorization) error {
	if !isAssured(&a.client) {
		return nil
	}
	now := s.cfg.Clock()
	err := s.cfg.Grants.PutGrant(r.Context(), store.Grant{
		ID: random.ID(now), User: d.Subject.User.ID, Client: a.client.ID, Scopes: a.scopes, Resources: a.resources,
		Protocol: protocol, Remembered: true, Created: now,
	})
	if err != nil {
		return breakage(err)
	}
	return nil
}

package oauth2

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/internal/form"
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
	// Client is what the app was when the person was asked.
	Client store.Digest
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
		URI: a.uri, Sent: a.sent, Mode: a.mode, State: a.state, Challenge: a.challenge, Client: identity(&a.client),
	})
	if err != nil {
		return req, false, s.sendError(w, r, a, err)
	}
	return interaction.Request{
		Protocol: protocol, Client: a.client.ID, Scopes: a.scopes, Resources: a.resources,
		Leads: a.uri, Life: s.cfg.GrantLife, Data: data,
	}, true, nil
}

// grant makes the user's grant to the app and answers the app with a code.
func (s *Server) grant(w http.ResponseWriter, r *http.Request, subject interaction.Subject, a authorization) error {
	code, err := s.allow(r, subject, a)
	if err != nil {
		return s.sendError(w, r, a, err)
	}
	s.send(w, r, a, form.Pair{Name: "code", Value: code})
	return nil
}

// allow puts a grant and a code for it. The code is first: without its grant it is worth nothing and told nobody, but a
// grant without a code would live on without anybody having got anything of it.
func (s *Server) allow(r *http.Request, subject interaction.Subject, a authorization) (code string, err error) {
	now := s.cfg.Clock()
	g := store.Grant{
		ID: random.ID(now), User: subject.User.ID, Client: a.client.ID, Scopes: a.scopes, Resources: a.resources, Protocol: protocol,
		AuthTime: subject.AuthTime, ACR: subject.ACR, Created: now, Expires: now.Add(s.cfg.GrantLife),
	}
	code, err = s.putCode(r.Context(), g, codeRecord{
		RedirectURI: a.uri, Sent: a.sent, Challenge: a.challenge, Scopes: a.scopes, Resources: a.resources, AuthTime: g.AuthTime, ACR: g.ACR,
	})
	if err != nil {
		return "", breakage(err)
	}
	if err := s.cfg.Grants.PutGrant(r.Context(), g, s.eventsOf(r, EventConsented, g)...); err != nil {
		return "", s.withdraw(r, g, err)
	}
	return code, nil
}

// withdraw ends a grant that may be there although its store failed to say so, even where the visitor has hung up.
func (s *Server) withdraw(r *http.Request, g store.Grant, cause error) error {
	ctx, filter := context.WithoutCancel(r.Context()), store.GrantFilter{ID: g.ID}
	_, err := s.cfg.Grants.RevokeGrants(ctx, filter, s.cfg.Clock(), s.eventsOf(r, EventRevoked, g)...)
	return breakage(errors.Join(cause, err))
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
	if uri, ok := redirectURI(&client, kept.URI); !known || !client.Revoked.IsZero() || !ok || uri != kept.URI || kept.Client != identity(&client) {
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
	code, err := s.allow(r, d.Subject, a)
	if err != nil {
		return s.sendError(w, r, a, err)
	}
	s.remember(r, d, a)
	s.send(w, r, a, form.Pair{Name: "code", Value: code})
	return nil
}

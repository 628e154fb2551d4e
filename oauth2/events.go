package oauth2

import (
	"context"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// The types of the server's events.
const (
	EventConsented = "consent.given"
	EventDenied    = "consent.denied"
	EventRevoked   = "oauth2.revoked"
	EventReused    = "oauth2.reused" // a code or a refresh token was used twice; its authorization was ended
)

// keepEvents is how long they are kept.
const keepEvents = 400 * 24 * time.Hour

// events is the event of this type about a grant, and none where the host keeps none.
func (s *Server) events(ctx context.Context, kind string, g store.Grant, reason string) []store.Event {
	if s.cfg.Events == nil {
		return nil
	}
	now := s.cfg.Clock()
	return []store.Event{{
		ID: random.ID(now), Time: now, Type: kind, Outcome: "ok", Reason: reason,
		User: g.User, Client: g.Client, Grant: g.ID, Scheme: protocol, Request: auth.RequestID(ctx), Expires: now.Add(keepEvents),
	}}
}

// noteDenial appends that the user said no. Where it cannot be written the answer stays no.
func (s *Server) noteDenial(r *http.Request, user, client string) {
	if s.cfg.Events == nil {
		return
	}
	err := s.cfg.Events.AppendEvents(r.Context(), s.eventsOf(r, EventDenied, store.Grant{User: user, Client: client})...)
	if err != nil {
		s.cfg.OnError(r, err)
	}
}

// eventsOf is the same with who did it and where from.
func (s *Server) eventsOf(r *http.Request, kind string, g store.Grant) []store.Event {
	events := s.events(r.Context(), kind, g, "")
	for i := range events {
		events[i].Actor = g.User
		events[i].Address = s.cfg.Address(r).String()
	}
	return events
}

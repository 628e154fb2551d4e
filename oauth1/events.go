package oauth1

import (
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
	EventIssued    = "oauth1.issued" // an app got token credentials
)

// keepEvents is how long they are kept.
const keepEvents = 400 * 24 * time.Hour

// events is the event of this type, and none where the host keeps none.
func (s *Server) events(r *http.Request, kind, user, client, grant, token string) []store.Event {
	if s.cfg.Events == nil {
		return nil
	}
	now := s.now()
	return []store.Event{{
		ID: random.ID(now), Time: now, Type: kind, Outcome: "ok", Actor: user, User: user, Client: client, Grant: grant, Token: token,
		Request: auth.RequestID(r.Context()), Scheme: protocol, Address: s.scheme.cfg.Proxies.Address(r).String(), Expires: now.Add(keepEvents),
	}}
}

package portal

import (
	"strings"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// The types of the developer portal's events. An issuer's are those of package tokens.
const (
	EventAppRegistered   = "app.registered"
	EventAppChanged      = "app.changed"
	EventAppRotated      = "app.rotated"
	EventAppDeleted      = "app.deleted"
	EventConsentRevoked  = "consent.revoked"
	EventPasswordChanged = "password.changed"
	EventPasswordRefused = "password.refused" // the old one was wrong
	EventSessionsEnded   = "sessions.ended"
)

// did is the event of what the visitor did. With notify, and where the host wants it, the owner is told.
func (v *visit) did(kind string, notify bool) store.Event {
	e := v.portal.event(v.r, kind, v.User.ID)
	if notify && v.Notify {
		e.Delivery = store.Delivery{State: store.DeliveryPending, Due: e.Time}
	}
	return e
}

// didTo is the event of what the visitor did to an app.
func (v *visit) didTo(kind string, c store.Client) store.Event {
	e := v.did(kind, true)
	e.Client = c.ID
	e.Details = map[string]string{
		tokens.DetailKind: "app", tokens.DetailDescription: c.Name, tokens.DetailScopes: strings.Join(c.Scopes, " "),
	}
	return e
}

// happened appends an event that goes with no other write.
func (v *visit) happened(e store.Event) {
	if v.portal.cfg.Events != nil {
		_ = v.portal.cfg.Events.AppendEvents(v.r.Context(), e)
	}
}

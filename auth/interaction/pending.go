package interaction

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A Pending request is what a consent page shows.
type Pending struct {
	// ID names it in Decide.
	ID string
	// Request is what is asked for.
	Request Request
	// Client is the app. Its Secrets are not for pages.
	Client store.Client
	// Subject is who is asked.
	Subject Subject
	// Scopes are what is asked for, in words and in the catalogue's order.
	Scopes []auth.ScopeInfo
}

// Pending returns the request with this ID for r's browser. Unknown, expired, decided and another sign-in's are one and
// the same refusal, of kind NotFound; a browser that is not signed in gets Unauthenticated.
func (i *Interactions) Pending(r *http.Request, id string) (Pending, error) {
	p, _, err := i.pending(r, id)
	return p, err
}

// Decide answers the pending request with this ID, once, and finishes its protocol in the browser. The caller has checked
// that its own page posted. With an error nothing was answered, and the caller says why.
func (i *Interactions) Decide(w http.ResponseWriter, r *http.Request, id string, d Decision) error {
	p, handle, err := i.pending(r, id)
	if err != nil {
		return err
	}
	if err := i.cfg.States.Check(p.Subject.User.State); err != nil {
		return err
	}
	if missing := p.Request.Scopes.Missing(d.Scopes); missing != "" {
		return auth.Malformed("scope_not_asked", "a scope was allowed that was not asked for")
	}
	handle.Used = true
	if err := i.cfg.Handles.AdvanceHandle(r.Context(), handle); err != nil {
		return storeError(err)
	}
	d.Subject = p.Subject
	switch {
	case !d.Allow:
		d.Scopes = nil
	case len(d.Scopes) == 0:
		d.Scopes = p.Request.Scopes
	}
	w.Header().Set("Cache-Control", "no-store")
	i.protocols[p.Request.Protocol].Finish(w, r, p.Request, d)
	return nil
}

func (i *Interactions) pending(r *http.Request, id string) (Pending, store.Handle, error) {
	subject, ok, err := i.cfg.Subject(r)
	if err != nil {
		return Pending{}, store.Handle{}, err
	}
	if !ok {
		return Pending{}, store.Handle{}, auth.Refuse("", "not_signed_in")
	}
	handle, req, err := i.find(r.Context(), subject, id)
	if err != nil {
		return Pending{}, store.Handle{}, err
	}
	client, err := i.cfg.Clients.Client(r.Context(), req.Client)
	if err != nil {
		return Pending{}, store.Handle{}, storeError(err)
	}
	if !client.Revoked.IsZero() {
		return Pending{}, store.Handle{}, errNotPending()
	}
	p := Pending{ID: id, Request: req, Client: client, Subject: subject}
	for _, scope := range i.cfg.Scopes.Sort(req.Scopes) {
		p.Scopes = append(p.Scopes, auth.ScopeInfo{Name: scope, Words: i.cfg.Scopes.Words(scope)})
	}
	return p, handle, nil
}

// find returns the handle of a request that waits for this subject.
func (i *Interactions) find(ctx context.Context, s Subject, id string) (store.Handle, Request, error) {
	handle, err := i.cfg.Handles.Handle(ctx, store.DigestOf(id))
	if err != nil {
		return store.Handle{}, Request{}, storeError(err)
	}
	var k kept
	if handle.Kind != store.Interaction || json.Unmarshal(handle.Data, &k) != nil {
		return store.Handle{}, Request{}, errNotPending()
	}
	bound := subtle.ConstantTimeCompare([]byte(k.Session), []byte(binding(s.Session))) == 1
	if _, known := i.protocols[k.Request.Protocol]; !known || !bound || handle.User != s.User.ID || handle.Used || !i.cfg.Clock().Before(handle.Expires) {
		return store.Handle{}, Request{}, errNotPending()
	}
	return handle, k.Request, nil
}

// binding is what a store may see of a sign-in.
func binding(session string) string {
	digest := store.DigestOf("interaction\x00" + session)
	return hex.EncodeToString(digest[:])
}

func errNotPending() error {
	return &autherr.Error{
		Kind: autherr.NotFound, Reason: "not_pending",
		Message: "This request is not waiting any more", Additional: "Go back to the app and begin again.",
	}
}

// storeError gives the facts of a store an answer; the rest is breakage.
func storeError(err error) error {
	for _, fact := range []error{store.ErrNotFound, store.ErrUsed, store.ErrConflict, store.ErrRevoked} {
		if errors.Is(err, fact) {
			return errNotPending()
		}
	}
	return autherr.NewUnavailable(err)
}

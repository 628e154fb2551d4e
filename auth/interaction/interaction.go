package interaction

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// A Subject is who is signed in at a browser.
type Subject struct {
	// User is the account, in its present state.
	User store.User
	// Session identifies the sign-in, so that a request that it began is nobody else's. Required; it is not shown.
	Session string
	// AuthTime and ACR say when and how the person signed in.
	AuthTime time.Time
	ACR      string
}

// A Config describes the meeting point.
type Config struct {
	// Handles keeps pending requests, Clients finds the apps, and Scopes has the words for what they ask. Required.
	Handles store.Handles
	Clients store.Clients
	Scopes  auth.Catalogue
	// Subject says who is signed in at r's browser, and false where nobody is. An error is breakage. Required.
	Subject func(r *http.Request) (Subject, bool, error)
	// SignIn is the URL of the page that signs visitors in and sends them on to next, a local path. Required.
	SignIn func(next string) string
	// Consent is the URL of the page that asks about the pending request with this ID. Required.
	Consent func(id string) string
	// States answers for accounts that are not active.
	States auth.States
	// Life is how long a pending request waits: 10 minutes.
	Life time.Duration
	// Clock is the time; time.Now.
	Clock func() time.Time
}

// Interactions keeps requests that wait for a person. It is safe for concurrent use once its protocols are there.
type Interactions struct {
	cfg       Config
	protocols map[string]Protocol
}

// New checks cfg and builds the meeting point.
func New(cfg Config) (*Interactions, error) {
	if cfg.Handles == nil || cfg.Clients == nil || cfg.Subject == nil || cfg.SignIn == nil || cfg.Consent == nil {
		return nil, errors.New("interaction: Handles, Clients, Subject, SignIn and Consent are required")
	}
	if cfg.Life < 0 {
		return nil, errors.New("interaction: Life is negative")
	}
	if cfg.Life == 0 {
		cfg.Life = 10 * time.Minute
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Interactions{cfg: cfg, protocols: make(map[string]Protocol)}, nil
}

// A Protocol finishes what it began once a person decided.
type Protocol interface {
	// Finish answers the browser: usually with a redirect to the client. It is called once for each request that
	// begun, after the decision was taken; r is the request that decided.
	Finish(w http.ResponseWriter, r *http.Request, req Request, d Decision)
}

// Serve names the protocol that finishes requests of this name. It is called when the service is built, before any
// request, and panics where the name is taken.
func (i *Interactions) Serve(name string, p Protocol) {
	if _, taken := i.protocols[name]; taken || name == "" || p == nil {
		panic("interaction: protocol " + name + " is there already, or is none")
	}
	i.protocols[name] = p
}

// A Request is what a client asks of a person.
type Request struct {
	// Protocol is the name under which it will be finished.
	Protocol string
	// Client is the app's ID.
	Client string
	// Scopes and Resources are what is asked for.
	Scopes    auth.Scopes
	Resources []string
	// Leads is where the answer goes, for people: a URL, or empty where it stays on the page.
	Leads string
	// Life is how long what comes of it will live; zero for until it is revoked.
	Life time.Duration
	// Data is the protocol's own.
	Data []byte
}

// A Decision is what a person answered.
type Decision struct {
	// Subject is who decided. Decide sets it.
	Subject Subject
	// Allow says yes; the zero Decision says no.
	Allow bool
	// Scopes are those allowed: a part of what was asked for. With Allow, none means all of them.
	Scopes auth.Scopes
}

// Begin sends the visitor to the page that asks, or first to the sign-in. next is where a visitor who signed in comes
// back to: the local path and query of this same request. signedIn decides for a visitor who is signed in, before anything is kept:
// it returns the request to ask about, or false where it has answered already (an error, a consent that is remembered).
func (i *Interactions) Begin(w http.ResponseWriter, r *http.Request, next string, signedIn func(Subject) (Request, bool)) error {
	subject, ok, err := i.cfg.Subject(r)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	if !ok {
		http.Redirect(w, r, i.cfg.SignIn(next), http.StatusSeeOther)
		return nil
	}
	if err := i.cfg.States.Check(subject.User.State); err != nil {
		return err
	}
	req, ask := signedIn(subject)
	if !ask {
		return nil
	}
	id, err := i.keep(r.Context(), subject, req)
	if err != nil {
		return err
	}
	http.Redirect(w, r, i.cfg.Consent(id), http.StatusSeeOther)
	return nil
}

// idSymbols are 256 bits.
const idSymbols = 43

// kept is what a handle's data holds.
type kept struct {
	Request Request
	Session string // see binding
}

// keep stores the request, bound to the subject, and returns its ID.
func (i *Interactions) keep(ctx context.Context, s Subject, req Request) (string, error) {
	if _, known := i.protocols[req.Protocol]; !known {
		return "", &autherr.Error{Kind: autherr.Internal, Reason: "unknown_protocol"}
	}
	data, err := json.Marshal(kept{Request: req, Session: binding(s.Session)})
	if err != nil {
		return "", err
	}
	id, now := random.Text(idSymbols), i.cfg.Clock()
	err = i.cfg.Handles.PutHandle(ctx, store.Handle{
		Digest: store.DigestOf(id), Kind: store.Interaction, Client: req.Client, User: s.User.ID,
		Data: data, Created: now, Expires: now.Add(i.cfg.Life),
	})
	if err != nil {
		return "", autherr.NewUnavailable(err)
	}
	return id, nil
}

package tokens

import (
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A Leak is a token of ours that a scanner found where anybody can read it.
type Leak struct {
	Token store.Token
	// Type, URL and Source are the scanner's words: what it took the token for, the page, and the kind of place.
	Type, URL, Source string
}

// A ScanningConfig describes the endpoint. What is zero has the default that is named.
type ScanningConfig struct {
	// Tokens finds and revokes the tokens, and Events takes notes of those that stay. Both are required.
	Tokens store.Tokens
	Events store.Events
	// Kinds are what is looked for. At least one is required.
	Kinds []Kind
	// Keys returns the scanner's public key with this identifier, an ECDSA key on P-256, and nil where it has none. It is
	// asked on behalf of callers whom nobody knows yet: a host that fetches keys keeps them, and bounds how often. Required.
	Keys func(ctx context.Context, id string) (*ecdsa.PublicKey, error)
	// Revoke decides whether a leaked token is revoked: by default each is.
	Revoke func(Leak) bool
	// Notify puts a notice for the owner into the outbox with each leak; see [Outbox].
	Notify bool
	// KeepEvents is how long events are kept: 400 days.
	KeepEvents time.Duration
	// MaxBody is how many bytes a message may have: 1 MiB.
	MaxBody int64
	// Proxies are those of the gate, and InsecureAllowHTTP takes messages over clear HTTP from anywhere.
	Proxies           auth.Proxies
	InsecureAllowHTTP bool
	// OnError is told of what broke; it may be nil.
	OnError func(context.Context, error)
	// Clock is the time; time.Now.
	Clock func() time.Time
}

// Scanning is the endpoint that a secret scanner reports leaked tokens to, in the shape of GitHub's partner programme:
// a signed POST with a JSON array of tokens, answered with a label for each. Who does not sign is told nothing.
type Scanning struct {
	cfg      ScanningConfig
	recorder recorder
}

// NewScanning checks cfg and builds the endpoint.
func NewScanning(cfg ScanningConfig) (*Scanning, error) {
	switch {
	case cfg.Tokens == nil || cfg.Events == nil || cfg.Keys == nil:
		return nil, errors.New("tokens: scanning needs Tokens, Events and Keys")
	case len(cfg.Kinds) == 0:
		return nil, errors.New("tokens: scanning needs Kinds")
	case cfg.KeepEvents < 0 || cfg.MaxBody < 0:
		return nil, errors.New("tokens: a limit of scanning is negative")
	}
	if err := checkKinds(cfg.Kinds); err != nil {
		return nil, err
	}
	cfg.Kinds = slices.Clone(cfg.Kinds)
	setDefault(&cfg.KeepEvents, 400*24*time.Hour)
	setDefault(&cfg.MaxBody, 1<<20)
	if cfg.Revoke == nil {
		cfg.Revoke = func(Leak) bool { return true }
	}
	if cfg.OnError == nil {
		cfg.OnError = func(context.Context, error) {}
	}
	if cfg.Clock == nil {
		cfg.Clock = time.Now
	}
	return &Scanning{cfg: cfg, recorder: recorder{cfg.Notify, cfg.KeepEvents}}, nil
}

// A label is what the scanner learns about one token: by its hash, so that no answer repeats a secret.
type label struct {
	Hash  string `json:"token_hash"`
	Type  string `json:"token_type"`
	Label string `json:"label"`
}

// ServeHTTP takes one message.
func (s *Scanning) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	labels, err := s.take(w, r)
	if err != nil {
		if e := autherr.From(err); e.Kind.Status() >= http.StatusInternalServerError {
			s.cfg.OnError(r.Context(), e.Cause)
		}
		autherr.Write(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(labels) // the scanner is gone: it reports again
}

// take verifies the message before it reads a word of it.
func (s *Scanning) take(w http.ResponseWriter, r *http.Request) ([]label, error) {
	if r.Method != http.MethodPost {
		return nil, &autherr.Error{
			Kind: autherr.MethodNotAllowed, Reason: "method", Message: "This takes POST alone", Allow: []string{http.MethodPost},
		}
	}
	if !s.cfg.InsecureAllowHTTP && !s.cfg.Proxies.Secure(r) {
		return nil, auth.RefuseHTTP()
	}
	body, err := s.signedBody(w, r)
	if err != nil {
		return nil, err
	}
	reports, err := parseReports(body)
	if err != nil {
		return nil, err
	}
	labels := make([]label, 0, len(reports))
	for _, report := range reports {
		known, err := s.judge(r.Context(), report)
		if err != nil {
			return nil, autherr.NewUnavailable(err) // the scanner reports again, and what is revoked stays so
		}
		labels = append(labels, newLabel(report, known))
	}
	return labels, nil
}

func newLabel(r report, known bool) label {
	digest := store.DigestOf(r.Token)
	l := label{Hash: hex.EncodeToString(digest[:]), Type: r.Type, Label: "false_positive"}
	if known {
		l.Label = "true_positive"
	}
	return l
}

// judge says whether a report's token is one of ours, alive or not, and deals with one that is alive.
func (s *Scanning) judge(ctx context.Context, r report) (known bool, err error) {
	kind, ok := kindOf(s.cfg.Kinds, r.Token)
	if !ok {
		return false, nil
	}
	found, err := s.cfg.Tokens.LookUpToken(ctx, store.DigestOf(r.Token))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return false, nil
	case err != nil:
		return false, err
	case found.Token.Kind != kind:
		return false, nil
	}
	now := s.cfg.Clock()
	if t := found.Token; !t.Revoked.IsZero() || !t.Expires.IsZero() && !now.Before(t.Expires) {
		return true, nil
	}
	return true, s.answer(ctx, Leak{Token: found.Token, Type: r.Type, URL: r.URL, Source: r.Source}, r.Token, now)
}

// answer revokes a leaked token, or notes that the host's policy keeps it.
func (s *Scanning) answer(ctx context.Context, leak Leak, secret string, now time.Time) error {
	event := s.recorder.event(ctx, EventLeaked, leak.Token, now)
	event.Reason = "leaked"
	event.Details[DetailRevoked] = "yes"
	if !strings.Contains(leak.URL, secret) {
		event.Details[DetailFoundAt] = leak.URL
	}
	if s.cfg.Revoke(leak) {
		_, err := s.cfg.Tokens.RevokeTokens(ctx, store.TokenFilter{Digest: leak.Token.Digest}, now, event)
		return err
	}
	event.Details[DetailRevoked] = "no"
	return s.cfg.Events.AppendEvents(ctx, event)
}

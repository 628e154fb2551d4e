package session

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// A Session is a browser that is signed in.
type Session struct {
	// ID is public: lists and revocations name the session by it.
	ID string
	// User is the account, in its present state: it may be locked or disabled by now.
	User store.User
	// AuthTime is when the person last proved to be the owner, and ACR how.
	AuthTime time.Time
	ACR      string
	digest   store.Digest
}

// Details are what a session's owner sees of it in a list, and what began it.
type Details struct {
	// Note describes the browser; at most 200 bytes of it are kept.
	Note string
	// ACR says how the person signed in; empty for a password.
	ACR string
	// Events are appended with the session.
	Events []store.Event
}

const maxNote = 200

// Start signs the browser in as user, with a new value whatever it had before; the session that it had ends (session
// fixation). The caller has verified who it is. Where it fails nobody is signed in by it, and the browser keeps what it had
// unless the store lost an answer.
func (s *Sessions) Start(w http.ResponseWriter, r *http.Request, user store.User, d Details) error {
	if err := s.checkTransport(r); err != nil {
		return err
	}
	now := s.cfg.Clock()
	value := random.Text(cookieValue)
	token := store.Token{
		Digest: store.DigestOf(value), ID: random.ID(now), Kind: store.Session, User: user.ID, AllScopes: true,
		Note: noteOf(d.Note), ACR: d.ACR, AuthTime: now, Created: now, LastUsed: now, Expires: now.Add(s.cfg.Absolute),
	}
	full, err := s.put(r.Context(), token, d.Events)
	if err != nil {
		return err
	}
	if err := s.end(r); err != nil {
		return errors.Join(err, s.EndOne(context.WithoutCancel(r.Context()), user.ID, token.ID))
	}
	if full {
		_ = s.trim(r.Context(), user.ID) // the next sign-in tries again
	}
	s.session.set(w, value)
	s.browser.remove(w) // the form token is the new session's from now on
	return nil
}

// noteOf is what is kept of a note: text, since browsers send any bytes and a database may take none but UTF-8.
func noteOf(text string) string {
	return strings.ToValidUTF8(text[:min(len(text), maxNote)], "")
}

// checkTransport refuses clear HTTP from beyond this machine before a cookie or a form is looked at.
func (s *Sessions) checkTransport(r *http.Request) error {
	if s.cfg.InsecureAllowHTTP || s.cfg.Proxies.Secure(r) {
		return nil
	}
	return auth.RefuseHTTP()
}

// Current is the session of r's browser, and false for a browser that is not signed in. An error is breakage, or a 403
// for a request over clear HTTP.
func (s *Sessions) Current(r *http.Request) (Session, bool, error) {
	if err := s.checkTransport(r); err != nil {
		return Session{}, false, err
	}
	value := s.session.read(r)
	if value == "" {
		return Session{}, false, nil
	}
	found, err := s.lookUp(r.Context(), store.DigestOf(value))
	if err != nil || found.Token.ID == "" {
		return Session{}, false, err
	}
	t := found.Token
	return Session{ID: t.ID, User: found.User, AuthTime: t.AuthTime, ACR: t.ACR, digest: t.Digest}, true, nil
}

// lookUp returns the live session with this digest, and the zero token where there is none. It moves LastUsed on.
func (s *Sessions) lookUp(ctx context.Context, digest store.Digest) (store.FoundToken, error) {
	found, err := s.cfg.Tokens.LookUpToken(ctx, digest)
	if err == nil && s.cfg.Users != nil {
		found.User, err = s.cfg.Users.UserByID(ctx, found.Token.User)
	}
	if errors.Is(err, store.ErrNotFound) {
		return store.FoundToken{}, nil
	}
	if err != nil {
		return store.FoundToken{}, autherr.NewUnavailable(err)
	}
	now := s.cfg.Clock()
	if !s.isLive(&found, now) {
		return store.FoundToken{}, nil
	}
	return found, s.touch(ctx, &found.Token, now)
}

func (s *Sessions) isLive(found *store.FoundToken, now time.Time) bool {
	t := &found.Token
	return t.Kind == store.Session && t.Revoked.IsZero() && found.User.ID == t.User && s.isCurrent(t, now)
}

// isCurrent reports whether a session that nobody revoked has not come to its end.
func (s *Sessions) isCurrent(t *store.Token, now time.Time) bool {
	return now.Before(t.Expires) && now.Before(t.LastUsed.Add(s.cfg.Idle)) && !t.Created.Before(s.cfg.NotBefore())
}

// touchEvery is how exact the idle time is, at least; a store is not written at each request.
const touchEvery = time.Minute

// touch notes that the session was used. A store without store.TokenUses cannot keep that: there the idle time counts
// from the sign-in.
func (s *Sessions) touch(ctx context.Context, t *store.Token, now time.Time) error {
	uses, ok := s.cfg.Tokens.(store.TokenUses)
	if !ok || now.Sub(t.LastUsed) < min(touchEvery, s.cfg.Idle/4) {
		return nil
	}
	if err := uses.RecordUses(ctx, map[store.Digest]time.Time{t.Digest: now}); err != nil {
		return autherr.NewUnavailable(err)
	}
	return nil
}

// End signs the browser out, at the server too. The events are appended with the end of the session, and not where there
// was none.
func (s *Sessions) End(w http.ResponseWriter, r *http.Request, events ...store.Event) error {
	if err := s.end(r, events...); err != nil {
		return err
	}
	s.session.remove(w)
	return nil
}

func (s *Sessions) end(r *http.Request, events ...store.Event) error {
	value := s.session.read(r)
	if value == "" {
		return nil
	}
	filter := store.TokenFilter{Digest: store.DigestOf(value), Kinds: []store.TokenKind{store.Session}}
	if _, err := s.cfg.Tokens.RevokeTokens(r.Context(), filter, s.cfg.Clock(), events...); err != nil {
		return autherr.NewUnavailable(err)
	}
	return nil
}

// EndAll ends the account's sessions, except keep where that is not nil, and says how many.
func (s *Sessions) EndAll(ctx context.Context, userID string, keep *Session) (int, error) {
	if userID == "" {
		return 0, errors.New("session: EndAll needs an account")
	}
	filter := store.TokenFilter{User: userID, Kinds: []store.TokenKind{store.Session}}
	if keep != nil {
		filter.Except = keep.digest
	}
	n, err := s.cfg.Tokens.RevokeTokens(ctx, filter, s.cfg.Clock())
	if err != nil {
		return 0, autherr.NewUnavailable(err)
	}
	return n, nil
}

// EndOne ends the account's session with this public ID. The events are appended with its end, and not where there was none.
func (s *Sessions) EndOne(ctx context.Context, userID, id string, events ...store.Event) error {
	if userID == "" || id == "" {
		return errors.New("session: EndOne needs an account and an ID")
	}
	filter := store.TokenFilter{ID: id, User: userID, Kinds: []store.TokenKind{store.Session}}
	if _, err := s.cfg.Tokens.RevokeTokens(ctx, filter, s.cfg.Clock(), events...); err != nil {
		return autherr.NewUnavailable(err)
	}
	return nil
}

package oauth1

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// secretSymbols are 256 bits of base62.
const secretSymbols = 43

func newSecret() string { return random.Text(secretSymbols) }

// temporaryCredentials makes temporary credentials (§2.1).
func (s *Server) temporaryCredentials(r *http.Request, m *message, by *caller, now time.Time) (issued, error) {
	if err := checkTemporary(m); err != nil {
		return issued{}, err
	}
	ctx := r.Context()
	client, err := s.scheme.findClient(ctx, m.values[consumerKey])
	if err != nil {
		return issued{}, err
	}
	by.client = client.ID
	who := partyOf(&client, sealedSecret{}, refusedClient(&client, m))
	if err := s.scheme.authenticate(ctx, r, m, &who, now); err != nil {
		return issued{}, err
	}
	if err := s.checkOwner(ctx, &client, by); err != nil {
		return issued{}, err
	}
	if !isRegistered(&client, m.values[callback]) {
		return issued{}, auth.Malformed("callback_not_registered", "oauth_callback is not registered for this app")
	}
	scopes, err := s.requestedScopes(&client, m)
	if err != nil {
		return issued{}, err
	}
	return s.putTemporary(ctx, &client, temporary{Callback: m.values[callback], Scopes: scopes}, now)
}

// checkTemporary judges what a request for temporary credentials has, before anything is looked up.
func checkTemporary(m *message) error {
	switch {
	case m.values[token] != "":
		return auth.Malformed("token_not_expected", "temporary credentials are asked for without oauth_token")
	case m.values[callback] == "":
		return errAbsent("oauth_callback")
	case !isCallback(m.values[callback]):
		return auth.Malformed("oauth_callback", "oauth_callback is neither an absolute URI nor oob")
	}
	return nil
}

// checkOwner lets no app begin or finish whose owner may not use the API.
func (s *Server) checkOwner(ctx context.Context, client *store.Client, by *caller) error {
	err := s.checkState(ctx, client.Owner)
	if err != nil {
		by.account = client.Owner
	}
	return err
}

// checkState lets nobody go on who may not use the API; an app may belong to nobody.
func (s *Server) checkState(ctx context.Context, account string) error {
	state, err := s.scheme.stateOf(ctx, account)
	if err != nil {
		return err
	}
	return s.cfg.States.Check(state)
}

// Temporary is what the handle of temporary credentials holds.
type temporary struct {
	// Callback is where the user is led back to, or oob.
	Callback string
	// Scopes are what the app asks for, and then what the user allowed.
	Scopes auth.Scopes
	// Token and Secret are sealed.
	Token, Secret []byte
	// Verifier is the digest of the verifier, once the user approved.
	Verifier store.Digest
	// Attempts counts wrong verifiers.
	Attempts int
	// AuthTime and ACR say how the user had signed in.
	AuthTime time.Time
	ACR      string
}

// The kinds of records that secrets of temporary credentials are sealed for.
const (
	ofTemporary      = "oauth1 temporary credentials"
	ofTemporaryToken = "oauth1 temporary token"
)

// putTemporary makes the credentials and keeps them.
func (s *Server) putTemporary(ctx context.Context, client *store.Client, t temporary, now time.Time) (issued, error) {
	made := issued{token: s.cfg.NewToken(), secret: newSecret(), temporary: true}
	digest := store.DigestOf(made.token)
	id, ring := hex.EncodeToString(digest[:]), s.scheme.cfg.Ring
	t.Token = ring.Seal(binding(ofTemporaryToken, id), []byte(made.token))
	t.Secret = ring.Seal(binding(ofTemporary, id), []byte(made.secret))
	data, err := json.Marshal(t)
	if err != nil {
		return issued{}, err
	}
	err = s.cfg.Handles.PutHandle(ctx, store.Handle{
		Digest: digest, Kind: store.TemporaryCredential, Client: client.ID,
		Data: data, Created: now, Expires: now.Add(s.cfg.TemporaryLife),
	})
	if err != nil {
		return issued{}, autherr.NewUnavailable(err)
	}
	return made, nil
}

// A pending is temporary credentials as they are kept. The zero pending is none.
type pending struct {
	handle store.Handle
	temporary
}

// findTemporary looks temporary credentials up. Where there are none it is the zero pending.
func (s *Server) findTemporary(ctx context.Context, digest store.Digest) (pending, error) {
	handle, err := s.cfg.Handles.Handle(ctx, digest)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return pending{}, nil
	case err != nil:
		return pending{}, autherr.NewUnavailable(err)
	case handle.Kind != store.TemporaryCredential:
		return pending{}, nil
	}
	p := pending{handle: handle}
	if err := json.Unmarshal(handle.Data, &p.temporary); err != nil {
		return pending{}, err
	}
	return p, nil
}

// id is what secrets of the credentials are sealed for.
func (p *pending) id() string { return hex.EncodeToString(p.handle.Digest[:]) }

// refused says why the credentials cannot go on, whoever asks; empty where they can.
func (p *pending) refused(now time.Time) (reason string) {
	switch {
	case p.handle.Kind == 0:
		return "unknown_token"
	case p.handle.Used:
		return "token_used"
	case ended(p.handle.Expires, now):
		return "token_expired"
	}
	return ""
}

// advance moves the handle on; next is what it holds from then on. The error is the store's.
func (s *Server) advance(ctx context.Context, p *pending, next temporary) error {
	data, err := json.Marshal(next)
	if err != nil {
		return err
	}
	handle := p.handle
	handle.Data = data
	return s.cfg.Handles.AdvanceHandle(ctx, handle)
}

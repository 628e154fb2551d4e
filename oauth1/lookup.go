package oauth1

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// findToken looks a token up. One that does not exist is the zero FoundToken: it is refused after the same work.
func (s *Scheme) findToken(ctx context.Context, text string, found *store.FoundToken) (err error) {
	*found, err = s.cfg.Tokens.LookUpToken(ctx, store.DigestOf(text))
	switch {
	case err == nil && found.Client.ID == found.Token.Client:
		return nil
	case err == nil: // apps are kept elsewhere, so that nobody looked at the owner either
		found.User = store.User{}
		found.Client, err = s.findClient(ctx, found.Token.Client)
		return err
	case errors.Is(err, store.ErrNotFound):
		*found = store.FoundToken{}
		return nil
	}
	return autherr.NewUnavailable(err)
}

// findClient looks an app up. One that does not exist is the zero Client.
func (s *Scheme) findClient(ctx context.Context, id string) (store.Client, error) {
	if !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return store.Client{}, nil // no store has to cope with these
	}
	client, err := s.cfg.Clients.Client(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return store.Client{}, nil
	case err != nil:
		return store.Client{}, autherr.NewUnavailable(err)
	}
	return client, nil
}

// findAccounts adds the account that a token stands for and its app's owner, where accounts are kept elsewhere.
func (s *Scheme) findAccounts(ctx context.Context, found *store.FoundToken) (err error) {
	if found.User.ID == found.Token.User {
		return nil
	}
	found.User, err = s.cfg.Users.UserByID(ctx, found.Token.User)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return auth.Refuse("", "unknown_user")
	case err != nil:
		return autherr.NewUnavailable(err)
	}
	found.Owner, err = s.stateOf(ctx, found.Client.Owner)
	return err
}

// stateOf is the state of an account. No account is active: apps may belong to nobody.
func (s *Scheme) stateOf(ctx context.Context, id string) (store.State, error) {
	if id == "" {
		return store.Active, nil
	}
	user, err := s.cfg.Users.UserByID(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return "", auth.Refuse("", "unknown_account")
	case err != nil:
		return "", autherr.NewUnavailable(err)
	}
	return user.State, nil
}

// refusedToken says why a token does not count for m, whatever its signature; empty where it does. The answer is the same
// for all.
func refusedToken(found *store.FoundToken, m *message, now time.Time) (reason string) {
	t := &found.Token
	switch {
	case t.Kind == 0:
		return "unknown_token"
	case t.Kind != store.OAuth1Token, t.User == "":
		return "wrong_kind_of_token"
	case !t.Revoked.IsZero() || found.GrantRevoked:
		return "token_revoked"
	case t.Successor != store.Digest{}:
		return "token_replaced"
	case ended(t.Expires, now):
		return "token_expired"
	case t.Client != found.Client.ID, t.Client != m.values[consumerKey]:
		return "token_of_another_client"
	}
	return refusedClient(&found.Client, m)
}

// refusedClient says why an app may not sign m so; empty where it may.
func refusedClient(client *store.Client, m *message) (reason string) {
	switch {
	case client.ID == "":
		return "unknown_client"
	case !client.Revoked.IsZero():
		return "client_revoked"
	case !slices.Contains(client.SignatureMethods, string(m.method)):
		return "signature_method_not_allowed"
	}
	return ""
}

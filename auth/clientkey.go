package auth

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/rawquery"
	"github.com/seed-f67351ce/sesame/store"
)

// ClientKeys asks callers with Basic and Digest for a client key: an app that the same account owns and that is not
// offered to others. The scopes that count are then those that both the account and the app hold.
type ClientKeys struct {
	// Clients finds the apps. Required.
	Clients store.Clients
	// Headers are the fields that may carry the key; by default X-Client-Key and the older X-App-Key.
	Headers []string
	// Query are the query parameters that may carry it; by default client_key and the older app_key.
	Query []string
}

// normalised returns k with its defaults, and header names as net/http spells them.
func (k ClientKeys) normalised() (ClientKeys, error) {
	if k.Clients == nil {
		return k, errors.New("auth: ClientKeys needs Clients")
	}
	if k.Headers == nil {
		k.Headers = []string{"X-Client-Key", "X-App-Key"}
	}
	if k.Query == nil {
		k.Query = []string{"client_key", "app_key"}
	}
	if len(k.Headers)+len(k.Query) == 0 {
		return k, errors.New("auth: ClientKeys has no place to look for a key")
	}
	k.Headers, k.Query = slices.Clone(k.Headers), slices.Clone(k.Query)
	for i, name := range k.Headers {
		k.Headers[i] = http.CanonicalHeaderKey(name)
	}
	return k, nil
}

// extract returns the one key that r carries, and "" where it has none. An empty one is none; the same twice is one.
func (k *ClientKeys) extract(r *http.Request) (string, error) {
	key := ""
	for _, name := range k.Headers {
		for _, value := range r.Header[name] {
			if err := agree(&key, value); err != nil {
				return "", err
			}
		}
	}
	for query := r.URL.RawQuery; query != ""; {
		var name, escaped string
		name, escaped, query = rawquery.Cut(query)
		if !slices.Contains(k.Query, name) {
			continue
		}
		value, err := url.QueryUnescape(escaped)
		if err != nil {
			return "", Malformed("client_key_malformed", "the client key in the query is not encoded properly")
		}
		if err := agree(&key, value); err != nil {
			return "", err
		}
	}
	return key, nil
}

// agree makes value the key where there is none yet, and refuses one that disagrees.
func agree(key *string, value string) error {
	switch {
	case value == "" || value == *key:
		return nil
	case *key == "":
		*key = value
		return nil
	}
	return errKeysDisagree()
}

func errKeysDisagree() error {
	return Malformed("client_keys_disagree", "the request names two different client keys")
}

func errKeyMissing() error {
	return &autherr.Error{
		Kind: autherr.BadRequest, Reason: "client_key_missing",
		Message: "Must give an app key via X-Client-Key header or client_key query string parameter",
	}
}

// permit returns the client that key names where the account may use it. Unknown, revoked, another account's, and one
// that must use OAuth are told apart for the log alone.
func (k *ClientKeys) permit(ctx context.Context, key, account string) (store.Client, error) {
	if !utf8.ValidString(key) || strings.ContainsFunc(key, isControl) {
		return store.Client{}, errKeyRefused("client_key_unknown")
	}
	client, err := k.Clients.Client(ctx, key)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return store.Client{}, errKeyRefused("client_key_unknown")
	case err != nil:
		return store.Client{}, autherr.NewUnavailable(err)
	case !client.Revoked.IsZero():
		return store.Client{}, errKeyRefused("client_key_revoked")
	case client.Owner == "" || client.Owner != account:
		return store.Client{}, errKeyRefused("client_key_foreign")
	case client.Published:
		return store.Client{}, errKeyRefused("client_key_published")
	}
	return client, nil
}

func errKeyRefused(reason string) error {
	return &autherr.Error{
		Kind: autherr.Forbidden, Reason: reason,
		Message: "The app key cannot be used with this account and scheme",
	}
}

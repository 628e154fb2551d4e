package digest

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
)

// scheme is the name in challenges and identities.
const scheme = "Digest"

// A Scheme is an [auth.Scheme] for Digest. It is safe for concurrent use.
type Scheme struct {
	cfg    Config
	nonces *nonceKeys
	hashes store.UserHashes // nil where userhash is not offered
	nobody store.User
}

var (
	_ auth.Scheme  = (*Scheme)(nil)
	_ auth.Ambient = (*Scheme)(nil)
	_ auth.Choosy  = (*Scheme)(nil)
)

// Present implements [auth.Scheme].
func (s *Scheme) Present(_ *http.Request, name string) bool { return strings.EqualFold(name, scheme) }

// Ambient implements [auth.Ambient]: browsers keep and send Digest credentials by themselves.
func (s *Scheme) Ambient() bool { return true }

// Beside implements [auth.Choosy] for RefuseBasic.
func (s *Scheme) Beside(other auth.Scheme) error {
	bare := &http.Request{Method: http.MethodGet, URL: &url.URL{Path: "/"}, Header: http.Header{}}
	if s.cfg.RefuseBasic && other.Present(bare, "Basic") {
		return errors.New("digest: with RefuseBasic no gate takes Basic beside it")
	}
	return nil
}

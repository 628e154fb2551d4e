package apitest

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Digest answers challenges of Digest (RFC 7616 §3.4.1) by formulas of its own, so that a test can send what no client
// would.
type Digest struct {
	Username, Password string
	Realm, Nonce       string
	// Algorithm is "SHA-256" or "MD5".
	Algorithm string
	// Count is the nc of the next request.
	Count uint32
}

// Digest asks the server for a nonce, for an account of the demo.
func (s *Server) Digest(user string) *Digest {
	s.t.Helper()
	u := s.Credentials.Users[user]
	return &Digest{
		Username: u.Username, Password: u.Password, Realm: "Sesame example API", Algorithm: "SHA-256",
		Nonce: Nonce(s.t, Do(s.t, s.NewRequest("GET", "/v2"))), Count: 1,
	}
}

// Nonce is the one of an answer's challenges.
func Nonce(t testing.TB, a Answer) string {
	t.Helper()
	found := regexp.MustCompile(`^Digest .*nonce="([^"]+)"`).FindStringSubmatch(a.Header.Get("WWW-Authenticate"))
	require.Len(t, found, 2, "no challenge of Digest")
	return found[1]
}

// Sign gives r the credentials, and counts.
func (d *Digest) Sign(r *http.Request) *http.Request {
	r.Header.Set("Authorization", d.Field(r.Method, r.URL.RequestURI()))
	return r
}

// Field is the Authorization field for a request, and counts.
func (d *Digest) Field(method, uri string) string {
	nc, cnonce := fmt.Sprintf("%08x", d.Count), rand.Text()
	d.Count++
	ha1 := d.hash(d.Username + ":" + d.Realm + ":" + d.Password)
	response := d.hash(ha1 + ":" + d.Nonce + ":" + nc + ":" + cnonce + ":auth:" + d.hash(method+":"+uri))
	return fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", response="%s", algorithm=%s, qop=auth, nc=%s, cnonce="%s"`,
		d.Username, d.Realm, d.Nonce, uri, response, d.Algorithm, nc, cnonce)
}

func (d *Digest) hash(text string) string {
	if d.Algorithm == "MD5" {
		return fmt.Sprintf("%x", md5.Sum([]byte(text)))
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(text)))
}

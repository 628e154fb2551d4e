package oauth1

import (
	"math/bits"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
)

// maxValue is how many bytes a key, a token or a nonce may have.
const maxValue = 255

// receive reads r into m and judges what needs no store: where the parameters stand, which there are, and their time.
func (s *Scheme) receive(m *message, r *http.Request, now time.Time) error {
	name, credentials := auth.Authorization(r)
	header := strings.EqualFold(name, schemeName)
	if err := m.collect(r, header, credentials); err != nil {
		return err
	}
	if err := s.checkPlace(m, header); err != nil {
		return err
	}
	if err := m.sort(); err != nil {
		return err
	}
	for _, check := range [...]func(*message, *http.Request) error{
		checkPresent, checkLengths, s.checkVersion, s.checkMethod, checkStamp, checkBodyHash,
	} {
		if err := check(m, r); err != nil {
			return err
		}
	}
	if err := s.checkTime(m, now); err != nil {
		return err
	}
	var err error
	m.room = append(m.room, zeros[:]...)
	m.room, err = appendBaseString(m.room, r, s.origin, &m.parameters)
	return err
}

var zeros [padRoom]byte

// checkPlace sees to it that protocol parameters stand in one place (§3.5), and in one that is taken.
func (s *Scheme) checkPlace(m *message, header bool) error {
	switch {
	case bits.OnesCount8(uint8(m.places)) > 1, header && m.places&^inHeader != 0:
		return auth.Malformed("oauth_places", "protocol parameters stand in more than one place")
	case !header && m.places&s.places == 0:
		return auth.Refuse("", "no_credentials")
	}
	return nil
}

// checkPresent sees to it that nothing is missing that every request needs (§3.1).
func checkPresent(m *message, _ *http.Request) error {
	switch {
	case m.values[consumerKey] == "":
		return errAbsent("oauth_consumer_key")
	case m.values[signatureMethod] == "":
		return errAbsent("oauth_signature_method")
	case len(m.signature) == 0:
		return errAbsent("oauth_signature")
	}
	return nil
}

func errAbsent(name string) error {
	return auth.Malformed("parameter_absent", name+" is missing")
}

// checkLengths bounds what is looked up and what nonces are made of.
func checkLengths(m *message, _ *http.Request) error {
	longest := len(m.nonce)
	for _, k := range [...]known{consumerKey, token, timestamp, verifier} {
		longest = max(longest, len(m.values[k]))
	}
	if longest > maxValue {
		return auth.Malformed("oauth_too_long", "a protocol parameter is too long")
	}
	return nil
}

// checkVersion takes 1.0 or none (§3.1).
func (s *Scheme) checkVersion(m *message, _ *http.Request) error {
	text := m.values[version]
	if !m.has(version) || text == "1.0" || text == "1.0A" && s.cfg.AllowVersion1_0A {
		return nil
	}
	return auth.Malformed("oauth_version", "oauth_version is not 1.0")
}

// checkMethod takes the configured methods, and PLAINTEXT where nobody can listen (§3.4.4).
func (s *Scheme) checkMethod(m *message, r *http.Request) error {
	m.method = Method(m.values[signatureMethod])
	if !slices.Contains(s.cfg.Methods, m.method) {
		return auth.Malformed("oauth_signature_method", "this oauth_signature_method is not taken")
	}
	if m.method == Plaintext && !s.cfg.InsecurePlaintextOverHTTP && !s.cfg.Proxies.Secure(r) {
		return auth.Refuse("", "plaintext_over_http")
	}
	return nil
}

// checkStamp reads timestamp and nonce; a request with PLAINTEXT may have neither (§3.1).
func checkStamp(m *message, _ *http.Request) error {
	if m.method == Plaintext && !m.has(timestamp) && !m.has(nonce) {
		return nil
	}
	if len(m.nonce) == 0 {
		return errAbsent("oauth_nonce")
	}
	if !m.has(timestamp) {
		return errAbsent("oauth_timestamp")
	}
	if m.seconds, m.stamped = parseTimestamp(m.values[timestamp]); !m.stamped {
		return auth.Malformed("oauth_timestamp", "oauth_timestamp is not a positive integer")
	}
	return nil
}

// checkBodyHash refuses oauth_body_hash with a form, which is signed itself (OAuth Request Body Hash 1.0, §4).
func checkBodyHash(m *message, r *http.Request) error {
	if m.has(bodyHash) && isForm(r) {
		return auth.Malformed("oauth_body_hash", "oauth_body_hash is not for forms")
	}
	return nil
}

// checkTime refuses what is outside of the window (§3.3).
func (s *Scheme) checkTime(m *message, now time.Time) error {
	switch {
	case !m.stamped:
		return nil
	case !inWindow(m.seconds, now, s.cfg.Window):
		return auth.Refuse("", "timestamp_outside_window")
	case m.seconds < s.cfg.NotBefore.Unix():
		return auth.Refuse("", "timestamp_before_start")
	}
	return nil
}

// checkBody compares oauth_body_hash, where there is one, with the body. The signature was verified before.
func checkBody(m *message, r *http.Request) error {
	if !m.has(bodyHash) {
		return nil
	}
	if err := m.readBody(r); err != nil {
		return err
	}
	if !matchesBody(m.method, m.values[bodyHash], []byte(m.body)) {
		return auth.Refuse("", "wrong_body_hash")
	}
	return nil
}

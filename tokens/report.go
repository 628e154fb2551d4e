package tokens

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"unicode"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// The fields that a message is signed by.
const (
	keyField       = "Github-Public-Key-Identifier"
	signatureField = "Github-Public-Key-Signature"
)

const (
	maxReports      = 4096 // reports of one message
	maxReportMember = 2048 // bytes of one member of a report
	maxKeyID        = 128
	maxSignature    = 128 // an ECDSA signature on P-256 has at most 72 bytes, 96 in base64
)

// A report is what a scanner says of one token.
type report struct {
	Token  string `json:"token"`
	Type   string `json:"type"`
	URL    string `json:"url"`
	Source string `json:"source"`
}

// signedBody is r's body, if the scanner signed it. Callers who did not are all told the same.
func (s *Scanning) signedBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	id, signature, ok := signatureOf(r)
	if !ok {
		return nil, errUnsigned()
	}
	key, err := s.key(r.Context(), id)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, s.cfg.MaxBody))
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return nil, &autherr.Error{Kind: autherr.TooLarge, Reason: "body_too_large", Message: "The message is too large"}
	}
	if err != nil {
		return nil, auth.Malformed("body_unreadable", "the message could not be read")
	}
	sum := sha256.Sum256(body)
	if !ecdsa.VerifyASN1(key, sum[:], signature) {
		return nil, errUnsigned()
	}
	return body, nil
}

// key is the scanner's with this identifier.
func (s *Scanning) key(ctx context.Context, id string) (*ecdsa.PublicKey, error) {
	key, err := s.cfg.Keys(ctx, id)
	switch {
	case err != nil:
		return nil, autherr.NewUnavailable(err)
	case key == nil || key.Curve != elliptic.P256():
		return nil, errUnsigned()
	}
	return key, nil
}

// signatureOf reads the fields that say who signed.
func signatureOf(r *http.Request) (id string, signature []byte, ok bool) {
	ids, signatures := r.Header[keyField], r.Header[signatureField]
	if len(ids) != 1 || len(signatures) != 1 || ids[0] == "" || len(ids[0]) > maxKeyID || len(signatures[0]) > maxSignature {
		return "", nil, false
	}
	signature, err := base64.StdEncoding.DecodeString(signatures[0])
	return ids[0], signature, err == nil
}

func errUnsigned() error {
	return &autherr.Error{Kind: autherr.Forbidden, Reason: "unsigned_report", Message: "This message is not signed by a scanner that we know"}
}

// parseReports reads a message: a JSON array of at most 4096 reports, and nothing after it.
func parseReports(body []byte) ([]report, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if first, err := decoder.Token(); err != nil || first != json.Delim('[') {
		return nil, errReports()
	}
	var reports []report
	for decoder.More() {
		var r report
		if err := decoder.Decode(&r); err != nil || !r.usable() || len(reports) == maxReports {
			return nil, errReports()
		}
		reports = append(reports, r)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, errReports()
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errReports()
	}
	return reports, nil
}

// usable reports whether r has a token, and no member that a log or a mail should not hold.
func (r report) usable() bool {
	for _, text := range []string{r.Token, r.Type, r.URL, r.Source} {
		if len(text) > maxReportMember || strings.ContainsFunc(text, unicode.IsControl) {
			return false
		}
	}
	return r.Token != ""
}

func errReports() error {
	return auth.Malformed("reports_malformed", "the message is no JSON array of reports, or has too many")
}

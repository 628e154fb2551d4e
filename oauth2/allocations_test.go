//go:build !race

package oauth2_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The race detector makes pools forget at random, and so allocate.
func TestIssuingAllocatesLittleBeyondItsForm(t *testing.T) {
	w := newWorld(t)
	const form = "grant_type=client_credentials&scope=read"
	body := strings.NewReader(form)
	r := httptest.NewRequest("POST", "https://api.example/oauth2/token", nil)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("app", secretOf("app"))
	answer := discard{http.Header{}}
	reset := func() {
		body.Reset(form)
		r.Body, r.ContentLength, r.Form, r.PostForm = io.NopCloser(body), int64(len(form)), nil, nil
	}
	parsing := testing.AllocsPerRun(200, func() {
		reset()
		_ = r.ParseForm()
	})
	issuing := testing.AllocsPerRun(200, func() {
		reset()
		clear(answer.header)
		w.server.Token(answer, r)
	})
	t.Logf("%.0f to parse the form, %.0f to issue", parsing, issuing)
	assert.LessOrEqual(t, issuing, parsing+16)
}

// discard is an answer that must be a good one.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(status int)      { panic(status) }

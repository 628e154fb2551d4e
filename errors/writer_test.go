package errors_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

func write(w autherr.Writer, err error) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	w.WriteError(rec, httptest.NewRequest(http.MethodGet, "/", nil), err)
	return rec
}

func TestDocumentHasFourMembers(t *testing.T) {
	rec := write(autherr.Document{}, &autherr.Error{
		Kind: autherr.Forbidden, Reason: "secret reason", Message: "No API Access", Additional: "Locked.",
		Reference: "https://example.com/billing", Cause: errors.New("secret cause"),
	})
	assert.Equal(t, http.StatusForbidden, rec.Code)
	assert.Equal(t, `{"status":403,"message":"No API Access","additional":"Locked.","reference":"https://example.com/billing"}`+"\n", rec.Body.String())
	assert.Equal(t, "application/json", rec.Header().Get("Content-Type"))
	assert.Equal(t, "no-store", rec.Header().Get("Cache-Control"))

	rec = write(autherr.Document{}, &autherr.Error{Kind: autherr.Unauthenticated, Message: "Could not authenticate:"})
	assert.Equal(t, `{"status":401,"message":"Could not authenticate:","additional":"","reference":""}`+"\n", rec.Body.String(), "all four always")
}

func TestProblemDetails(t *testing.T) {
	rec := write(autherr.Problem{}, &autherr.Error{Kind: autherr.TooLarge, Message: "Too large", Additional: "At most 64 KiB."})
	assert.Equal(t, http.StatusRequestEntityTooLarge, rec.Code)
	assert.Equal(t, "application/problem+json", rec.Header().Get("Content-Type"))
	assert.JSONEq(t, `{"type":"about:blank","title":"Too large","status":413,"detail":"At most 64 KiB."}`, rec.Body.String())

	rec = write(autherr.Problem{}, &autherr.Error{Kind: autherr.Forbidden, Reference: "https://example.com/billing"})
	assert.JSONEq(t, `{"type":"https://example.com/billing","title":"Forbidden","status":403}`, rec.Body.String())
}

func TestUnknownErrorsSayNothing(t *testing.T) {
	t.Run("SEC-LOG-04 a body never holds a cause", func(t *testing.T) {
		cause := errors.New("open /etc/shadow: permission denied")
		for _, w := range []autherr.Writer{autherr.Document{}, autherr.Problem{}} {
			for _, err := range []error{cause, &autherr.Error{Cause: cause}, autherr.NewUnavailable(cause)} {
				rec := write(w, err)
				assert.GreaterOrEqual(t, rec.Code, 500)
				assert.NotContains(t, rec.Body.String(), "shadow")
			}
		}
		assert.Equal(t, `{"status":500,"message":"Internal Server Error","additional":"","reference":""}`+"\n", write(autherr.Document{}, cause).Body.String())
	})
}

func TestHeadersThatBelongToAKind(t *testing.T) {
	rec := write(autherr.Document{}, &autherr.Error{Kind: autherr.TooManyRequests, RetryAfter: 1500 * time.Millisecond})
	assert.Equal(t, "2", rec.Header().Get("Retry-After"), "whole seconds, rounded up")

	rec = write(autherr.Document{}, &autherr.Error{Kind: autherr.MethodNotAllowed, Allow: []string{"GET", "HEAD"}})
	assert.Equal(t, "GET, HEAD", rec.Header().Get("Allow"))
}

func TestAnyTextMakesAJSONDocument(t *testing.T) {
	for _, message := range []string{"\x00\x1f\"\\", "\xff\xfe", "</script>", "Jäsøn 🔑"} {
		rec := write(autherr.Document{}, &autherr.Error{Kind: autherr.BadRequest, Message: message})
		assert.Equal(t, http.StatusBadRequest, rec.Code)
		require.True(t, json.Valid(rec.Body.Bytes()), rec.Body.String())
	}
}

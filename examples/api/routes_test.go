package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/auth"
)

func TestTheTableSaysWhatIsTaken(t *testing.T) {
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Met", r.Pattern) })
	mux := newMux([]auth.Route{at("GET /a", echo), at("POST /b", echo), at("GET /b", echo), at("/tree/", echo)})
	t.Run("RFC9110-15.5.6-01 a 405 names the methods that are taken", func(t *testing.T) {
		for _, row := range []struct {
			method, path string
			status       int
			allow, met   string
		}{
			{"GET", "/a", 200, "", "GET /a"},
			{"HEAD", "/a", 200, "", "GET /a"},
			{"POST", "/a", 405, "GET, HEAD", ""},
			{"OPTIONS", "/a", 405, "GET, HEAD", ""},
			{"FOO", "/b", 405, "GET, HEAD, POST", ""},
			{"GET", "/a/", 404, "", ""},
			{"GET", "/", 404, "", ""},
			{"GET", "/%61", 200, "", "GET /a"},
			{"POST", "/tree/leaf", 200, "", "/tree/"},
		} {
			answer := httptest.NewRecorder()
			mux.ServeHTTP(answer, httptest.NewRequest(row.method, row.path, nil))
			assert.Equal(t, row.status, answer.Code, row)
			assert.Equal(t, row.allow, answer.Header().Get("Allow"), row)
			assert.Equal(t, row.met, answer.Header().Get("Met"), row)
			if row.status != 200 {
				assert.Equal(t, "application/json", answer.Header().Get("Content-Type"))
				assert.True(t, strings.HasPrefix(answer.Body.String(), `{"status":4`), answer.Body.String())
			}
		}
	})
}

package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRequestsAreLoggedWithoutSecrets(t *testing.T) {
	var log bytes.Buffer
	a := &api{log: slog.New(slog.NewTextHandler(&log, nil))}
	handler := a.logged(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(418) }))

	r := httptest.NewRequest("GET", "/tea%0atime=now?token=sesame", strings.NewReader("sesame"))
	r.Header.Set("Authorization", "Basic sesame")
	r.Header.Set("Cookie", "sid=sesame")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	assert.NotContains(t, log.String(), "sesame")
	assert.Contains(t, log.String(), `path="/tea\ntime=now" status=418 address=192.0.2.1`)
	assert.Equal(t, 1, strings.Count(log.String(), "\n"), "one request is one record")

	log.Reset()
	handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/"+strings.Repeat("x", 10_000), nil))
	assert.Less(t, log.Len(), 500)
}

func TestAPanicIsAnAnswerAndARecord(t *testing.T) {
	var log bytes.Buffer
	a := &api{log: slog.New(slog.NewTextHandler(&log, nil))}
	handler := a.logged(a.recovered(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("sesame") })))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
	assert.Equal(t, 500, answer.Code)
	assert.Equal(t, `{"status":500,"message":"Internal Server Error","additional":"","reference":""}`+"\n", answer.Body.String())
	assert.Contains(t, log.String(), "status=500")
	assert.Contains(t, log.String(), "logging_test.go", "where it was")
	assert.NotContains(t, log.String(), "panic(\"sesame\")")

	aborted := a.logged(a.recovered(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })))
	assert.PanicsWithValue(t, http.ErrAbortHandler, func() {
		aborted.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	})
}

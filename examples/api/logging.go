package main

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

// maxLoggedPath is how many bytes of a path are logged.
const maxLoggedPath = 200

// A recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(text []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return r.ResponseWriter.Write(text)
}

// Unwrap lets an http.ResponseController reach what is underneath.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// logged writes one record for each request: never the query, a field or a body, where secrets may be. It draws the ID that
// the request's other records and its events have too.
func (a *api) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := &recorder{ResponseWriter: w}
		begin := time.Now()
		id := rand.Text()
		r = r.WithContext(auth.WithRequestID(r.Context(), id))
		defer func() {
			a.log.LogAttrs(r.Context(), slog.LevelInfo, "request",
				slog.String("request", id), slog.String("method", r.Method), slog.String("path", r.URL.Path[:min(len(r.URL.Path), maxLoggedPath)]),
				slog.Int("status", answer.status), slog.String("address", a.proxies.Address(r).String()),
				slog.Duration("duration", time.Since(begin)))
		}()
		next.ServeHTTP(answer, r)
	})
}

// recovered answers 500 where a handler panicked before it answered, and logs where that was.
func (a *api) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				a.log.ErrorContext(r.Context(), "panic", "stack", string(debug.Stack()))
				autherr.Write(w, r, &autherr.Error{Kind: autherr.Internal, Reason: "panic"})
			}
		}()
		next.ServeHTTP(w, r)
	})
}

package main

import (
	"context"
	"net/http"

	autherr "github.com/seed-f67351ce/sesame/errors"
)

// health answers 200 while the store answers, else 503.
type health func(context.Context) error

func (ping health) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if err := ping(r.Context()); err != nil {
		autherr.Write(w, r, autherr.NewUnavailable(err))
		return
	}
	writeJSON(w, r, map[string]string{"status": "ok"})
}

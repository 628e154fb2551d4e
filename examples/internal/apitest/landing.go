package apitest

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// Landing is an app's own page on a port of the loopback address, and where the browser came to it.
func Landing(t testing.TB) (callback string, came <-chan url.Values) {
	t.Helper()
	visits := make(chan url.Values, 1)
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/callback" {
			visits <- r.URL.Query()
			_, _ = w.Write([]byte("<!doctype html><title>App</title><link rel=icon href=data:,>Thank you"))
		}
	}))
	t.Cleanup(app.Close)
	return app.URL + "/callback", visits
}

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAConnectionReadsOneAnswerAfterAnother(t *testing.T) {
	var seen []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.URL.Path+" "+r.Header.Get("Authorization"))
		if r.URL.Path == "/refused" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		io.WriteString(w, "Hello\n")
	}))
	defer server.Close()
	c, err := dial(strings.TrimPrefix(server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, token := range []string{"a", "b"} {
		if latency, err := c.get("/", token); err != nil || latency <= 0 {
			t.Errorf("%v, after %v", err, latency)
		}
	}
	if _, err := c.get("/refused", "c"); err == nil {
		t.Error("an answer of 401 is no error")
	}
	if got := strings.Join(seen, ", "); got != "/ Bearer a, / Bearer b, /refused Bearer c" {
		t.Errorf("the server was asked for %s", got)
	}
}

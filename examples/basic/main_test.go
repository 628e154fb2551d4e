package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth/password"
)

func TestItRuns(t *testing.T) {
	handler := newHandler(members{"Aladdin": must(must(password.NewHasher(password.HasherConfig{})).Hash("open sesame"))})
	for _, row := range []struct {
		name, password string
		status         int
		body           string
	}{
		{"", "", 401, `{"status":401,"message":"Could not authenticate:","additional":"","reference":""}` + "\n"},
		{"Aladdin", "close sesame", 401, `{"status":401,"message":"Could not authenticate: Aladdin","additional":"","reference":""}` + "\n"},
		{"Iago", "open sesame", 401, `{"status":401,"message":"Could not authenticate: Iago","additional":"","reference":""}` + "\n"},
		{"Aladdin", "open sesame", 200, "Hello, Aladdin.\n"},
	} {
		r := httptest.NewRequest("GET", "/hello", nil)
		r.RemoteAddr = "127.0.0.1:1234" // from elsewhere it must be HTTPS
		if row.name != "" {
			r.SetBasicAuth(row.name, row.password)
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		assert.Equal(t, row.status, answer.Code, row)
		assert.Equal(t, row.body, answer.Body.String())
	}
}

func TestItIsShort(t *testing.T) {
	text, err := os.ReadFile("main.go")
	require.NoError(t, err)
	assert.Less(t, bytes.Count(text, []byte("\n")), 60)
}

package main

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
)

func TestItRuns(t *testing.T) {
	db, now := memory.New(), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	aladdin := store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}
	require.NoError(t, db.CreateUsers(t.Context(), aladdin))
	own := tickets{key: make([]byte, 32), users: db, now: func() time.Time { return now }}
	handler := newHandler(own)
	get := func(token string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "127.0.0.1:1234" // from elsewhere it must be HTTPS
		r.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		return answer
	}
	issue := func(member, scope string) string {
		return must(own.issue(ticket{Member: member, Scopes: auth.Scopes{scope}, Expires: now.Add(time.Minute)}))
	}
	good := issue("1", "read")
	assert.Equal(t, "Hello, Aladdin, until 03:05:05.\n", get(good).Body.String())
	assert.Equal(t, 403, get(issue("1", "write")).Code, "of these scopes the account has none")

	own.key = []byte("the key of somebody else")
	for name, token := range map[string]string{"signed with another key": issue("1", "read"), "cut short": good[:len(good)-1], "no ticket": "x", "unsigned": good[:20] + "."} {
		refused := get(token)
		assert.Equal(t, 401, refused.Code, name)
		assert.Equal(t, `Bearer realm="members", scope="read", error="invalid_token"`, refused.Header().Get("WWW-Authenticate"))
	}
	own.key = make([]byte, 32)
	assert.Equal(t, 401, get(issue("2", "read")).Code, "there is no such account")
	now = now.Add(time.Minute)
	assert.Equal(t, 401, get(good).Code, "expired")
	now = now.Add(-time.Minute)
	aladdin.State = store.Locked
	require.NoError(t, db.UpdateUser(t.Context(), aladdin))
	assert.Equal(t, 403, get(good).Code, "the account was locked since")
}

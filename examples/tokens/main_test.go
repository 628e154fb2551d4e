package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/store/memory"
	"github.com/seed-f67351ce/sesame/tokens"
)

func TestItRuns(t *testing.T) {
	ctx, db := context.Background(), memory.New()
	require.NoError(t, db.CreateUsers(ctx, store.User{ID: "1", Name: "Aladdin", Scopes: []string{"read"}}))
	handler, issuer := newService(db)
	minted, err := issuer.Mint(ctx, tokens.Request{Kind: store.DeveloperToken, Owner: "1", Description: "a test", Scopes: auth.Scopes{"read"}})
	require.NoError(t, err)
	get := func(token string) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "127.0.0.1:1234" // from elsewhere it must be HTTPS
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		return answer
	}
	assert.Equal(t, `Bearer realm="members", scope="read"`, get("").Header().Get("WWW-Authenticate"))
	assert.Equal(t, 401, get(minted.Secret[1:]).Code)
	assert.Equal(t, "Hello, Aladdin.\n", get(minted.Secret).Body.String())
	require.NoError(t, issuer.Revoke(ctx, "1", minted.Token.ID, ""))
	assert.Equal(t, 401, get(minted.Secret).Code)
}

func TestItIsShort(t *testing.T) {
	text, err := os.ReadFile("main.go")
	require.NoError(t, err)
	assert.Less(t, bytes.Count(text, []byte("\n")), 60)
}

package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/store/seal"
)

func TestItRuns(t *testing.T) {
	ring, err := seal.New(seal.NewKey())
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = newServer("http://"+server.Listener.Addr().String(), newStore("secret", ring), ring)
	server.Start()
	defer server.Close()

	var out strings.Builder
	require.NoError(t, run(t.Context(), &out, server.URL, "secret"))
	assert.Equal(t, `The app has temporary credentials
Aladdin is at /login
Aladdin is at /consent
Aladdin is at /callback
The app has a token
200 OK Hello, Aladdin, by app lamp.
`, out.String())
	assert.ErrorContains(t, run(t.Context(), &out, server.URL, "guessed"), "invalid status 401")
}

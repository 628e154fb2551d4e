package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestItRuns(t *testing.T) {
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = newServer("http://"+server.Listener.Addr().String(), newStore("secret"))
	server.Start()
	defer server.Close()

	var out strings.Builder
	require.NoError(t, run(t.Context(), &out, server.URL, "secret"))
	assert.Equal(t, `In its own name: 200 OK Hello, app lamp.
Aladdin is at /login
Aladdin is at /consent
Aladdin is at /callback
For Aladdin: 200 OK Hello, Aladdin, by app lamp.
An hour later: 200 OK Hello, Aladdin, by app lamp.
`, out.String())
	assert.ErrorContains(t, run(t.Context(), &out, server.URL, "guessed"), "invalid_client")
}

package main_test

import (
	"net/url"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

func TestWhatConcernsAnAccountIsKept(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	s := apitest.Start(t, "-store", "sqlite:"+path)
	d := s.Digest("aladdin")
	d.Password = "close sesame"
	key := "/v2?client_key=" + s.Key("aladdin_app")
	require.Equal(t, 401, apitest.Do(t, d.Sign(s.NewRequest("GET", key))).Status)
	require.Equal(t, 401, apitest.Do(t, s.NewRequest("GET", key, "Authorization", basicField("Iago:x"))).Status)
	require.Equal(t, 403, bearerStatus(t, s, s.Credentials.DeveloperTokens["locked"].Token))
	s.Visitor().SignIn("aladdin", "/portal/")
	require.Equal(t, 401, apitest.Do(t, s.Post("/authorization", url.Values{"username": {"Aladdin"}, "password": {"wrong"}})).Status)
	require.Equal(t, 200, apitest.Do(t, s.Post("/authorization", url.Values{"username": {"Aladdin"}, "password": {"open sesame"}})).Status)
	s.Stop()

	db := apitest.OpenDatabase(t, path)
	rows, err := db.Query("SELECT type, scheme FROM sesame_events ORDER BY id")
	require.NoError(t, err)
	defer rows.Close()
	var events [][2]string
	for rows.Next() {
		var event [2]string
		require.NoError(t, rows.Scan(&event[0], &event[1]))
		events = append(events, event)
	}
	require.NoError(t, rows.Err())
	assert.Equal(t, [][2]string{{"signin.failed", "Digest"}, {"signin.refused", "Bearer"}, {"signin.succeeded", "portal"}, {"signin.failed", "Form"}, {"signin.succeeded", "Form"}}, events, "who does not exist leaves nothing")
	var requests int
	require.NoError(t, db.QueryRow("SELECT COUNT(DISTINCT request) FROM sesame_events WHERE request <> ''").Scan(&requests))
	assert.Equal(t, len(events), requests, "each knows its request")
}

func TestTheLastUsesOfTokensAreWrittenBeforeTheEnd(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	s := apitest.Start(t, "-store", "sqlite:"+path)
	require.Equal(t, 200, bearerStatus(t, s, s.Credentials.DeveloperTokens["aladdin"].Token))
	s.Stop()
	var used int
	require.NoError(t, apitest.OpenDatabase(t, path).QueryRow("SELECT COUNT(*) FROM sesame_tokens WHERE last_used > 0").Scan(&used))
	assert.Equal(t, 1, used)
}

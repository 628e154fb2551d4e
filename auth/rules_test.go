package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
)

func TestRules(t *testing.T) {
	now := time.Unix(1e9, 0)
	clock := func() time.Time { return now }
	full := auth.Identity{Kind: auth.User, Subject: "7", ClientKey: "app", ACR: "2", AuthTime: now.Add(-time.Minute)}
	for name, row := range map[string]struct {
		rule    auth.Rule
		other   auth.Identity
		refusal autherr.Kind
	}{
		"sub":       {auth.RequireSubject("7", "8"), auth.Identity{Subject: "9"}, autherr.Forbidden},
		"client":    {auth.RequireClient("app"), auth.Identity{ClientKey: "other"}, autherr.Forbidden},
		"acr":       {auth.RequireACR("2"), auth.Identity{ACR: "1"}, autherr.Unauthenticated},
		"auth_time": {auth.RequireAuthTime(5*time.Minute, clock), auth.Identity{AuthTime: now.Add(-6 * time.Minute)}, autherr.Unauthenticated},
		"user":      {auth.RequireUser, auth.Identity{Kind: auth.Client}, autherr.Forbidden},
	} {
		t.Run("ASVS-10.3.2 by "+name, func(t *testing.T) {
			assert.NoError(t, row.rule(full))
			assert.ErrorIs(t, row.rule(row.other), row.refusal, "another value")
			assert.ErrorIs(t, row.rule(auth.Identity{}), row.refusal, "a claim that is absent")
		})
	}
	t.Run("ASVS-10.3.2 a rule over nothing lets nobody in", func(t *testing.T) {
		assert.Error(t, auth.RequireSubject()(full))
		assert.Error(t, auth.RequireSubject("")(auth.Identity{}))
	})
	assert.NoError(t, auth.RequireAuthTime(time.Hour, nil)(auth.Identity{AuthTime: time.Now()}))
}

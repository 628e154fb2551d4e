package oauth2

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAnswersAreWrittenAsThePackageJSONWritesThem(t *testing.T) {
	for name, i := range map[string]issued{
		"an access token alone":     {accessToken: "acme_at_abc", expiresIn: 3600},
		"all members":               {accessToken: "acme_at_abc", expiresIn: 1, refreshToken: "acme_rt_abc", scope: "read write"},
		"a scope with special ones": {accessToken: "a", expiresIn: 0, scope: `a<b>&c 'd' "\ é` + "\x00\u2028"},
	} {
		want, err := json.Marshal(struct {
			AccessToken  string `json:"access_token"`
			TokenType    string `json:"token_type"`
			ExpiresIn    int64  `json:"expires_in"`
			RefreshToken string `json:"refresh_token,omitempty"`
			Scope        string `json:"scope,omitempty"`
		}{i.accessToken, "Bearer", i.expiresIn, i.refreshToken, i.scope})
		require.NoError(t, err)
		assert.Equal(t, string(want), string(i.appendJSON(nil)), name)
	}
}

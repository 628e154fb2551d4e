package walkthrough_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

func TestMain(m *testing.M) { apitest.Main(m) }

// page is the text of a page of the documentation.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", name))
	require.NoError(t, err)
	return string(text)
}

// walk runs the blocks of a page that are marked bash, one after the other in one shell, and returns what they print.
func walk(t *testing.T, name string) (lines []string) {
	t.Helper()
	for _, program := range []string{"bash", "curl", "openssl"} {
		apitest.Need(t, program)
	}
	var script strings.Builder
	for _, block := range regexp.MustCompile("(?ms)^```bash\n(.*?)^```").FindAllStringSubmatch(page(t, name), -1) {
		script.WriteString(block[1])
	}
	server := apitest.Start(t)
	command := exec.Command("bash", "-euo", "pipefail", "-c", script.String())
	command.Dir = t.TempDir()
	command.Env = append(os.Environ(), "BASE="+server.BaseURL, "CREDENTIALS="+server.CredentialsFile)
	command.Stderr = os.Stderr
	output, err := command.Output()
	require.NoError(t, err, "%s", output)
	return strings.Split(strings.TrimRight(strings.ReplaceAll(string(output), "\r", ""), "\n"), "\n")
}

// assertLines compares line by line; each expectation is a regular expression for a whole line.
func assertLines(t *testing.T, expected, lines []string) {
	t.Helper()
	require.Len(t, lines, len(expected), "%s", strings.Join(lines, "\n"))
	for i, line := range lines {
		assert.Regexp(t, "^(?:"+expected[i]+")$", line, "line %d", i+1)
	}
}

func TestOAuth1(t *testing.T) {
	signed := func(base, answer string) []string {
		return []string{`parameters  .*&oauth_nonce=[0-9a-f]{32}&.*`, `base string ` + base, `key         \w+&\w*`, `signature   [0-9A-Za-z+/]{43}=`, `header      Authorization: OAuth .*`, answer}
	}
	lines := walk(t, "oauth1.md")
	var expected []string
	expected = append(expected, signed(`POST&http%3A%2F%2F.*%2Fv2%2Foauth%2Frequest_token&.*`, `answer      oauth_token=\w+&oauth_token_secret=\w+&oauth_callback_confirmed=true`)...)
	expected = append(expected, `back to     http://127\.0\.0\.1:9999/callback\?oauth_token=\w+&oauth_verifier=\w+`)
	expected = append(expected, signed(`POST&http%3A%2F%2F.*%2Fv2%2Foauth%2Faccess_token&.*`, `answer      oauth_token=\w+&oauth_token_secret=\w+`)...)
	expected = append(expected, signed(`GET&http%3A%2F%2F.*%2Fv2%2Fproducts&kind%3Doil%2520lamp%26oauth_.*%26page%3D2`, `\{"user":"Aladdin",.*"scheme":"OAuth",.*\}`)...)
	expected = append(expected, `HTTP/1\.1 401 Unauthorized`)
	assertLines(t, expected, lines)
}

// What the page shows must come out for everybody who computes it.
func TestOAuth1Sample(t *testing.T) {
	text := page(t, "oauth1.md")
	value := func(name string) string {
		found := regexp.MustCompile(`(?m)^` + name + ` +(\S+)$`).FindStringSubmatch(text)
		require.Len(t, found, 2, name)
		return found[1]
	}
	mac := hmac.New(sha256.New, []byte(value("key")))
	mac.Write([]byte(value("base string")))
	assert.Equal(t, value("signature"), base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func TestOAuth2(t *testing.T) {
	issued := func(scope string) string {
		return `\{"access_token":"\w+","token_type":"Bearer","expires_in":3600,(?:"refresh_token":"\w+",)?"scope":"` + scope + `"\}`
	}
	assertLines(t, []string{
		`\{"issuer":.*"token_endpoint":.*\}`,
		issued("products:read"),
		`\{"user":"","client_key":"\w+","scheme":"Bearer","scopes":\["products:read"\]\}`,
		`\{"active":true,"scope":"products:read",.*\}`,
		`\{"active":false\}`,
		`http://.*/oauth2/authorize\?.*&code_challenge_method=S256`,
		`http://127\.0\.0\.1:9999/callback\?code=\w+&iss=.*&state=[0-9a-f]{32}`,
		issued("users:read"),
		`\{"user":"Aladdin",.*"id":.*\}`,
		issued("users:read"),
		`\{"error":"invalid_grant",.*\}`,
		`HTTP/1\.1 401 Unauthorized`,
		`W[Ww]{2}-Authenticate: Bearer .*error="invalid_token"`,
		`\{"access_token":"\w+","token_type":"Bearer","expires_in":3600\}`,
		`\{"user":"Aladdin",.*\}`,
	}, walk(t, "oauth2.md"))
}

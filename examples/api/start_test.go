package main_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// status is the answer to an account of the demo with the key of its app.
func status(t *testing.T, s *apitest.Server, c apitest.Credentials, user string) int {
	t.Helper()
	r := s.NewRequest("GET", "/v2", "X-Client-Key", c.Clients[user+"_app"].ClientKey)
	r.SetBasicAuth(c.Users[user].Username, c.Users[user].Password)
	return apitest.Do(t, r).Status
}

func TestWhatCannotBeStartedIsOneLineAndStatus1(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	require.NoError(t, os.WriteFile(path("notes"), []byte(strings.Repeat("buy figs\n", 1000)), 0o600))
	require.NoError(t, os.WriteFile(path("open.keys"), nil, 0o644))
	require.NoError(t, os.Mkdir(path("folder"), 0o700))

	for _, row := range []struct {
		what  string
		flags []string
		says  string
	}{
		{"an address in use", []string{"-addr", taken.Addr().String()}, "address already in use"},
		{"an address of another machine", []string{"-addr", "192.0.2.1:0"}, "192.0.2.1"},
		{"no address", []string{"-addr", "nowhere"}, "nowhere"},
		{"a store that is a directory", []string{"-store", "sqlite:" + path("folder")}, "folder"},
		{"a store in a folder that is missing", []string{"-store", "sqlite:" + path("missing/sesame.db")}, "missing"},
		{"a store that is no database", []string{"-store", "sqlite:" + path("notes")}, "notes"},
		{"keys that are none", []string{"-store", "memory:", "-keys", path("notes")}, "notes"},
		{"keys that others can read", []string{"-store", "memory:", "-keys", path("open.keys")}, "0600"},
		{"credentials that are none", []string{"-store", "memory:", "-credentials", path("notes")}, "notes holds something else than credentials"},
		{"credentials in a folder that is missing", []string{"-store", "memory:", "-credentials", path("missing/credentials")}, "missing"},
		{"certificates that are none", []string{"-store", "memory:", "-tls-cert", path("notes"), "-tls-key", path("notes")}, "TLS"},
	} {
		t.Run(row.what, func(t *testing.T) {
			flags := append([]string{"-addr", "127.0.0.1:0"}, row.flags...)
			code, problems := apitest.Fail(t, flags...)
			assert.Equal(t, 1, code)
			assert.Contains(t, problems, row.says)
			assert.Equal(t, 1, strings.Count(problems, "\n"), problems)
			assert.True(t, strings.HasPrefix(problems, "api: "), problems)
		})
	}
	notes, err := os.ReadFile(path("notes"))
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("buy figs\n", 1000), string(notes), "what is not ours is left alone")
}

func TestTheCommandsWorkWhenPasted(t *testing.T) {
	t.Parallel()
	apitest.Need(t, "curl")
	cert, key, _ := apitest.Certificate(t)
	for scheme, flags := range map[string][]string{"http": nil, "https": {"-tls-cert", cert, "-tls-key", key}} {
		t.Run(scheme, func(t *testing.T) {
			s := apitest.Start(t, flags...)
			var statuses []string
			for line := range strings.Lines(s.Output) {
				if strings.HasPrefix(line, "#") {
					continue
				}
				text, err := exec.Command("sh", "-c", strings.TrimSpace(line)+` -s -o /dev/null -w '%{http_code}'`).Output()
				require.NoError(t, err, line)
				statuses = append(statuses, string(text))
			}
			assert.Equal(t, []string{"200", "200", "200", "200", "401", "400", "403", "200", "200", "200", "200"}, statuses)
		})
	}
}

// bearerStatus is the answer to a bearer token.
func bearerStatus(t *testing.T, s *apitest.Server, token string) int {
	t.Helper()
	return apitest.Do(t, s.NewRequest("GET", "/v1/users/me", "Authorization", "Bearer "+token)).Status
}

// shared are the secrets that two sets of credentials have in common, besides the passwords that everybody knows.
func shared(a, b apitest.Credentials) (common []string) {
	known := []string{a.Users["aladdin"].Password, a.Users["jasmine"].Password, a.Users["unicode"].Password}
	for _, secret := range a.Secrets() {
		if slices.Contains(b.Secrets(), secret) && !slices.Contains(known, secret) {
			common = append(common, secret)
		}
	}
	return common
}

func TestAFileFromBeforeGrowsWhatItLacks(t *testing.T) {
	t.Parallel()
	store := "sqlite:" + filepath.Join(t.TempDir(), "sesame.db")
	first := apitest.Start(t, "-store", store)
	first.Stop()
	old := map[string]any{}
	text, err := os.ReadFile(first.CredentialsFile)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &old))
	delete(old, "api_keys")
	delete(old, "developer_tokens")
	delete(old["clients"].(map[string]any), "rsa_app")
	text, err = json.Marshal(old)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(first.CredentialsFile, text, 0o600))

	second := apitest.Start(t, "-store", store, "-credentials", first.CredentialsFile)
	for app, client := range first.Credentials.Clients {
		if app != "rsa_app" {
			assert.Equal(t, client, second.Credentials.Clients[app], "what was there stays")
		}
	}
	assert.NotEmpty(t, second.Credentials.Clients["rsa_app"].PrivateKeyPEM)
	assert.Len(t, second.Credentials.APIKeys, 3)
	assert.Equal(t, 200, bearerStatus(t, second, second.Credentials.DeveloperTokens["read_only"].Token))
	assert.Equal(t, 401, bearerStatus(t, second, first.Credentials.DeveloperTokens["read_only"].Token), "what the file forgot ends")
	assert.Equal(t, 200, status(t, second, second.Credentials, "aladdin"))
}

func TestASecondStartServesTheSameAccounts(t *testing.T) {
	t.Parallel()
	store := "sqlite:" + filepath.Join(t.TempDir(), "sesame.db")
	first := apitest.Start(t, "-store", store)
	assert.Equal(t, 200, status(t, first, first.Credentials, "aladdin"))
	first.Stop()

	t.Run("with the same credentials file", func(t *testing.T) {
		require.NoError(t, os.Chmod(first.CredentialsFile, 0o644))
		second := apitest.Start(t, "-store", store, "-credentials", first.CredentialsFile)
		wanted := first.Credentials
		wanted.BaseURL = second.BaseURL
		assert.Equal(t, wanted, second.Credentials, "only the base URL is brought up to date")
		info, err := os.Stat(first.CredentialsFile)
		require.NoError(t, err)
		assert.Equal(t, fs.FileMode(0o600), info.Mode())
		for user, wanted := range map[string]int{"aladdin": 200, "jasmine": 200, "unicode": 200, "locked": 403, "disabled": 403} {
			assert.Equal(t, wanted, status(t, second, first.Credentials, user), user)
		}
	})
	t.Run("without one it knows what everybody knows", func(t *testing.T) {
		second := apitest.Start(t, "-store", store, "-credentials", "")
		assert.Equal(t, 200, status(t, second, first.Credentials, "aladdin"))
		assert.Contains(t, second.Output, first.Credentials.Clients["aladdin_app"].ClientKey)
		assert.NotContains(t, second.Output, "cassim", "whose password nobody knows any more")
	})
	t.Run("with a missing one there are new secrets, and the old ones die", func(t *testing.T) {
		require.NoError(t, os.Remove(first.CredentialsFile))
		second := apitest.Start(t, "-store", store, "-credentials", first.CredentialsFile)
		for _, user := range []string{"aladdin", "jasmine", "unicode"} {
			assert.Equal(t, 200, status(t, second, second.Credentials, user), user)
			assert.Equal(t, 403, status(t, second, first.Credentials, user), "%s: the old client key", user)
		}
		assert.Equal(t, 403, status(t, second, second.Credentials, "locked"))
		assert.Equal(t, 401, status(t, second, first.Credentials, "locked"), "the old password")
		assert.Empty(t, shared(first.Credentials, second.Credentials))
		assert.Equal(t, 401, bearerStatus(t, second, first.Credentials.DeveloperTokens["aladdin"].Token), "the old token")
		assert.Equal(t, 200, bearerStatus(t, second, second.Credentials.DeveloperTokens["aladdin"].Token))
	})
	t.Run("with the demo switched off nothing changes", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "other.json")
		second := apitest.Start(t, "-store", store, "-credentials", file, "-demo=false")
		assert.Equal(t, second.BaseURL, second.Credentials.BaseURL)
		assert.Empty(t, second.Credentials.Users)
		assert.Empty(t, second.Output)
		assert.Equal(t, 200, status(t, second, apitest.ReadCredentials(t, first.CredentialsFile), "aladdin"))
	})
}

func TestAnExistingCredentialsFileFillsANewStore(t *testing.T) {
	t.Parallel()
	first := apitest.Start(t)
	first.Stop()
	second := apitest.Start(t, "-credentials", first.CredentialsFile)
	for _, user := range []string{"aladdin", "jasmine", "unicode"} {
		assert.Equal(t, 200, status(t, second, first.Credentials, user))
	}
}

func TestNobodyIsLetInByDefault(t *testing.T) {
	t.Parallel()
	t.Run("ASVS-6.3.2 without the demo no account, client or secret exists", func(t *testing.T) {
		demo := apitest.Start(t)
		bare := apitest.Start(t, "-addr", "0.0.0.0:0") // off loopback, where the demo is off
		bare.BaseURL = "http://127.0.0.1" + bare.Address[strings.LastIndex(bare.Address, ":"):]
		for user := range demo.Credentials.Users {
			assert.Equal(t, 401, status(t, bare, demo.Credentials, user))
		}
		assert.Empty(t, bare.Output)
	})
}

func TestAccountsOfAHostAreNotMixedWithTheDemos(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	apitest.Start(t, "-store", "sqlite:"+path, "-demo=false").Stop()
	apitest.AddUser(t, path, "Ali Baba")
	s := apitest.Start(t, "-store", "sqlite:"+path)
	assert.Empty(t, s.Credentials.Users)
	assert.Equal(t, 401, apitest.Do(t, s.NewRequest("GET", "/v2?client_key=x", "Authorization", basicField("Aladdin:open sesame"))).Status)
}

func TestOfProcessesThatStartAtOnceOneMakesTheAccounts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	flags := []string{"-store", "sqlite:" + filepath.Join(dir, "sesame.db"), "-credentials", filepath.Join(dir, "credentials.json")}
	servers := make([]*apitest.Server, 3)
	var wait sync.WaitGroup
	for i := range servers {
		wait.Go(func() { servers[i] = apitest.Start(t, flags...) })
	}
	wait.Wait()
	require.NotContains(t, servers, (*apitest.Server)(nil))
	for _, s := range servers {
		last := apitest.ReadCredentials(t, s.CredentialsFile)
		assert.Equal(t, last.Clients, s.Credentials.Clients)
		for _, user := range []string{"aladdin", "jasmine", "unicode"} {
			assert.Equal(t, 200, status(t, s, last, user), user)
		}
		assert.Equal(t, 403, status(t, s, last, "locked"))
	}
	assert.Equal(t, 5, apitest.Count(t, filepath.Join(dir, "sesame.db"), "sesame_users"))
	assert.Equal(t, 8, apitest.Count(t, filepath.Join(dir, "sesame.db"), "sesame_clients"))
	assert.Equal(t, 7, apitest.Count(t, filepath.Join(dir, "sesame.db"), "sesame_tokens"))
}

func TestHTTPS(t *testing.T) {
	t.Parallel()
	cert, key, roots := apitest.Certificate(t)
	s := apitest.Start(t, "-tls-cert", cert, "-tls-key", key)
	require.True(t, strings.HasPrefix(s.BaseURL, "https://127.0.0.1:"), s.BaseURL)
	transport := &http.Transport{TLSClientConfig: roots, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(s.As("aladdin", s.NewRequest("GET", "/v2", "X-Client-Key", s.Key("aladdin_app"))))
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, 200, response.StatusCode)
	assert.Equal(t, "HTTP/2.0", response.Proto)
}

func TestTheKeyRingIsMadeBesideTheStore(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sesame.db")
	first := apitest.Start(t, "-store", "sqlite:"+path)
	first.Stop()
	info, err := os.Stat(path + ".keys")
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode())
	ring, err := os.ReadFile(path + ".keys")
	require.NoError(t, err)
	apitest.Start(t, "-store", "sqlite:"+path).Stop()
	again, err := os.ReadFile(path + ".keys")
	require.NoError(t, err)
	assert.True(t, bytes.Equal(ring, again), "it is kept")

	require.NoError(t, os.Remove(path+".keys"))
	second := apitest.Start(t, "-store", "sqlite:"+path, "-credentials", first.CredentialsFile)
	assert.Equal(t, first.Credentials.Clients, second.Credentials.Clients, "where it was lost, the demo's secrets are sealed anew")
	assert.Equal(t, 200, status(t, second, first.Credentials, "aladdin"))

	elsewhere := filepath.Join(t.TempDir(), "ring")
	apitest.Start(t, "-keys", elsewhere)
	assert.FileExists(t, elsewhere)
}

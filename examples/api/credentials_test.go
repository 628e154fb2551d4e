package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestCredentialsAreReadAsTheyWereWritten(t *testing.T) {
	file := credentialsFile(filepath.Join(t.TempDir(), "credentials.json"))
	_, found, err := file.read()
	require.NoError(t, err)
	assert.False(t, found, "before there is one")

	written, err := credentials{BaseURL: "http://127.0.0.1:1"}.completed()
	require.NoError(t, err)
	require.NoError(t, file.write(written))
	read, found, err := file.read()
	require.NoError(t, err)
	assert.True(t, found)
	assert.Equal(t, written, read)
	again, err := read.completed()
	require.NoError(t, err)
	assert.Equal(t, read, again, "nothing is drawn again")

	text, err := os.ReadFile(string(file))
	require.NoError(t, err)
	assert.Contains(t, string(text), `"tiger: rajah & co"`, "people read this file too")
}

func TestCredentialsAreTheirOwnersAlone(t *testing.T) {
	dir := t.TempDir()
	file := credentialsFile(filepath.Join(dir, "credentials.json"))
	require.NoError(t, os.WriteFile(string(file), []byte("{}"), 0o644))
	require.NoError(t, file.write(credentials{}))
	info, err := os.Stat(string(file))
	require.NoError(t, err)
	assert.Equal(t, fs.FileMode(0o600), info.Mode())
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 1, "nothing else is left in the folder")
}

func TestAFileThatHoldsNoCredentialsIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "notes.txt")
	require.NoError(t, os.WriteFile(other, []byte("buy figs"), 0o600))
	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(other, link))
	for path, says := range map[string]string{
		other:                               "notes.txt holds something else than credentials",
		dir:                                 "is no regular file",
		link:                                "is no regular file",
		os.DevNull:                          "is no regular file",
		filepath.Join(other, "credentials"): "not a directory",
	} {
		_, _, err := credentialsFile(path).read()
		assert.ErrorContains(t, err, says, path)
	}
	assert.Error(t, credentialsFile(filepath.Join(dir, "missing", "credentials")).write(credentials{}))
}

func TestDrawnSecretsDiffer(t *testing.T) {
	one, err := credentials{}.completed()
	require.NoError(t, err)
	other, err := credentials{}.completed()
	require.NoError(t, err)
	for _, app := range demoClients() {
		a, b := one.Clients[app.member], other.Clients[app.member]
		assert.NotEqual(t, a.ClientKey, b.ClientKey)
		assert.Regexp(t, "^[0-9A-Za-z_]{26}$", a.ClientKey)
		switch app.kind {
		case withSecret:
			assert.NotEqual(t, a.ClientSecret, b.ClientSecret)
			assert.Regexp(t, "^[0-9A-Za-z_]{52}$", a.ClientSecret)
		case withKey:
			assert.NotEqual(t, a.PrivateKeyPEM, b.PrivateKeyPEM)
			assert.Empty(t, a.ClientSecret)
		case public:
			assert.Empty(t, a.ClientSecret+a.PrivateKeyPEM)
		}
	}
	for _, secret := range one.tokens() {
		assert.Regexp(t, "^[0-9A-Za-z_]+$", secret)
		assert.NotContains(t, other.tokens(), secret)
	}
	assert.NotEqual(t, one.Users["locked"].Password, other.Users["locked"].Password)
	assert.Equal(t, "open sesame", one.Users["aladdin"].Password)
}

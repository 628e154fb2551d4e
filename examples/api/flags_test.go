package main

import (
	"bytes"
	"context"
	"flag"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDefaults(t *testing.T) {
	o, err := parseFlags(nil, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1:8080", o.addr)
	assert.Equal(t, location{file: "sesame.db"}, o.store)
	assert.True(t, o.throttle)
	assert.Empty(t, o.baseURL)
	assert.Empty(t, o.credentials)
	assert.Equal(t, []time.Duration{time.Hour, time.Minute, 720 * time.Hour}, []time.Duration{o.accessTTL, o.codeTTL, o.refreshTTL})
}

func TestTheDemoIsOnForALoopbackAddress(t *testing.T) {
	for _, row := range []struct {
		flags string
		on    bool
	}{
		{"", true},
		{"-addr localhost:80", true},
		{"-addr [::1]:80", true},
		{"-addr :80", false},
		{"-addr 0.0.0.0:80", false},
		{"-addr 192.0.2.1:80", false},
		{"-addr 192.0.2.1:80 -demo", true},
		{"-demo=false", false},
		{"-demo=off", false},
		{"-addr :80 -demo=on", true},
	} {
		o, err := parseFlags(strings.Fields(row.flags), io.Discard)
		require.NoError(t, err, row.flags)
		assert.Equal(t, row.on, o.demo.or(isLoopback(o.addr)), row.flags)
	}
}

func TestAPasswordInAFlagIsNotRepeated(t *testing.T) {
	for _, flags := range []string{
		"-redis redis://:s3cr3t@127.0.0.1:6379/x", "-redis s3cr3t", "-store mysql://u:s3cr3t@h/x",
	} {
		_, err := parseFlags(append(strings.Fields(flags), "-keys", "k"), io.Discard)
		require.ErrorIs(t, err, errUsage, flags)
		assert.NotContains(t, err.Error(), "s3cr3t", flags)
	}
}

func TestABadCommandLineIsOneLineAndStatus2(t *testing.T) {
	for _, row := range []struct{ flags, says string }{
		{"-base-url http://api.example/v2", "without a path"},
		{"-base-url http://api.example/?a=b", "without a path"},
		{"-base-url http://api.example#top", "without a path"},
		{"-base-url https://user@api.example", "without a path"},
		{"-base-url api.example", "must begin with http:// or https://"},
		{"-base-url ftp://api.example", "must begin with http:// or https://"},
		{"-base-url http://", "name a host"},
		{"-base-url http://a%zz", "no URL"},
		{"-store postgres://localhost/sesame", "needs -keys"},
		{"-store memory: -redis 127.0.0.1:6379", "-redis needs"},
		{"-redis 127.0.0.1", "host:port"},
		{"-redis-wait 1", "needs -redis"},
		{"-redis 127.0.0.1:6379 -redis-wait -1", "-redis-wait"},
		{"-redis http://127.0.0.1:80", "host:port"},
		{"-redis redis://:secret@[", "host:port"},
		{"-store postgres:sesame", "postgres://"},
		{"-store sqlite:", "memory: or sqlite:FILE"},
		{"-store memory", "memory: or sqlite:FILE"},
		{"-store sesame.db", "memory: or sqlite:FILE"},
		{"-throttle maybe", "on or off"},
		{"-demo=maybe", "true or false"},
		{"-trusted-proxies 10.0.0.0/33", "10.0.0.0/33"},
		{"-trusted-proxies proxy.example", "proxy.example"},
		{"-tls-cert cert.pem", "-tls-cert and -tls-key go together"},
		{"-tls-key key.pem", "-tls-cert and -tls-key go together"},
		{"-smtp mail.example", "host:port"},
		{"-mail-from nobody", "no mail address"},
		{"-access-ttl soon", "-access-ttl"},
		{"-access-ttl 0s", "a second at least"},
		{"-refresh-ttl -1h", "a second at least"},
		{"-code-ttl 11m", "10m at most"},
		{"-adr :80", "-adr"},
		{"serve", `"serve"`},
		{"-addr", "-addr"},
	} {
		var out, problems bytes.Buffer
		assert.Equal(t, 2, run(context.Background(), strings.Fields(row.flags), &out, &problems), row.flags)
		assert.Empty(t, out.String(), row.flags)
		assert.Contains(t, problems.String(), row.says, row.flags)
		assert.Equal(t, 1, strings.Count(problems.String(), "\n"), "%s: %s", row.flags, problems.String())
	}
}

func TestHelpListsTheFlags(t *testing.T) {
	var out, problems bytes.Buffer
	assert.Zero(t, run(context.Background(), []string{"-h"}, &out, &problems))
	assert.Empty(t, problems.String())
	new(options).flags().VisitAll(func(f *flag.Flag) { assert.Contains(t, out.String(), "\n  -"+f.Name) })
}

func TestOriginsAreWrittenAsBrowsersDo(t *testing.T) {
	for text, origin := range map[string]string{
		"http://127.0.0.1:8080":     "http://127.0.0.1:8080",
		"http://api.example/":       "http://api.example",
		"HTTPS://API.Example:443":   "https://api.example",
		"http://api.example:80":     "http://api.example",
		"http://api.example:443":    "http://api.example:443",
		"http://api.example:":       "http://api.example",
		"https://[2001:DB8::1]:443": "https://[2001:db8::1]",
		"http://[::1]:8080":         "http://[::1]:8080",
	} {
		got, err := parseOrigin(text)
		require.NoError(t, err, text)
		assert.Equal(t, origin, got)
	}
}

func TestClearHTTPOffLoopbackIsSeen(t *testing.T) {
	for origin, clear := range map[string]bool{
		"http://127.0.0.1:8080": false, "http://localhost": false, "http://[::1]:80": false, "https://api.example": false,
		"http://api.example": true, "http://0.0.0.0:8080": true, "http://localhost.example": true, "http://[2001:db8::1]": true,
	} {
		assert.Equal(t, clear, isClear(origin), origin)
	}
}

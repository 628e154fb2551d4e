package digest_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/digest"
)

// needProgram skips the test where the machine has no such client; the complete run of CI must have it.
func needProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		require.NotEqual(t, "true", os.Getenv("CI"), "%s is not installed", name)
		t.Skip(name + " is not installed")
	}
}

func TestClients(t *testing.T) {
	rows := []struct {
		name       string
		algorithms []digest.Algorithm
		user       string
		command    []string
	}{
		{"curl, GET, MD5 off", []digest.Algorithm{digest.SHA256}, "Jäsøn", []string{"curl", "-sS", "--digest", "-u", "Jäsøn:пароль-🔑"}},
		{"curl, GET, MD5 on", []digest.Algorithm{digest.SHA256, digest.MD5}, `a"b`, []string{"curl", "-sS", "--digest", "-u", `a"b: pass  word `}},
		{"curl, POST, MD5 off", []digest.Algorithm{digest.SHA256}, "Mufasa", []string{"curl", "-sS", "--digest", "-u", "Mufasa:Circle of Life", "-d", "a=b"}},
		{"curl, POST, MD5 on", []digest.Algorithm{digest.SHA256, digest.MD5}, "Mufasa", []string{"curl", "-sS", "--digest", "-u", "Mufasa:Circle of Life", "-d", "a=b"}},
		{"curl, a session", []digest.Algorithm{digest.SHA256Sess}, "Mufasa", []string{"curl", "-sS", "--digest", "-u", "Mufasa:Circle of Life"}},
		{"wget, which knows MD5 alone", []digest.Algorithm{digest.SHA256, digest.MD5}, "Mufasa", []string{"wget", "-q", "-O", "-", "--user=Mufasa", "--password=Circle of Life"}},
	}
	for _, row := range rows {
		t.Run("SEC-DIGEST-06 "+row.name+": 200 within two requests", func(t *testing.T) {
			needProgram(t, row.command[0])
			l := newLab(t, nil, row.algorithms...)
			var requests atomic.Int64
			protected := l.gate.Require("read")(l)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				protected.ServeHTTP(w, r)
			}))
			defer server.Close()
			out, err := exec.Command(row.command[0], append(row.command[1:], server.URL+"/v2/products?a=1&b=%C3%A9")...).Output()
			require.NoError(t, err)
			assert.Equal(t, row.user, string(out))
			assert.EqualValues(t, 2, requests.Load())
		})
	}
}

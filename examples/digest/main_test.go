package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"

	icholy "github.com/icholy/digest"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/digest"
	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
	"github.com/seed-f67351ce/sesame/store/memory"
)

const hello = "Hello, Aladdin.\n"

// serve serves the program's handler.
func serve(t *testing.T, algorithms ...digest.Algorithm) (url string) {
	t.Helper()
	server := httptest.NewServer(newHandler(memory.New(), algorithms...))
	t.Cleanup(server.Close)
	return server.URL + "/?a=b&c=%20d"
}

func get(t *testing.T, url, name, password string) *http.Response {
	t.Helper()
	client := http.Client{Transport: &icholy.Transport{Username: name, Password: password}}
	answer, err := client.Get(url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func TestItRuns(t *testing.T) {
	url := serve(t, digest.SHA256)
	for _, row := range []struct {
		name, password string
		status         int
	}{
		{"Aladdin", "close sesame", 401},
		{"Iago", "open sesame", 401},
		{"Aladdin", "open sesame", 200},
	} {
		answer := get(t, url, row.name, row.password)
		assert.Equal(t, row.status, answer.StatusCode, row)
		assert.Equal(t, row.status == 200, answer.Header.Get("Authentication-Info") != "")
	}
}

func TestItIsShort(t *testing.T) {
	text, err := os.ReadFile("main.go")
	require.NoError(t, err)
	assert.Less(t, bytes.Count(text, []byte("\n")), 60)
}

// The algorithms and the offers of several.
var (
	sha256Alone     = []digest.Algorithm{digest.SHA256}
	sha256Session   = []digest.Algorithm{digest.SHA256Sess}
	sha512Alone     = []digest.Algorithm{digest.SHA512_256}
	md5Alone        = []digest.Algorithm{digest.MD5}
	md5Session      = []digest.Algorithm{digest.MD5Sess}
	strongestFirst  = []digest.Algorithm{digest.SHA256, digest.MD5}
	strongestSecond = []digest.Algorithm{digest.MD5, digest.SHA256}
)

// TestRealClients has each client answer what it can, as ../clients/digest/README.md says.
func TestRealClients(t *testing.T) {
	const python = "/usr/bin/python3"
	for _, row := range []struct {
		name    string
		command []string
		needs   []string
		offers  [][]digest.Algorithm
	}{
		{"curl", []string{"sh", "curl.sh"}, []string{"curl", "--version"},
			[][]digest.Algorithm{sha256Alone, sha256Session, md5Alone, md5Session, strongestFirst, strongestSecond}},
		{"wget", []string{"sh", "wget.sh"}, []string{"wget", "--version"},
			[][]digest.Algorithm{md5Alone, md5Session, strongestFirst, strongestSecond}},
		{"wget2", []string{"sh", "wget2.sh"}, []string{"wget2", "--version"},
			[][]digest.Algorithm{sha256Alone, sha256Session, md5Alone, md5Session, strongestFirst, strongestSecond}},
		{"httpie", []string{"sh", "httpie.sh"}, []string{"http", "--version"},
			[][]digest.Algorithm{sha256Alone, md5Alone, md5Session, strongestFirst, strongestSecond}},
		{"Python requests", []string{python, "requests_client.py"}, []string{python, "-c", "import requests"},
			[][]digest.Algorithm{sha256Alone, md5Alone, md5Session, strongestFirst, strongestSecond}},
		{"Python httpx", []string{python, "httpx_client.py"}, []string{python, "-c", "import httpx"},
			[][]digest.Algorithm{sha256Alone, sha256Session, md5Alone, md5Session, strongestFirst, strongestSecond}},
		{"Python urllib", []string{python, "urllib_client.py"}, []string{python, "--version"},
			[][]digest.Algorithm{md5Alone, strongestSecond}},
		{"Perl LWP", []string{"perl", "lwp.pl"}, []string{"perl", "-MLWP::UserAgent", "-e", "1"},
			[][]digest.Algorithm{md5Alone, strongestFirst, strongestSecond}},
		{"libsoup", []string{python, "libsoup_client.py"}, []string{python, "-c", "import gi; gi.require_version('Soup', '2.4')"},
			[][]digest.Algorithm{md5Alone, md5Session, strongestSecond}},
		{"Ruby httpclient", []string{"ruby", "httpclient.rb"}, []string{"ruby", "-rhttpclient", "-e", "1"},
			[][]digest.Algorithm{md5Alone, md5Session, strongestFirst, strongestSecond}},
		{"Node digest-fetch", []string{"node", "digest_fetch.mjs"}, []string{"test", "-d", "../clients/node_modules/digest-fetch"},
			[][]digest.Algorithm{sha256Alone, sha256Session, sha512Alone, md5Alone, md5Session, strongestFirst, strongestSecond}},
		{"Java HttpURLConnection", []string{"java", "-XX:TieredStopAtLevel=1", "Client.java"}, []string{"javac", "-version"},
			[][]digest.Algorithm{sha256Alone, md5Alone, md5Session, strongestFirst, strongestSecond}},
	} {
		t.Run(row.name, func(t *testing.T) {
			apitest.NeedThat(t, row.name, row.needs...)
			t.Parallel()
			for _, offer := range row.offers {
				url := serve(t, offer...)
				for _, method := range []string{"GET", "POST"} {
					command := exec.Command(row.command[0], append(row.command[1:len(row.command):len(row.command)], url, "Aladdin", "open sesame", "unused")...)
					if method != "GET" {
						command.Args = append(command.Args, method)
					}
					command.Dir = "../clients/digest"
					command.Env = append(os.Environ(), "no_proxy=127.0.0.1", "HOME="+t.TempDir(), "ALGORITHM="+offer[0].String())
					text, err := command.Output()
					assert.NoError(t, err, "%v, %s", offer, method)
					assert.Equal(t, hello, string(text), "%v, %s", offer, method)
				}
			}
		})
	}
	t.Run("icholy/digest", func(t *testing.T) {
		for _, offer := range [][]digest.Algorithm{sha256Alone, sha512Alone, md5Alone, strongestFirst, strongestSecond} {
			assert.Equal(t, 200, get(t, serve(t, offer...), "Aladdin", "open sesame").StatusCode, "%v", offer)
		}
	})
}

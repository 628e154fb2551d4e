package main_test

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// A client is a script of clients/…, and how it is run.
type client struct {
	name    string
	command []string
	needs   []string // a command that says whether what it needs is there
}

// basicClients are those of clients/basic.
var basicClients = []client{
	{"curl", []string{"sh", "curl.sh"}, []string{"curl", "--version"}},
	{"wget", []string{"sh", "wget.sh"}, []string{"wget", "--version"}},
	{"wget2", []string{"sh", "wget2.sh"}, []string{"wget2", "--version"}},
	{"httpie", []string{"sh", "httpie.sh"}, []string{"http", "--version"}},
	{"Python requests", []string{"/usr/bin/python3", "requests_client.py"}, []string{"/usr/bin/python3", "-c", "import requests"}},
	{"Python httpx", []string{"/usr/bin/python3", "httpx_client.py"}, []string{"/usr/bin/python3", "-c", "import httpx"}},
	{"Python urllib", []string{"/usr/bin/python3", "urllib_client.py"}, []string{"/usr/bin/python3", "--version"}},
	{"Perl LWP", []string{"perl", "lwp.pl"}, []string{"perl", "-MLWP::UserAgent", "-e", "1"}},
	{"Ruby Net::HTTP", []string{"ruby", "net_http.rb"}, []string{"ruby", "--version"}},
	{"Node fetch", []string{"node", "fetch.js"}, []string{"node", "--version"}},
	{"Java HttpClient", []string{"java", "-XX:TieredStopAtLevel=1", "Client.java"}, []string{"javac", "-version"}},
}

// digestClients are those of clients/digest.
var digestClients = []client{
	{"curl", []string{"sh", "curl.sh"}, []string{"curl", "--version"}},
	{"Python requests", []string{"/usr/bin/python3", "requests_client.py"}, []string{"/usr/bin/python3", "-c", "import requests"}},
	{"Python httpx", []string{"/usr/bin/python3", "httpx_client.py"}, []string{"/usr/bin/python3", "-c", "import httpx"}},
	{"Perl LWP", []string{"perl", "lwp.pl"}, []string{"perl", "-MLWP::UserAgent", "-e", "1"}},
	{"httpie", []string{"sh", "httpie.sh"}, []string{"http", "--version"}},
	{"Ruby httpclient", []string{"ruby", "httpclient.rb"}, []string{"ruby", "-rhttpclient", "-e", "1"}},
	{"Node digest-fetch", []string{"node", "digest_fetch.mjs"}, []string{"test", "-d", "../clients/node_modules/digest-fetch"}},
	{"Java HttpURLConnection", []string{"java", "-XX:TieredStopAtLevel=1", "Client.java"}, []string{"javac", "-version"}},
}

// octets are the clients of Digest that send names as the octets that they are given; others send no names beyond ASCII,
// or break them: see clients/digest/README.md.
var octets = []string{"curl", "Perl LWP", "Ruby httpclient"}

// run runs a script of a folder of clients, and returns what it printed.
func (c client) run(t *testing.T, folder string, arguments ...string) (string, error) {
	t.Helper()
	command := exec.Command(c.command[0], append(c.command[1:len(c.command):len(c.command)], arguments...)...)
	command.Dir = "../clients/" + folder
	command.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "no_proxy=127.0.0.1", "HOME="+t.TempDir())
	text, err := command.Output()
	return string(text), err
}

func TestRealClientsGetThroughBasic(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	for _, client := range basicClients {
		t.Run(client.name, func(t *testing.T) {
			apitest.NeedThat(t, client.name, client.needs...)
			t.Parallel()
			for _, user := range []string{"aladdin", "jasmine", "unicode"} {
				u := s.Credentials.Users[user]
				text, err := client.run(t, "basic", s.BaseURL+"/v2", u.Username, u.Password, s.Key(user+"_app"))
				if assert.NoError(t, err, user) {
					assert.Contains(t, text, `"user":"`+u.Username+`","client_key":"`+s.Key(user+"_app")+`","scheme":"Basic"`)
				}
			}
			_, err := client.run(t, "basic", s.BaseURL+"/v2", "Aladdin", "close sesame", s.Key("aladdin_app"))
			assert.Error(t, err, "a wrong password is no success")
		})
	}
}

func TestRealClientsGetThroughDigest(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	for _, client := range digestClients {
		t.Run(client.name, func(t *testing.T) {
			apitest.NeedThat(t, client.name, client.needs...)
			t.Parallel()
			for _, row := range [][]string{{"aladdin"}, {"jasmine"}, {"unicode"}, {"aladdin", "POST"}} {
				user, method := row[0], row[1:]
				if user == "unicode" && !slices.Contains(octets, client.name) {
					continue
				}
				u := s.Credentials.Users[user]
				text, err := client.run(t, "digest", append([]string{s.BaseURL + "/v2/products?a=b&c=%20d", u.Username, u.Password, s.Key(user + "_app")}, method...)...)
				if assert.NoError(t, err, row) {
					assert.Contains(t, text, `"user":"`+u.Username+`","client_key":"`+s.Key(user+"_app")+`","scheme":"Digest"`)
				}
			}
			_, err := client.run(t, "digest", s.BaseURL+"/v2", "Aladdin", "close sesame", s.Key("aladdin_app"))
			assert.Error(t, err, "a wrong password is no success")
		})
	}
}

// talk runs a script that prints links, each in a line, and reads a line after each: where the link led a person. It
// returns the other lines that the script prints.
func (c client) talk(t *testing.T, folder string, visit func(link string) string, arguments ...string) (answers []string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), c.command[0], slices.Concat(c.command[1:], arguments)...)
	command.Dir = "../clients/" + folder
	command.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "no_proxy=127.0.0.1", "HOME="+t.TempDir())
	command.Stderr = t.Output()
	in, err := command.StdinPipe()
	require.NoError(t, err)
	out, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), "http") {
			answers = append(answers, lines.Text())
			continue
		}
		_, err := io.WriteString(in, visit(lines.Text())+"\n")
		assert.NoError(t, err)
	}
	assert.NoError(t, command.Wait(), c.name)
	return answers
}

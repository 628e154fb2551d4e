package main_test

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/seed-f67351ce/sesame/examples/internal/apitest"
)

// basicClients are the scripts of clients/basic, and how each is run.
var basicClients = []struct {
	name    string
	command []string
	needs   []string // a command that says whether what it needs is there
}{
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

func TestRealClientsGetThroughBasic(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, "-throttle", "off")
	for _, client := range basicClients {
		t.Run(client.name, func(t *testing.T) {
			apitest.NeedThat(t, client.name, client.needs...)
			t.Parallel()
			call := func(user, password string) (string, error) {
				u := s.Credentials.Users[user]
				arguments := append(client.command[1:], s.BaseURL+"/v2", u.Username, password, s.Key(user+"_app"))
				command := exec.Command(client.command[0], arguments...)
				command.Dir = "../clients/basic"
				command.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "no_proxy=127.0.0.1", "HOME="+t.TempDir())
				text, err := command.Output()
				return string(text), err
			}
			for _, user := range []string{"aladdin", "jasmine", "unicode"} {
				u := s.Credentials.Users[user]
				text, err := call(user, u.Password)
				if assert.NoError(t, err, user) {
					assert.Contains(t, text, `"user":"`+u.Username+`","client_key":"`+s.Key(user+"_app")+`","scheme":"Basic"`)
				}
			}
			_, err := call("aladdin", "close sesame")
			assert.Error(t, err, "a wrong password is no success")
		})
	}
}

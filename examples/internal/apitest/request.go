package apitest

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// An Answer is what the server answered, read as a whole.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// NewRequest makes a request to the server, with header fields as pairs of a name and a value.
func (s *Server) NewRequest(method, target string, fields ...string) *http.Request {
	s.t.Helper()
	r, err := http.NewRequest(method, s.BaseURL+target, http.NoBody)
	require.NoError(s.t, err)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return r
}

// Post makes a request that posts a form.
func (s *Server) Post(target string, form url.Values, fields ...string) *http.Request {
	s.t.Helper()
	r := s.NewRequest("POST", target, append(fields, "Content-Type", "application/x-www-form-urlencoded")...)
	body, err := http.NewRequest("POST", s.BaseURL, strings.NewReader(form.Encode()))
	require.NoError(s.t, err)
	r.Body, r.GetBody, r.ContentLength = body.Body, body.GetBody, body.ContentLength
	return r
}

// As gives r the credentials of Basic of an account of the demo.
func (s *Server) As(user string, r *http.Request) *http.Request {
	u := s.Credentials.Users[user]
	r.SetBasicAuth(u.Username, u.Password)
	return r
}

// Key is the client key of an app of the demo.
func (s *Server) Key(app string) string { return s.Credentials.Clients[app].ClientKey }

// Do sends r and returns the answer.
func Do(t testing.TB, r *http.Request) Answer {
	t.Helper()
	answer, err := Try(r)
	require.NoError(t, err)
	return answer
}

// Try sends r and returns the answer, where there is one. It follows no redirect.
func Try(r *http.Request) (Answer, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return Answer{response.StatusCode, response.Header, string(body)}, err
}

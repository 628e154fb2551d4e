package apitest

import (
	"html"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A Visitor is a person with a browser: it keeps cookies, follows redirects as long as they stay at the server, and posts
// forms with whatever hidden fields they have.
type Visitor struct {
	t    testing.TB
	s    *Server
	jar  http.CookieJar
	page View
}

// A View is what a visitor sees.
type View struct {
	Answer
	// URL is the page's, and Left where the visitor was sent from there, if that is elsewhere.
	URL, Left *url.URL
}

// Visitor is somebody whom the server has not seen yet.
func (s *Server) Visitor() *Visitor {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(s.t, err)
	return &Visitor{t: s.t, s: s, jar: jar}
}

// Open opens a page: a path of the server, or a whole address.
func (v *Visitor) Open(target string) View {
	v.t.Helper()
	if !strings.Contains(target, "://") {
		target = v.s.BaseURL + target
	}
	r, err := http.NewRequest("GET", target, http.NoBody)
	require.NoError(v.t, err)
	return v.follow(r)
}

// Submit fills in the form of the page that has this action, with pairs of a name and a value, a name as often as it has
// values, and posts it.
func (v *Visitor) Submit(action string, pairs ...string) View {
	v.t.Helper()
	fields, found := v.page.Form(action)
	require.True(v.t, found, "the page has no form %s:\n%s", action, v.page.Body)
	for i := 0; i < len(pairs); i += 2 {
		fields.Del(pairs[i])
	}
	for i := 0; i < len(pairs); i += 2 {
		fields.Add(pairs[i], pairs[i+1])
	}
	r, err := http.NewRequest("POST", v.s.BaseURL+action, strings.NewReader(fields.Encode()))
	require.NoError(v.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", v.s.BaseURL)
	return v.follow(r)
}

// SignIn opens a page, and signs in as an account of the demo where it is asked to.
func (v *Visitor) SignIn(user, target string) View {
	v.t.Helper()
	if page := v.Open(target); page.URL.Path != "/login" {
		return page
	}
	u := v.s.Credentials.Users[user]
	return v.Submit("/login", "username", u.Username, "password", u.Password)
}

// Decide signs in at an app's link, answers "allow" or "deny" where it is asked, and returns where that leads.
func (v *Visitor) Decide(user, link, decision string) View {
	v.t.Helper()
	if page := v.SignIn(user, link); page.Left != nil {
		return page
	}
	return v.Submit("/consent", "decision", decision)
}

// Do sends a request with the visitor's cookies, and follows nothing.
func (v *Visitor) Do(r *http.Request) Answer {
	v.t.Helper()
	answer := Do(v.t, v.Carry(r))
	v.jar.SetCookies(r.URL, (&http.Response{Header: answer.Header}).Cookies())
	return answer
}

// follow goes where r leads.
func (v *Visitor) follow(r *http.Request) View {
	v.t.Helper()
	for range 10 {
		answer := v.Do(r)
		v.page = View{Answer: answer, URL: r.URL}
		location := answer.Header.Get("Location")
		if location == "" {
			return v.page
		}
		require.Equal(v.t, http.StatusSeeOther, answer.Status, "forms must not be sent on")
		next, err := r.URL.Parse(location)
		require.NoError(v.t, err)
		if next.Host != r.URL.Host {
			v.page.Left = next
			return v.page
		}
		r, err = http.NewRequest("GET", next.String(), http.NoBody)
		require.NoError(v.t, err)
	}
	v.t.Fatal("redirects without an end")
	return View{}
}

var (
	forms  = regexp.MustCompile(`(?s)<form[^>]* action="([^"]*)"[^>]*>(.*?)</form>`)
	inputs = regexp.MustCompile(`<input type="hidden"[^>]* name="([^"]*)"[^>]* value="([^"]*)"`)
)

// Form is the hidden fields of the form with this action.
func (v View) Form(action string) (fields url.Values, found bool) {
	fields = url.Values{}
	for _, form := range forms.FindAllStringSubmatch(v.Body, -1) {
		if html.UnescapeString(form[1]) != action {
			continue
		}
		for _, input := range inputs.FindAllStringSubmatch(form[2], -1) {
			fields.Set(html.UnescapeString(input[1]), html.UnescapeString(input[2]))
		}
		return fields, true
	}
	return fields, false
}

// Take gives v a copy of the cookies that another visitor has now.
func (v *Visitor) Take(from *Visitor) {
	v.t.Helper()
	origin, err := url.Parse(v.s.BaseURL)
	require.NoError(v.t, err)
	v.jar.SetCookies(origin, from.jar.Cookies(origin))
}

// Carry gives r the cookies that the visitor has now.
func (v *Visitor) Carry(r *http.Request) *http.Request {
	for _, cookie := range v.jar.Cookies(r.URL) {
		r.AddCookie(cookie)
	}
	return r
}

package visitor

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// A Visitor has a browser of their own.
type Visitor struct {
	// App is where URLs of an app begin that nobody serves: a redirect there ends the visit.
	App string
	// Page is the one that the visitor sees.
	Page Page

	browser *http.Client
}

// A Page is what the browser shows.
type Page struct {
	URL    *url.URL
	Status int
	HTML   string
}

// New returns a visitor who has not been anywhere. app may be empty.
func New(app string) *Visitor {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // without options there is nothing to fail
	}
	v := &Visitor{App: app}
	v.browser = &http.Client{Jar: jar, Timeout: 30 * time.Second, CheckRedirect: v.follow}
	return v
}

// follow goes wherever it is led, but for the app's own URL.
func (v *Visitor) follow(next *http.Request, via []*http.Request) error {
	switch {
	case v.App != "" && strings.HasPrefix(next.URL.String(), v.App):
		return http.ErrUseLastResponse
	case len(via) > 10:
		return fmt.Errorf("visitor: more than 10 redirects from %s", via[0].URL)
	}
	return nil
}

// Open goes to a URL.
func (v *Visitor) Open(address string) error {
	answer, err := v.browser.Get(address)
	return v.see(answer, err)
}

// Submit fills in the form of the page that has a field, or a button, of the first name, and posts it. fields are pairs of
// a name and a value.
func (v *Visitor) Submit(fields ...string) error {
	posts, values, err := v.Page.form(fields[0])
	if err != nil {
		return err
	}
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	answer, err := v.browser.PostForm(posts, values)
	return v.see(answer, err)
}

// see takes in what came.
func (v *Visitor) see(answer *http.Response, err error) error {
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return err
	}
	v.Page = Page{URL: answer.Request.URL, Status: answer.StatusCode, HTML: string(text)}
	if next, err := answer.Location(); err == nil { // the app's
		v.Page.URL = next
	}
	return nil
}

var (
	forms  = regexp.MustCompile(`(?s)<form([^>]*)>(.*?)</form>`)
	action = regexp.MustCompile(` action="([^"]*)"`)
	hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)
)

// form finds the form with a field of this name: where it posts to, and its hidden fields.
func (p Page) form(name string) (posts string, values url.Values, err error) {
	for _, form := range forms.FindAllStringSubmatch(p.HTML, -1) {
		if !strings.Contains(form[2], `name="`+name+`"`) {
			continue
		}
		target := p.URL // where the form names none
		if found := action.FindStringSubmatch(form[1]); found != nil {
			if target, err = p.URL.Parse(html.UnescapeString(found[1])); err != nil {
				return "", nil, err
			}
		}
		values = url.Values{}
		for _, field := range hidden.FindAllStringSubmatch(form[2], -1) {
			values.Set(html.UnescapeString(field[1]), html.UnescapeString(field[2]))
		}
		return target.String(), values, nil
	}
	return "", nil, fmt.Errorf("visitor: %s (%d) has no form with %s", p.URL, p.Status, name)
}

package portal

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-f67351ce/sesame/auth/session"
)

// A page is what every template is given.
type page struct {
	// Service is the host's name, Title the page's own, and Links those at the foot.
	Service, Title string
	Links          []Link
	// User is who is signed in, and empty for nobody; the layout then has a form to sign out.
	User string
	// FormField and FormToken go into each form.
	FormField, FormToken string
	// Content is the page's own.
	Content any
}

// render writes a page with the headers that every page has. formAction are the origins besides this one that a form on
// it may lead to in the end.
func (p *Portal) render(w http.ResponseWriter, r *http.Request, status int, name, title string, content any, formAction ...string) {
	data := page{
		Service: p.cfg.Name, Title: title, Links: p.cfg.Links, Content: content,
		FormField: session.FormField, FormToken: p.cfg.Sessions.FormToken(w, r),
	}
	if current, ok, err := p.cfg.Sessions.Current(r); err == nil && ok {
		data.User = visible(current.User.Name)
	}
	var body bytes.Buffer
	if err := p.pages[name].Execute(&body, data); err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	setPageHeaders(w.Header(), formAction)
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

// setPageHeaders forbids what a page with a form on it never needs: framing, scripts, other origins, caches.
func setPageHeaders(h http.Header, formAction []string) {
	targets := strings.Join(append([]string{"'self'"}, formAction...), " ")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "+targets)
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

// localPath is next where it is an absolute path of this origin, with its query, and otherwise the fallback. What
// browsers read as another origin is none: "//host", "/\host", a tab or a line break before either, in any encoding.
func localPath(next, fallback string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return fallback
	}
	for _, text := range []string{next, u.Path} {
		if !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") || strings.ContainsFunc(text, isUnsafeInPath) {
			return fallback
		}
	}
	return next
}

func isUnsafeInPath(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }

// visible makes the characters of a name visible that would change how the text around it is read: bidirectional
// controls and what has no width.
func visible(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r < ' ', 0x7f <= r && r < 0xa0, r == 0xad, r == 0x61c, r == 0x180e, 0x200b <= r && r <= 0x200f,
			0x202a <= r && r <= 0x202e, 0x2060 <= r && r <= 0x206f, r == 0xfeff, 0xe0000 <= r && r <= 0xe0fff:
			return '\uFFFD'
		}
		return r
	}, name)
}

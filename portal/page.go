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
	// Service is the host's name, Home where its start page is, Title the page's own, and Links those at the foot.
	Service, Home, Title, Logo string
	Links                      []Link
	// User is who is signed in, and empty for nobody; the layout then has a form to sign out.
	User string
	// Nav has the sections of the developer portal, on its own pages.
	Nav []navEntry
	// FormField and FormToken go into each form.
	FormField, FormToken string
	// Content is the page's own.
	Content any
}

// A navEntry leads to a section.
type navEntry struct {
	Text, Path string
	Current    bool
}

// A sheet is a page that is to be written.
type sheet struct {
	status          int
	template, title string
	content         any
	// user is who is signed in, and section where in the developer portal the page stands; empty elsewhere.
	user, section string
	// formAction are the origins besides this one that a form on the page may lead to in the end.
	formAction []string
}

// render writes s with whoever is signed in.
func (p *Portal) render(w http.ResponseWriter, r *http.Request, s sheet) {
	if current, ok, err := p.cfg.Sessions.Current(r); err == nil && ok {
		s.user = current.User.Name
	}
	p.write(w, r, s)
}

// write writes s with the headers that every page has.
func (p *Portal) write(w http.ResponseWriter, r *http.Request, s sheet) {
	data := page{
		Service: p.cfg.Name, Home: p.cfg.Home, Title: s.title, Logo: p.cfg.Logo, Links: p.cfg.Links, User: visible(s.user), Nav: nav(s.section),
		Content: s.content, FormField: session.FormField, FormToken: p.cfg.Sessions.FormToken(w, r),
	}
	var body bytes.Buffer
	if err := p.pages[s.template].Execute(&body, data); err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	setPageHeaders(w.Header(), s.section != "", s.formAction)
	w.WriteHeader(s.status)
	_, _ = w.Write(body.Bytes())
}

// nav are the sections, for a page that stands in one.
func nav(section string) []navEntry {
	if section == "" {
		return nil
	}
	entries := []navEntry{
		{Text: "Tokens", Path: tokensPath}, {Text: "Apps", Path: appsPath}, {Text: "API keys", Path: keysPath},
		{Text: "Authorised apps", Path: authorisedPath}, {Text: "Security log", Path: logPath}, {Text: "Account", Path: accountPath},
	}
	for i := range entries {
		entries[i].Current = entries[i].Path == section
	}
	return entries
}

// setPageHeaders forbids what a page with a form on it never needs: framing, scripts, other origins, caches. The pages of
// the developer portal have one script, a file of this origin.
func setPageHeaders(h http.Header, scripted bool, formAction []string) {
	policy := "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action " +
		strings.Join(append([]string{"'self'"}, formAction...), " ")
	if scripted {
		policy += "; script-src 'self'"
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", policy)
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

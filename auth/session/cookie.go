package session

import (
	"net/http"
)

// cookieValue is the length of the cookies' values: 43 symbols of base62 are 256 bits.
const cookieValue = 43

// A cookie is a name with its attributes.
type cookie struct {
	name   string
	secure bool
}

// newCookie takes the __Host- prefix on HTTPS: a sibling domain or a page over clear HTTP can then not plant one.
func newCookie(name string, secure bool) cookie {
	if secure {
		name = "__Host-" + name
	}
	return cookie{name: name, secure: secure}
}

// read returns the one value that r has, and "" where it has none, two, or one that cannot be ours.
func (c cookie) read(r *http.Request) string {
	cookies := r.CookiesNamed(c.name)
	if len(cookies) != 1 || len(cookies[0].Value) != cookieValue {
		return ""
	}
	return cookies[0].Value
}

// set keeps value in the browser until it is closed; the server ends it earlier. No cache may keep an answer with a cookie
// (RFC 9111 §7.3).
func (c cookie) set(w http.ResponseWriter, value string) {
	w.Header().Set("Cache-Control", "no-store")
	http.SetCookie(w, &http.Cookie{Name: c.name, Value: value, Path: "/", Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// remove takes it out of the browser.
func (c cookie) remove(w http.ResponseWriter) {
	w.Header().Set("Cache-Control", "no-store")
	http.SetCookie(w, &http.Cookie{Name: c.name, Path: "/", MaxAge: -1, Secure: c.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

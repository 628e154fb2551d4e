package oauth1

import (
	"net/url"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/store"
)

// outOfBand is the callback of apps that cannot be called back (§2.1).
const outOfBand = "oob"

// isCallback reports whether text is oob or an absolute URI to which a browser can be led.
func isCallback(text string) bool {
	if text == outOfBand {
		return true
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Opaque != "" || u.User != nil || strings.ContainsFunc(text, isNotInURI) {
		return false
	}
	switch u.Scheme {
	case "http", "https":
		return u.Host != ""
	case "javascript", "data", "vbscript", "file", "about", "blob":
		return false
	}
	return u.Host != "" || u.Path != ""
}

// isNotInURI covers what no URI of a callback holds (RFC 3986 §2), and the fragment's sign.
func isNotInURI(r rune) bool {
	return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"<>\^#`+"`{|}", r)
}

// isRegistered reports whether the app may be called back so: oob, or exactly one of its URIs.
func isRegistered(client *store.Client, callback string) bool {
	return callback == outOfBand || slices.Contains(client.RedirectURIs, callback)
}

// withParameter appends a parameter to the query that a callback has (§2.2).
func withParameter(callback, name, value string) string {
	separator := "?"
	if strings.Contains(callback, "?") {
		separator = "&"
	}
	return callback + separator + name + "=" + string(appendEncoded(nil, value))
}

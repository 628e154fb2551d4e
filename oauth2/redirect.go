package oauth2

import (
	"net/url"
	"slices"
	"strings"

	"github.com/seed-f67351ce/sesame/internal/form"
	"github.com/seed-f67351ce/sesame/store"
)

// CheckRedirectURI reports whether a client may register uri: absolute, without fragment and user, https, or http on
// loopback, or for native apps a scheme of their own in reverse-domain form (RFC 8252 §7.1).
func CheckRedirectURI(uri string, native bool) bool {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme == "" || u.User != nil || strings.Contains(uri, "#") || strings.ContainsFunc(uri, isNotURI) {
		return false
	}
	switch u.Scheme {
	case "https":
		return u.Host != ""
	case "http":
		return isLoopback(u.Hostname())
	}
	return native && strings.Contains(u.Scheme, ".") && u.Host == "" && u.Opaque == ""
}

// isNotURI covers what no URI holds unescaped (RFC 3986 §2).
func isNotURI(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"<>\^`+"`{|}", r) }

// redirectURI is where answers to the client go: the one that was asked for, which must be registered, or the only one
// that is. ok is false where there is none that may be used.
func redirectURI(c *store.Client, asked string) (uri string, ok bool) {
	if asked == "" {
		if len(c.RedirectURIs) == 1 {
			return c.RedirectURIs[0], true
		}
		return "", false
	}
	ok = slices.ContainsFunc(c.RedirectURIs, func(registered string) bool {
		return registered == asked || c.Native && !isConfidential(c) && samePortAside(registered, asked)
	})
	return asked, ok
}

// samePortAside reports whether the two are one loopback URI but for the port (RFC 8252 §7.3), and alike in every other byte.
func samePortAside(registered, asked string) bool {
	want, err := url.Parse(registered)
	if err != nil || want.Scheme != "http" || !isLoopback(want.Hostname()) {
		return false
	}
	got, err := url.Parse(asked)
	if err != nil || got.Port() == "" || strings.Contains(asked, "#") {
		return false
	}
	return strings.Replace(asked, "://"+got.Host, "://"+hostWithoutPort(got), 1) == strings.Replace(registered, "://"+want.Host, "://"+hostWithoutPort(want), 1)
}

// hostWithoutPort is u's host as it was written, with the brackets of an IPv6 address.
func hostWithoutPort(u *url.URL) string { return strings.TrimSuffix(u.Host, ":"+u.Port()) }

// withParameters appends parameters to a redirect URI, behind the query that it has (RFC 6749 §3.1.2).
func withParameters(uri string, parameters form.Pairs) string {
	separator := byte('?')
	if strings.Contains(uri, "?") {
		separator = '&'
	}
	text := append(make([]byte, 0, 256), uri...) // on the stack, which is enough for most
	for _, p := range parameters {
		text = append(append(append(text, separator), p.Name...), '=')
		text = append(text, url.QueryEscape(p.Value)...)
		separator = '&'
	}
	return string(text)
}

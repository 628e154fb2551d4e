package oauth1

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-f67351ce/sesame/auth"
)

// parseBaseURL returns the origin of a configured base URL, with its path but without a slash at the end, as it stands in
// base strings, and that path.
func parseBaseURL(text string) (origin, path string, err error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return "", "", errors.New("oauth1: BaseURL is no URL")
	case u.Scheme != "http" && u.Scheme != "https":
		return "", "", fmt.Errorf("oauth1: BaseURL %q is not of http or https", text)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		return "", "", errors.New("oauth1: BaseURL has more than scheme, host and path")
	}
	encoded, ok := appendOrigin(nil, u.Scheme == "https", u.Host)
	if !ok {
		return "", "", fmt.Errorf("oauth1: BaseURL %q has no proper host", text)
	}
	path = strings.TrimRight(u.EscapedPath(), "/")
	return string(appendEncoded(encoded, path)), path, nil
}

// appendOrigin appends scheme and authority as §3.4.1.2 has them, encoded: lower case, without the scheme's own port.
func appendOrigin(dst []byte, tls bool, host string) ([]byte, bool) {
	if !properHost(host) {
		return dst, false
	}
	scheme, port := "http", ":80"
	if tls {
		scheme, port = "https", ":443"
	}
	host = strings.TrimSuffix(strings.TrimSuffix(host, port), ":")
	dst = append(dst, scheme...)
	dst = append(dst, "%3A%2F%2F"...)
	from := len(dst)
	dst = appendEncoded(dst, host)
	lower(dst[from:])
	return dst, true
}

// lower makes the letters of an encoded host small; an IPv6 address has letters and escapes, which stay as they are.
func lower(host []byte) {
	for i := 0; i < len(host); i++ {
		switch c := host[i]; {
		case c == '%':
			i += 2
		case 'A' <= c && c <= 'Z':
			host[i] |= 0x20
		}
	}
}

// properHost reports whether host is a name or an address with or without a port. Whatever else could move the boundary
// between host and path is refused.
func properHost(host string) bool {
	name, port := host, ""
	if strings.HasPrefix(host, "[") {
		address, rest, closed := strings.Cut(host[1:], "]")
		if !closed || rest != "" && rest[0] != ':' {
			return false
		}
		name, port = address, strings.TrimPrefix(rest, ":")
		return name != "" && consistsOf(name, true) && consistsOf(port, false)
	}
	name, port, _ = strings.Cut(host, ":")
	return name != "" && consistsOf(name, false) && consistsOf(port, false)
}

// consistsOf reports whether text has unreserved octets alone, and colons where it may.
func consistsOf(text string, colons bool) bool {
	for i := range len(text) {
		if c := text[i]; !unreserved[c] && !(colons && c == ':') {
			return false
		}
	}
	return true
}

// pathOf returns the path of a request target (RFC 9112 §3.2) with its escapes as they were received, "/" where there is
// none.
func pathOf(target string) (string, bool) {
	if !strings.HasPrefix(target, "/") {
		_, rest, absolute := strings.Cut(target, "://")
		if !absolute {
			return "", false
		}
		authority := strings.IndexAny(rest, "/?")
		if authority < 0 {
			return "/", true
		}
		target = rest[authority:]
	}
	path, _, _ := strings.Cut(target, "?")
	if path == "" {
		path = "/"
	}
	return path, true
}

// receivedPath is the path that r was sent to, whatever a router took from its URL since.
func receivedPath(r *http.Request) (path string, ok bool) {
	if r.RequestURI == "" { // not received by net/http's server
		return pathOf(r.URL.EscapedPath())
	}
	return pathOf(r.RequestURI)
}

// appendBaseURI appends the base string URI of r (§3.4.1.2), encoded. origin is that of the configured base URL, and empty
// where there is none: then the connection has the scheme and the Host field the rest. Forwarding fields are not read.
func appendBaseURI(dst []byte, r *http.Request, origin string) ([]byte, error) {
	ok := true
	if origin != "" {
		dst = append(dst, origin...)
	} else if dst, ok = appendOrigin(dst, r.TLS != nil, r.Host); !ok {
		return dst, auth.Malformed("oauth_host", "the Host field is not a proper one")
	}
	path, ok := receivedPath(r)
	if !ok {
		return dst, auth.Malformed("oauth_target", "the request target has no path to sign")
	}
	return appendEncoded(dst, path), nil
}

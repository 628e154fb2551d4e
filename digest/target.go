package digest

import "strings"

// A target is what a uri or a request line points to, in its one normal form.
type target struct {
	host string // lower case, without a default port; empty for a uri in origin-form
	path string // with the query
}

// sameTarget reports whether uri, as the client hashed it, denotes what was requested of host (RFC 7616 §3.4.6). Equal texts do; else
// the absolute form is the origin form of the same host, and percent-encoded unreserved characters are themselves
// (RFC 3986 §6.2.2). Nothing else is: no dot segments, no prefix, no other order of the query.
func sameTarget(uri, requested, host string) bool {
	if uri == requested {
		return true
	}
	here, asked := parseTarget(requested), parseTarget(uri)
	if here.host == "" {
		here.host = normalHost(host, "")
	}
	return here.path == asked.path && (asked.host == "" || asked.host == here.host)
}

func parseTarget(text string) target {
	scheme, rest, _ := strings.Cut(text, "://")
	if !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return target{path: normalEscapes(text)}
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host, path := rest[:end], rest[end:]
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // RFC 9110 §4.2.3
	}
	return target{host: normalHost(host, scheme), path: normalEscapes(path)}
}

// normalHost takes the default port away. Where the scheme is not known, as behind a proxy that ends TLS, both ports are
// taken for the default.
func normalHost(host, scheme string) string {
	host = strings.ToLower(host)
	if !strings.EqualFold(scheme, "https") {
		host = strings.TrimSuffix(host, ":80")
	}
	if !strings.EqualFold(scheme, "http") {
		host = strings.TrimSuffix(host, ":443")
	}
	return host
}

// normalEscapes decodes unreserved characters and writes the other escapes in upper case.
func normalEscapes(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	normal := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		if text[i] != '%' || i+2 >= len(text) || !isHexDigit(text[i+1]) || !isHexDigit(text[i+2]) {
			normal = append(normal, text[i])
			continue
		}
		if c := unhex(text[i+1])<<4 | unhex(text[i+2]); isUnreserved(c) {
			normal = append(normal, c)
		} else {
			normal = append(normal, strings.ToUpper(text[i:i+3])...)
		}
		i += 2
	}
	return string(normal)
}

func isHexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// isUnreserved is RFC 3986 §2.3.
func isUnreserved(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	return strings.IndexByte("-._~", c) >= 0
}

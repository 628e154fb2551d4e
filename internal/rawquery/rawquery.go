package rawquery

import (
	"net/url"
	"strings"
)

// Cut takes the first parameter off a query string. The name is decoded, as a handler would see it, and empty where it
// does not decode; the value is as it was sent, for [net/url.QueryUnescape].
func Cut(query string) (name, escapedValue, rest string) {
	parameter, rest, _ := strings.Cut(query, "&")
	name, escapedValue, _ = strings.Cut(parameter, "=")
	if strings.ContainsAny(name, "%+") {
		decoded, err := url.QueryUnescape(name)
		if err != nil {
			return "", escapedValue, rest
		}
		name = decoded
	}
	return name, escapedValue, rest
}

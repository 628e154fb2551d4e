package portal

import (
	_ "embed"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

//go:embed pages/style.css
var styleSheet string

//go:embed pages/portal.js
var script string

var (
	property = regexp.MustCompile(`^[a-z][a-z-]*$`)
	colour   = regexp.MustCompile(`^[#0-9A-Za-z(),.% -]+$`)
)

// newStyle is the style sheet with a host's colours behind it.
func newStyle(light, dark map[string]string) ([]byte, error) {
	var own strings.Builder
	own.WriteString(styleSheet)
	for _, scheme := range []struct {
		query   string
		colours map[string]string
	}{{"all", light}, {"(prefers-color-scheme: dark)", dark}} {
		if len(scheme.colours) == 0 {
			continue
		}
		fmt.Fprintf(&own, "@media %s {\n  :root {\n", scheme.query)
		for _, name := range slices.Sorted(maps.Keys(scheme.colours)) {
			if !strings.Contains(styleSheet, "--"+name+":") || !property.MatchString(name) || !colour.MatchString(scheme.colours[name]) {
				return nil, fmt.Errorf("colour %q is unknown or malformed", name)
			}
			fmt.Fprintf(&own, "    --%s: %s;\n", name, scheme.colours[name])
		}
		own.WriteString("  }\n}\n")
	}
	return []byte(own.String()), nil
}

// asset serves a file that is the same for everybody.
func asset(mediaType string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", mediaType+"; charset=utf-8")
		h.Set("Cache-Control", "public, max-age=3600")
		h.Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(content)
	}
}

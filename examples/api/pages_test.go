package main

import (
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPages(t *testing.T) {
	for _, p := range []page{billing, contact} {
		answer := httptest.NewRecorder()
		p.ServeHTTP(answer, httptest.NewRequest("GET", "/", nil))
		html := answer.Body.String()
		assert.Equal(t, "text/html; charset=utf-8", answer.Header().Get("Content-Type"))
		for _, part := range []string{`<html lang="en">`, "<title>", `<meta name="viewport"`, "<main>"} {
			assert.Contains(t, html, part)
		}
		assert.Len(t, regexp.MustCompile("<h1>").FindAllString(html, -1), 1)
		assert.NotRegexp(t, `(?i)src=|<link|url\(|@import`, html, "nothing is loaded from anywhere")

		styles := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(html)
		require.Len(t, styles, 2)
		assert.Equal(t, style, styles[1], "the policy allows this text alone")
	}
}

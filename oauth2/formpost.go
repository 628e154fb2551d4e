package oauth2

import (
	"bytes"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed-f67351ce/sesame/internal/form"
)

// formPost is the page of OAuth 2.0 Form Post Response Mode, for people to press on: it runs no script.
var formPost = template.Must(template.New("form_post").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Continue</title></head>
<body><main><h1>Continue to the app</h1><form method="post" action="{{.Action}}">
{{range .Fields}}<input type="hidden" name="{{.Name}}" value="{{.Value}}">
{{end}}<button type="submit">Continue</button></form></main></body></html>
`))

// writeFormPost answers with a form that posts the parameters to uri.
func writeFormPost(w http.ResponseWriter, uri string, answer form.Pairs) {
	page := struct {
		Action template.URL // registered, and checked when it was
		Fields form.Pairs
	}{template.URL(uri), answer}
	var body bytes.Buffer
	if err := formPost.Execute(&body, page); err != nil {
		http.Error(w, "Internal Server Error", http.StatusInternalServerError)
		return
	}
	target := "'none'"
	if u, err := url.Parse(uri); err == nil && !strings.ContainsAny(u.Host, " ;,'\"") {
		target = u.Scheme + "://" + u.Host
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action "+target)
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body.Bytes())
}

package main

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
)

// The pages that the 403s of locked and disabled accounts lead to. A host puts its own in their place.
var (
	billing = newPage("Billing",
		"An account is locked while a balance is unpaid. Its passwords, keys and tokens are kept, and work again when the balance is paid.",
		"This is an example: here a service would show what is due, and how to pay it.")
	contact = newPage("Contact",
		"API access of an account is disabled after the terms of the API were violated.",
		"This is an example: here a service would say whom to write to, in order to have access again.")
)

//go:embed pages.html
var pageText string

// style is the whole style of the pages; nothing is loaded from anywhere.
const style = `:root{color-scheme:light dark}body{font:1.125rem/1.5 system-ui,sans-serif;margin:0}main{max-width:40rem;margin:0 auto;padding:1.5rem;overflow-wrap:break-word}`

// A page is a public page whose text never changes.
type page struct{ html []byte }

func newPage(title string, paragraphs ...string) page {
	var html bytes.Buffer
	err := template.Must(template.New("page").Parse(pageText)).Execute(&html, struct {
		Title      string
		Style      template.CSS
		Paragraphs []string
	}{title, style, paragraphs})
	if err != nil {
		panic(err) // the template and all that goes into it are above
	}
	return page{html.Bytes()}
}

func (p page) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(p.html)))
	h.Set("Content-Security-Policy", pagePolicy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	_, _ = w.Write(p.html) // the reader is gone: there is nobody left to tell
}

// pagePolicy lets the pages use their own style and nothing else.
func pagePolicy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

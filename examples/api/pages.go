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

// The pages that the 403s of locked and disabled accounts lead to, and what people see while the store keeps nothing. A host
// puts its own in their place.
var (
	billing = newPage("Billing",
		"An account is locked while a balance is unpaid. Its passwords, keys and tokens are kept, and work again when the balance is paid.",
		"This is an example: here a service would show what is due, and how to pay it.")
	contact = newPage("Contact",
		"API access of an account is disabled after the terms of the API were violated.",
		"This is an example: here a service would say whom to write to, in order to have access again.")
	unavailable = newPage("Service unavailable", "This is a problem on our side, not with your request. Try again in a moment.")
)

//go:embed pages.html
var pageText string

// style is the whole style of the pages, in the portal's colours; nothing is loaded from anywhere.
const style = `:root{color-scheme:light dark;--ground:#f4f2ee;--card:#fff;--ink:#1d1b16;--line:#d9d4c8;--accent:#7a4b00}
@media(prefers-color-scheme:dark){:root{--ground:#16150f;--card:#211f18;--ink:#f2efe6;--line:#3b382d;--accent:#f0b959}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
header{padding:.75rem max(1rem,calc(50% - 29rem));border-bottom:1px solid var(--line);font-weight:650}
main{max-width:30rem;margin:0 auto;padding:2rem 1rem}
article{padding:1.75rem 1.5rem;background:var(--card);border:1px solid var(--line);border-radius:.75rem}
h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25}
a{color:var(--accent);text-underline-offset:.15em}`

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

func (p page) ServeHTTP(w http.ResponseWriter, _ *http.Request) { p.serve(w, http.StatusOK) }

func (p page) serve(w http.ResponseWriter, status int) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(p.html)))
	h.Set("Content-Security-Policy", pagePolicy())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	if status != http.StatusOK {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, _ = w.Write(p.html) // the reader is gone: there is nobody left to tell
}

// pagePolicy lets the pages use their own style and nothing else.
func pagePolicy() string {
	sum := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

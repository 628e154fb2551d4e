package portal

import (
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/session"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// A visit is a request of a person who is signed in and whose account is active.
type visit struct {
	*Developer
	session.Session
	portal *Portal
	w      http.ResponseWriter
	r      *http.Request
	// fields are those of the form that was posted, and of the query without one.
	fields url.Values
	// section is the entry of the navigation that the page belongs to.
	section string
}

// A step answers a visit, or says why not.
type step func(*visit) error

// visitors serves visits: GET and HEAD by show, POST by take; nil takes none.
func (p *Portal) visitors(section string, show, take step) http.Handler {
	return p.methods(p.visitor(section, show), p.visitor(section, take))
}

func (p *Portal) visitor(section string, do step) http.HandlerFunc {
	if do == nil {
		return nil
	}
	return func(w http.ResponseWriter, r *http.Request) {
		v, err := p.visit(w, r, section)
		if err != nil {
			p.WriteError(w, r, err)
			return
		}
		if err := do(v); err != nil {
			p.fail(w, r, section, err)
		}
	}
}

// visit says who is there. A form is judged first: what another site sent gets nothing, not even the way to the sign-in.
// Cookies alone count: whoever comes with a token of any kind is nobody here.
func (p *Portal) visit(w http.ResponseWriter, r *http.Request, section string) (*visit, error) {
	v := &visit{Developer: p.cfg.Developer, portal: p, w: w, r: r, fields: r.URL.Query(), section: section}
	var err error
	if r.Method == http.MethodPost {
		if v.fields, err = p.cfg.Sessions.ReadForm(w, r); err != nil {
			return nil, err
		}
	}
	if err := checkText(v.fields); err != nil {
		return nil, err
	}
	current, ok, err := p.cfg.Sessions.Current(r)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, auth.Refuse("", "not_signed_in") // which leads to the sign-in
	}
	v.Session = current
	return v, p.cfg.States.Check(current.User.State)
}

// checkText refuses what is no text that a database could keep: a NUL, or no UTF-8.
func checkText(fields url.Values) error {
	for _, values := range fields {
		if slices.ContainsFunc(values, func(text string) bool { return !utf8.ValidString(text) || strings.Contains(text, "\x00") }) {
			return auth.Malformed("no_text", "a field has bytes in it that are no text")
		}
	}
	return nil
}

// fresh asks whose sign-in is not recent to sign in again, before anything is done.
func fresh(do step) step {
	return func(v *visit) error {
		if v.portal.cfg.Clock().Sub(v.AuthTime) <= v.Recent {
			return do(v)
		}
		v.w.Header().Set("Cache-Control", "no-store")
		http.Redirect(v.w, v.r, v.portal.SignInURL(v.page()), http.StatusSeeOther)
		return nil
	}
}

// page is the address of the page that was asked for, or that a form was on.
func (v *visit) page() string {
	if id := v.fields.Get("id"); v.r.Method == http.MethodPost && id != "" {
		return v.r.URL.Path + "?id=" + url.QueryEscape(id)
	}
	return v.r.URL.RequestURI()
}

// show writes a page of the section.
func (v *visit) show(status int, template, title string, content any) error {
	v.portal.write(v.w, v.r, sheet{
		status: status, template: template, title: title, content: content, section: v.section, user: v.User.Name,
	})
	return nil
}

// goTo sends the browser to another page after a form was taken.
func (v *visit) goTo(path string) error {
	v.w.Header().Set("Cache-Control", "no-store")
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// onceSymbols are 256 bits.
const onceSymbols = 43

// newOnce is a value for a form that makes something with a secret: it makes one, however often it is sent.
func newOnce() string { return random.Text(onceSymbols) }

// madeSymbols are 154 bits: nobody meets another's by chance.
const madeSymbols = 26

// made is the ID of what the form makes: the same each time that it is sent, so that the store takes it once. There is no
// claim to be made before it, which a failure would waste.
func (v *visit) made() (id string, err error) {
	value := v.fields.Get("once")
	if len(value) != onceSymbols {
		return "", auth.Malformed("form_once_missing", "the form's own value is missing")
	}
	digest := store.DigestOf("portal form\x00" + v.User.ID + "\x00" + value)
	symbols := new(big.Int).SetBytes(digest[:]).Text(62)
	return symbols[max(0, len(symbols)-madeSymbols):], nil
}

// errSentTwice is for a form, reloaded, that has made what it makes.
func errSentTwice() error {
	return &autherr.Error{
		Kind: autherr.Conflict, Reason: "form_sent_twice", Message: "This form was sent already",
		Additional: "What it made was shown once and cannot be shown again. If you did not keep it, revoke it and make another.",
	}
}

// address is where the visitor comes from, for events.
func (v *visit) address() string { return v.portal.cfg.Proxies.Address(v.r).String() }

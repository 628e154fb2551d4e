package portal

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// consentPage is what consent.html is given.
type consentPage struct {
	ID, App, User string
	// Assured says that the app is registered by an account of the host's, and its data therefore somebody's word.
	Assured bool
	// Host is where the answer goes; empty where it stays here.
	Host      string
	Scopes    []auth.ScopeInfo
	Resources []string
	// Life says how long it will last.
	Life string
}

// ConsentURL is the address of the page that asks about the pending request with this ID. It is interaction.Config's Consent.
func (p *Portal) ConsentURL(id string) string { return consentPath + "?id=" + url.QueryEscape(id) }

// Subject says who is signed in. It is interaction.Config's Subject.
func (p *Portal) Subject(r *http.Request) (interaction.Subject, bool, error) {
	current, ok, err := p.cfg.Sessions.Current(r)
	if !ok || err != nil {
		return interaction.Subject{}, false, err
	}
	return interaction.Subject{User: current.User, Session: current.ID, AuthTime: current.AuthTime, ACR: current.ACR}, true, nil
}

func (p *Portal) showConsent(w http.ResponseWriter, r *http.Request) {
	if p.cfg.Interactions == nil {
		p.WriteError(w, r, errNoPage())
		return
	}
	pending, err := p.cfg.Interactions.Pending(r, r.URL.Query().Get("id"))
	if err != nil {
		p.WriteError(w, r, err)
		return
	}
	p.render(w, r, sheet{
		status: http.StatusOK, template: "consent.html", title: "Allow access?", content: newConsentPage(pending),
		formAction: cspSource(pending.Request.Leads),
	})
}

func newConsentPage(pending interaction.Pending) consentPage {
	content := consentPage{
		ID: pending.ID, App: visible(pending.Client.Name), User: visible(pending.Subject.User.Name), Assured: isAssured(pending.Client),
		Host: shownHost(pending.Request.Leads), Scopes: pending.Scopes, Resources: pending.Request.Resources,
		Life: "until you revoke it",
	}
	if pending.Request.Life > 0 {
		content.Life = "for " + days(pending.Request.Life) + ", unless you revoke it earlier"
	}
	return content
}

func isAssured(c store.Client) bool {
	return !c.SelfRegistered && (len(c.Secrets) > 0 || len(c.Keys) > 0)
}

// decide takes the answer: only the word "allow" allows.
func (p *Portal) decide(w http.ResponseWriter, r *http.Request) {
	if p.cfg.Interactions == nil {
		p.WriteError(w, r, errNoPage())
		return
	}
	fields, err := p.cfg.Sessions.ReadForm(w, r)
	if err == nil && fields.Get("decision") != "allow" && fields.Get("decision") != "deny" {
		err = auth.Malformed("decision_missing", "the decision is missing")
	}
	if err == nil {
		err = p.cfg.Interactions.Decide(w, r, fields.Get("id"), interaction.Decision{Allow: fields.Get("decision") == "allow"})
	}
	if err != nil {
		p.WriteError(w, r, err)
	}
}

// shownHost is what a person can recognise of the address that the answer goes to.
func shownHost(leads string) string {
	u, err := url.Parse(leads)
	switch {
	case err != nil || leads == "":
		return ""
	case u.Host != "":
		return u.Host
	}
	return u.Scheme + ":"
}

// cspSource is the origin of leads as a source of Content-Security-Policy: browsers hold form-action against the redirect
// that follows a form. Text that cannot stand in the header is left out. The header has no words for IPv6, so there it is the
// scheme alone.
func cspSource(leads string) []string {
	u, err := url.Parse(leads)
	if err != nil || u.Scheme == "" || strings.ContainsAny(u.Host, " ;,'\"") {
		return nil
	}
	if (u.Scheme == "http" || u.Scheme == "https") && !strings.HasPrefix(u.Host, "[") {
		return []string{u.Scheme + "://" + u.Host}
	}
	return []string{u.Scheme + ":"}
}

func days(life time.Duration) string {
	if n := int(life / (24 * time.Hour)); n > 1 {
		return strconv.Itoa(n) + " days"
	}
	return life.String()
}

func errNoPage() error {
	return &autherr.Error{Kind: autherr.NotFound, Reason: "no_such_page", Message: "There is no such page"}
}

package mailer

import (
	"cmp"
	"embed"
	"fmt"
	html "html/template"
	"maps"
	"slices"
	"strings"
	text "text/template"
	"time"
	"unicode"

	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

//go:embed templates
var templates embed.FS

var (
	textTemplate = text.Must(text.ParseFS(templates, "templates/notice.txt"))
	htmlTemplate = html.Must(html.ParseFS(templates, "templates/notice.html"))
)

// A Content is what a person reads of a notice.
type Content struct {
	Subject, Text, HTML string
}

// A page is what the templates show.
type page struct {
	Title, Service, Username, Link string
	// Advice ends the sentence "If this was not you, …".
	Advice string
	Lines  []line
}

// A line is one thing to know, in words.
type line struct {
	Label, Value string
}

// Compose writes the mail for n, without sending it: for a log, or a transport of the host's own.
func (m *Mailer) Compose(n tokens.Notice) (Content, error) {
	title := m.title(n.Event)
	p := page{Title: title, Service: m.cfg.Service, Username: oneLine(n.User.Name), Link: m.cfg.Link, Advice: advice(n.Event), Lines: linesOf(n.Event)}
	var plain, rich strings.Builder
	if err := textTemplate.Execute(&plain, p); err != nil {
		return Content{}, fmt.Errorf("mailer: %w", err)
	}
	if err := htmlTemplate.Execute(&rich, p); err != nil {
		return Content{}, fmt.Errorf("mailer: %w", err)
	}
	return Content{Subject: m.cfg.Service + ": " + title, Text: plain.String(), HTML: rich.String()}, nil
}

// title says what happened. It is made of fixed words alone.
func (m *Mailer) title(e store.Event) string {
	if own, ok := m.cfg.Subjects[e.Type]; ok {
		return own
	}
	kind := "token"
	if named := e.Details[tokens.DetailKind]; slices.Contains([]string{"developer token", "API key", "access token"}, named) {
		kind = named
	}
	switch e.Type {
	case tokens.EventCreated:
		return "New " + kind + " for your account"
	case tokens.EventRevoked:
		return "Your " + kind + " was revoked"
	case tokens.EventRotated:
		return "Your " + kind + " was replaced"
	case tokens.EventLeaked:
		return "Your " + kind + " was found in public"
	}
	return cmp.Or(titles[e.Type], "Something changed in your account")
}

// titles are those of events that are about no token, by the types that package portal gives them.
var titles = map[string]string{
	"app.registered": "New app in your account",
	"app.changed":    "An app of yours was changed",
	"app.rotated":    "An app of yours has a new secret",
	"app.deleted":    "An app of yours was deleted",
	passwordChanged:  "Your password was changed",
}

// passwordChanged is the type of the one notice that advises something else than changing the password.
const passwordChanged = "password.changed"

// advice says what to do where it was somebody else.
func advice(e store.Event) string {
	if e.Type == passwordChanged {
		return "somebody else knows your password: ask the people who run this service for help at once"
	}
	return "take it back and change your password"
}

// labels name the details that this package knows, in the order in which they are shown.
var labels = []struct{ detail, label string }{
	{tokens.DetailDescription, "Description"},
	{tokens.DetailScopes, "Scopes"},
	{tokens.DetailExpires, "Expires"},
	{tokens.DetailHint, "Ends with"},
	{tokens.DetailReplacedExpires, "The old one works until"},
	{tokens.DetailFoundAt, "Found at"},
	{tokens.DetailRevoked, "Revoked"},
}

// linesOf lists what is known of e: the details that have a label, the others by their names, then when and from where.
func linesOf(e store.Event) []line {
	rest := maps.Clone(e.Details)
	delete(rest, tokens.DetailKind)
	delete(rest, tokens.DetailReplaces)
	var lines []line
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, line{label, oneLine(value)})
		}
	}
	for _, known := range labels {
		add(known.label, readable(rest[known.detail]))
		delete(rest, known.detail)
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		add(oneLine(name), rest[name])
	}
	add("Time", e.Time.UTC().Format(dateFormat))
	add("Address", e.Address)
	return lines
}

const dateFormat = "2 January 2006, 15:04:05 MST"

// readable writes a time for people, and anything else as it is.
func readable(detail string) string {
	if t, err := time.Parse(time.RFC3339, detail); err == nil {
		return t.UTC().Format(dateFormat)
	}
	return detail
}

// oneLine keeps text from looking like more lines than it is.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

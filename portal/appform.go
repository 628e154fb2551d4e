package portal

import (
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
)

const (
	maxAppName      = 100 // bytes
	maxRedirectURIs = 20
	maxRedirectURI  = 2000 // bytes
)

// An appForm is what app.html is given: an app as its owner edits it.
type appForm struct {
	// ID is empty for a new app, and then Once makes sure that it is one app.
	ID, Once string
	Name     string
	// RedirectURIs has one in each line.
	RedirectURIs string
	Scopes       scopeField
	// Public, HasKey and HasSecret say what the app proves itself by, which stays what it is.
	Public, HasKey, HasSecret bool
	Published                 bool
	// Keys is a JWK Set or a PEM.
	Keys     string
	Problems problems
}

func newAppForm(v *visit) appForm {
	return appForm{Once: newOnce(), Scopes: v.scopes(nil, false)}
}

// formOf shows an app as it is.
func formOf(v *visit, c store.Client) appForm {
	form := appForm{
		Name: c.Name, RedirectURIs: strings.Join(c.RedirectURIs, "\n"), Scopes: v.scopes(c.Scopes, false),
		Published: c.Published, Keys: string(c.Keys),
	}
	form.of(c)
	return form
}

// of says which app the form is of.
func (f *appForm) of(c store.Client) {
	f.ID, f.Once = c.ID, ""
	f.HasKey, f.HasSecret = len(c.Keys) > 0, len(c.Secrets) > 0
	f.Public = !f.HasKey && !f.HasSecret
}

// readAppForm reads what was typed.
func readAppForm(v *visit) appForm {
	return appForm{
		Once: newOnce(), Name: strings.TrimSpace(v.fields.Get("name")),
		RedirectURIs: strings.Join(v.fields["redirect_uri"], "\n"),
		Scopes:       v.scopes(v.fields["scope"], false), Keys: strings.TrimSpace(v.fields.Get("keys")),
		Public: v.fields.Get("kind") == "public", Published: v.fields.Get("offered") == "anyone",
	}
}

func (v *visit) showAppForm(status int, form appForm) error {
	title := "New app"
	if form.ID != "" {
		title = "Edit app"
	}
	return v.show(status, "app.html", title, form)
}

func (v *visit) showAppProblems(form appForm, wrong problems) error {
	form.Problems, form.Scopes.Problem = wrong, wrong["scope"]
	return v.showAppForm(http.StatusUnprocessableEntity, form)
}

// applyTo checks what was typed and puts it into c. With problems c is not to be kept.
func (f *appForm) applyTo(c *store.Client, v *visit) problems {
	wrong := problems{}
	note := func(field, problem string) {
		if problem != "" {
			wrong[field] = problem
		}
	}
	c.Name, c.Published = f.Name, f.Published
	note("name", checkAppName(c.Name))
	c.RedirectURIs = linesOf(f.RedirectURIs)
	note("redirect_uri", checkRedirectURIs(c.RedirectURIs, f.Public))
	c.Scopes = v.Scopes.Sort(v.fields["scope"])
	note("scope", checkAppScopes(c.Scopes, v.User.Scopes))
	if slices.ContainsFunc(v.fields["scope"], func(name string) bool { return !v.Scopes.Has(name) }) {
		note("scope", "One of the scopes does not exist any more. Look through them again.")
	}
	keys, problem := f.readKeys()
	note("keys", problem)
	c.Keys = keys
	return wrong
}

func checkAppName(name string) string {
	switch {
	case isBlank(name):
		return "Give it a name. People see it when they allow it something."
	case len(name) > maxAppName || strings.ContainsFunc(name, unicode.IsControl):
		return "Use one line of at most 100 bytes."
	}
	return ""
}

// linesOf are the lines that are not empty, each once.
func linesOf(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return lines
}

func checkRedirectURIs(uris []string, public bool) string {
	if len(uris) > maxRedirectURIs {
		return "There are too many: 20 at most."
	}
	for _, uri := range uris {
		if len(uri) > maxRedirectURI || !oauth2.CheckRedirectURI(uri, public) {
			return "“" + visible(uri) + "” cannot be used: a redirect URI begins with https://, or with http:// for this machine " +
				"(http://127.0.0.1/callback), and has no # in it. Public apps may have a scheme of their own, such as com.example.app:/callback."
		}
	}
	return ""
}

// checkAppScopes holds the app to what its owner may do: with client credentials it acts in its own name.
func checkAppScopes(asked, held auth.Scopes) string {
	switch {
	case len(asked) == 0:
		return "Tick at least one scope."
	case held.Missing(asked) != "":
		return "Your account does not hold one of the scopes. Look through them again."
	}
	return ""
}

// readKeys is the app's key set. Apps with a secret and public ones have none; one with keys keeps some.
func (f *appForm) readKeys() (set []byte, problem string) {
	switch {
	case f.Keys == "" && f.HasKey:
		return nil, "This app proves itself by its key: it needs one."
	case f.Keys == "":
		return nil, ""
	case f.Public:
		return nil, "A public app has no key. Choose “confidential”, or leave this empty."
	case f.HasSecret && !f.HasKey:
		return nil, "This app has a secret. Register another for a key."
	}
	return parseKeys(f.Keys)
}

package portal

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// An appsPage is what apps.html is given.
type appsPage struct {
	Rows []appRow
}

// An appRow is an app in the list, without its secrets.
type appRow struct {
	ID, Name                        string
	Scopes, RedirectURIs            []string
	Published, HasSecret, HasKey    bool
	Created, Revoked, OldSecretEnds time.Time
	Hint                            string
}

func newAppRow(c store.Client, now time.Time) appRow {
	row := appRow{
		ID: c.ID, Name: c.Name, Scopes: c.Scopes, RedirectURIs: c.RedirectURIs, Published: c.Published,
		HasSecret: len(c.Secrets) > 0, HasKey: len(c.Keys) > 0, Created: c.Created, Revoked: c.Revoked,
	}
	if row.HasSecret {
		row.Hint = c.Secrets[0].Hint
	}
	if len(c.Secrets) > 1 && !isOver(c.Secrets[1].Expires, now) {
		row.OldSecretEnds = c.Secrets[1].Expires
	}
	return row
}

func showApps(v *visit) error {
	apps, err := v.apps()
	if err != nil {
		return err
	}
	var content appsPage
	for _, c := range apps {
		content.Rows = append(content.Rows, newAppRow(c, v.portal.cfg.Clock()))
	}
	return v.show(http.StatusOK, "apps.html", "Apps", content)
}

// apps are the visitor's.
func (v *visit) apps() ([]store.Client, error) {
	apps, err := v.Clients.ClientsByOwner(v.r.Context(), v.User.ID)
	if err != nil {
		return nil, autherr.NewUnavailable(err)
	}
	return apps, nil
}

// app is the visitor's app that a request is about. Another's is one that does not exist.
func (v *visit) app() (store.Client, error) {
	c, err := v.Clients.Client(v.r.Context(), v.fields.Get("id"))
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && c.Owner != v.User.ID:
		return store.Client{}, errNoApp()
	case err != nil:
		return store.Client{}, autherr.NewUnavailable(err)
	}
	return c, nil
}

func errNoApp() error {
	return &autherr.Error{Kind: autherr.NotFound, Reason: "no_such_app", Message: "There is no such app"}
}

// putApp stores c with the event of what happened to it.
func (v *visit) putApp(c store.Client, event store.Event) error {
	err := v.Clients.PutClient(v.r.Context(), c, event)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errNoApp()
	case errors.Is(err, store.ErrConflict), errors.Is(err, store.ErrExists):
		return &autherr.Error{Kind: autherr.Conflict, Reason: "app_changed", Message: "This app was changed in the meantime: look at it again"}
	case err != nil:
		return autherr.NewUnavailable(err)
	}
	return nil
}

func showNewApp(v *visit) error {
	return v.showAppForm(http.StatusOK, newAppForm(v))
}

// registerApp makes an app and shows its key, and its secret once.
func registerApp(v *visit) error {
	form := readAppForm(v)
	if v.fields.Has("all") {
		form.Scopes = v.scopes(nil, true)
		return v.showAppForm(http.StatusOK, form)
	}
	id, err := v.made()
	if err != nil {
		return err
	}
	c := store.Client{ID: id, Owner: v.User.ID, Created: v.portal.cfg.Clock()}
	wrong := form.applyTo(&c, v)
	full, err := v.hasApps(v.MaxApps)
	if err != nil {
		return err
	}
	if full {
		wrong[""] = problemTooMany
	}
	if len(wrong) > 0 {
		return v.showAppProblems(form, wrong)
	}
	secret := v.equip(&c, form)
	switch err := v.putApp(c, v.didTo(EventAppRegistered, c)); {
	case errors.Is(err, autherr.Conflict):
		return errSentTwice()
	case err != nil:
		return err
	}
	// Several forms that were sent at once all found room. Whoever finds too many now takes back their own; where they
	// cannot be counted the app stays, for this answer alone has its secret.
	if full, err := v.hasApps(v.MaxApps + 1); err == nil && full {
		return v.takeBack(c, form)
	}
	return v.showAppSecret("Your new app", c, secret, time.Time{})
}

const problemTooMany = "There are too many apps already. Delete one that is not used any more first."

// hasApps reports whether the visitor has n apps or more.
func (v *visit) hasApps(n int) (bool, error) {
	apps, err := v.apps()
	return len(apps) >= n, err
}

// takeBack removes an app that is one too many, before anybody saw its secret.
func (v *visit) takeBack(c store.Client, form appForm) error {
	err := v.Clients.DeleteClient(v.r.Context(), c.ID, v.didTo(EventAppDeleted, c))
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return autherr.NewUnavailable(err)
	}
	return v.showAppProblems(form, problems{"": problemTooMany})
}

func showApp(v *visit) error {
	c, err := v.app()
	if err != nil {
		return err
	}
	return v.showAppForm(http.StatusOK, formOf(v, c))
}

// changeApp changes what the form shows. What an app proves itself by stays what it is.
func changeApp(v *visit) error {
	c, err := v.app()
	if err != nil {
		return err
	}
	form := readAppForm(v)
	form.of(c)
	if v.fields.Has("all") {
		form.Scopes = v.scopes(nil, true)
		return v.showAppForm(http.StatusOK, form)
	}
	if wrong := form.applyTo(&c, v); len(wrong) > 0 {
		return v.showAppProblems(form, wrong)
	}
	if err := v.putApp(c, v.didTo(EventAppChanged, c)); err != nil {
		return err
	}
	return v.goTo(appsPath)
}

// equip gives a new app what it proves itself by, and what follows from that. It returns the secret, if it has one.
func (v *visit) equip(c *store.Client, form appForm) (secret string) {
	c.GrantTypes = []string{"authorization_code", "refresh_token"}
	signs := v.SealSecret != nil
	switch {
	case form.Public:
		c.AuthMethods, c.Native = []string{"none"}, true
		return ""
	case len(c.Keys) > 0:
		c.AuthMethods = []string{"private_key_jwt"}
		if signs {
			c.SignatureMethods = []string{"RSA-SHA1", "RSA-SHA256", "RSA-SHA512"}
		}
	default:
		c.AuthMethods = []string{"client_secret_basic", "client_secret_post"}
		if signs {
			c.SignatureMethods = []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "PLAINTEXT"}
		}
		secret = v.newSecret(c)
	}
	c.GrantTypes = append(c.GrantTypes, "client_credentials")
	return secret
}

// showAppSecret is the summary of an app whose secret was drawn.
func (v *visit) showAppSecret(title string, c store.Client, secret string, oldEnds time.Time) error {
	return v.show(http.StatusOK, "secret.html", title, secretPage{
		Name: c.Name, Noun: "app", Secret: secret, Attribute: "client_secret", ClientKey: c.ID,
		Scopes: v.words(slices.Clone(auth.Scopes(c.Scopes))), OldEnds: oldEnds, Back: appsPath,
	})
}

package portal

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

const (
	maxGrants     = 500
	maxAppsTokens = 1000 // whose last use is looked at
)

// An authorisedPage is what authorised.html is given.
type authorisedPage struct {
	Apps []authorisedApp
}

// An authorisedApp is an app with all that the visitor allowed it, by whatever protocol.
type authorisedApp struct {
	ID, Name string
	// Assured says that an account of the host's registered it.
	Assured  bool
	Scopes   []auth.ScopeInfo
	Since    time.Time
	LastUsed time.Time
}

func showAuthorised(v *visit) error {
	grants, err := v.grants("")
	if err != nil {
		return err
	}
	used, err := v.lastUses()
	if err != nil {
		return err
	}
	var content authorisedPage
	for _, id := range appsOf(grants) {
		app, err := v.authorisedApp(id, grants)
		if err != nil {
			return err
		}
		app.LastUsed = used[id]
		content.Apps = append(content.Apps, app)
	}
	return v.show(http.StatusOK, "authorised.html", "Authorised apps", content)
}

// grants are what the visitor allowed the app, or all apps, and has not ended: the newest first.
func (v *visit) grants(app string) ([]store.Grant, error) {
	filter := store.GrantFilter{User: v.User.ID, Client: app, Live: true}
	all, err := v.Grants.Grants(v.r.Context(), filter, maxGrants)
	if err != nil {
		return nil, autherr.NewUnavailable(err)
	}
	live, now := make([]store.Grant, 0, len(all)), v.portal.cfg.Clock()
	for _, g := range all {
		if !isOver(g.Expires, now) {
			live = append(live, g)
		}
	}
	return live, nil
}

// appsOf are the apps of the grants, in their order.
func appsOf(grants []store.Grant) (ids []string) {
	seen := map[string]bool{}
	for _, g := range grants {
		if !seen[g.Client] {
			seen[g.Client] = true
			ids = append(ids, g.Client)
		}
	}
	return ids
}

// authorisedApp puts together what the grants to one app allow.
func (v *visit) authorisedApp(id string, grants []store.Grant) (authorisedApp, error) {
	client, err := v.client(v.r.Context(), id)
	if err != nil {
		return authorisedApp{}, err
	}
	app := authorisedApp{ID: id, Name: client.Name, Assured: isAssured(client)}
	var scopes auth.Scopes
	for _, g := range grants {
		if g.Client == id {
			scopes = append(scopes, g.Scopes...)
			app.Since = g.Created // the oldest is last
		}
	}
	app.Scopes = v.words(scopes)
	return app, nil
}

// client is an app, or one without a name where it is gone.
func (v *visit) client(ctx context.Context, id string) (store.Client, error) {
	client, err := v.Clients.Client(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return store.Client{ID: id, Name: id, SelfRegistered: true}, nil
	case err != nil:
		return store.Client{}, autherr.NewUnavailable(err)
	}
	return client, nil
}

// lastUses are when each app last used a token of the visitor's.
func (v *visit) lastUses() (map[string]time.Time, error) {
	filter := store.TokenFilter{User: v.User.ID, Kinds: []store.TokenKind{store.AccessToken, store.RefreshToken, store.OAuth1Token}}
	list, err := v.Tokens.ListTokens(v.r.Context(), filter, "", maxAppsTokens)
	if err != nil {
		return nil, autherr.NewUnavailable(err)
	}
	used := map[string]time.Time{}
	for _, t := range list {
		if t.LastUsed.After(used[t.Client]) {
			used[t.Client] = t.LastUsed
		}
	}
	return used, nil
}

// authorised is the app that a request is about, if the visitor allowed it anything.
func (v *visit) authorised() (store.Client, error) {
	id := v.fields.Get("id")
	if id == "" {
		return store.Client{}, errNoApp()
	}
	grants, err := v.grants(id)
	if err != nil {
		return store.Client{}, err
	}
	if len(grants) == 0 {
		return store.Client{}, errNoApp()
	}
	return v.client(v.r.Context(), id)
}

func askRevokeApp(v *visit) error {
	c, err := v.authorised()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "confirm.html", "Revoke this app's access?", confirmPage{
		Subject: c.Name, Explanation: "Everything that you allowed it ends, and every token that it holds is refused from its next request on. " +
			"It has to ask you again.",
		Action: authorisedPath + "/revoke", ID: c.ID, Button: "Revoke", Back: authorisedPath,
	})
}

// revokeApp ends all that the visitor allowed the app, with its codes and tokens, at once.
func revokeApp(v *visit) error {
	c, err := v.authorised()
	if err != nil {
		return err
	}
	event := v.did(EventConsentRevoked, false)
	event.Client, event.Details = c.ID, map[string]string{tokens.DetailKind: "app", tokens.DetailDescription: c.Name}
	filter := store.GrantFilter{User: v.User.ID, Client: c.ID}
	if _, err := v.Grants.RevokeGrants(v.r.Context(), filter, event.Time, event); err != nil {
		return autherr.NewUnavailable(err)
	}
	return v.goTo(authorisedPath)
}

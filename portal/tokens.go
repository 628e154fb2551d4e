package portal

import (
	"maps"
	"net/http"
	"net/url"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// perPage is how many rows a list has.
const perPage = 50

// A family is a kind of tokens with its pages.
type family struct {
	kind store.TokenKind
	// Path is where its list is; Noun and Title are its names, and Lead what it is for.
	Path, Noun, Title, Lead string
	// Attribute names its secret in data-secret.
	Attribute string
	// Rotates says that a successor can be made. Unscoped says that without scopes it may do what its owner may.
	Rotates, Unscoped bool
}

var developerTokens = family{
	kind: store.DeveloperToken, Path: tokensPath, Noun: "token", Title: "Developer tokens", Attribute: "token",
	Lead: "A token lets a program of yours use the API in your name, without your password.",
}

// A tokensPage is what tokens.html is given.
type tokensPage struct {
	family
	Rows []tokenRow
	// Older leads to the next page; empty on the last.
	Older string
}

// A tokenRow is a token in a list.
type tokenRow struct {
	store.Token
	// State is "live", "replaced", "expired" or "revoked". The first two can be used.
	State string
}

func rowOf(t store.Token, now time.Time) tokenRow {
	switch {
	case !t.Revoked.IsZero():
		return tokenRow{t, "revoked"}
	case isOver(t.Expires, now):
		return tokenRow{t, "expired"}
	case isReplaced(t):
		return tokenRow{t, "replaced"}
	}
	return tokenRow{t, "live"}
}

// show lists the family, the newest first.
func (f family) show(v *visit) error {
	list, err := v.Issuer.List(v.r.Context(), v.User.ID, f.kind, v.fields.Get("after"), perPage+1)
	if err != nil {
		return err
	}
	content := tokensPage{family: f}
	for i, t := range list {
		if i == perPage {
			content.Older = f.Path + "?after=" + url.QueryEscape(list[i-1].ID)
			break
		}
		content.Rows = append(content.Rows, rowOf(t, v.portal.cfg.Clock()))
	}
	return v.show(http.StatusOK, "tokens.html", f.Title, content)
}

// A newTokenPage is what newtoken.html is given.
type newTokenPage struct {
	family
	Description string
	Scopes      scopeField
	Expires     []choice
	Problems    problems
	Once        string
}

func (f family) showNew(v *visit) error { return f.showForm(v, http.StatusOK, false, nil) }

// showForm shows the form with what was typed, and with every scope ticked if all says so.
func (f family) showForm(v *visit, status int, all bool, wrong problems) error {
	content := newTokenPage{
		family: f, Description: v.fields.Get("description"), Scopes: v.scopes(v.fields["scope"], all),
		Expires: choose(lives[:], v.fields.Get("expires")), Problems: wrong, Once: newOnce(),
	}
	content.Scopes.Problem = wrong["scope"]
	if f.Unscoped {
		content.Scopes.Note = "Tick none for a key that may do whatever your account may do, now and later."
	}
	return v.show(status, "newtoken.html", "New "+f.Noun, content)
}

// create makes a token and shows it in the answer to the form, and nowhere else.
func (f family) create(v *visit) error {
	if v.fields.Has("all") {
		return f.showForm(v, http.StatusOK, true, nil)
	}
	scopes := auth.Scopes(v.fields["scope"])
	if wrong := f.missing(v.fields.Get("description"), scopes); len(wrong) > 0 {
		return f.showForm(v, http.StatusUnprocessableEntity, false, wrong)
	}
	life, err := v.life()
	if err != nil {
		return err
	}
	id, err := v.made()
	if err != nil {
		return err
	}
	minted, err := v.Issuer.Mint(v.r.Context(), tokens.Request{
		ID: id, Kind: f.kind, Owner: v.User.ID, Description: v.fields.Get("description"), Scopes: scopes,
		AllScopes: f.Unscoped && len(scopes) == 0, Life: life, Address: v.address(),
	})
	if wrong := problemsOf(err); wrong != nil {
		return f.showForm(v, http.StatusUnprocessableEntity, false, wrong)
	}
	switch {
	case err != nil && autherr.From(err).Reason == "token_exists":
		return errSentTwice()
	case err != nil:
		return err
	}
	return f.showSecret(v, minted, time.Time{})
}

// missing are the fields that nothing was put into, so that a person learns of all of them at once.
func (f family) missing(description string, scopes auth.Scopes) problems {
	wrong := problems{}
	if isBlank(description) {
		maps.Copy(wrong, refusals["description_missing"])
	}
	if len(scopes) == 0 && !f.Unscoped {
		maps.Copy(wrong, refusals["scope_missing"])
	}
	return wrong
}

// refusals say to a person what an issuer refused, at the field that it is about.
var refusals = map[string]problems{
	"description_missing":   {"description": "Say what it is for, so that you can tell it apart later."},
	"description_malformed": {"description": "Use one line of at most 200 bytes."},
	"scope_missing":         {"scope": "Tick at least one scope."},
	"scope_unknown":         {"scope": "One of the scopes does not exist any more. Look through them again."},
	"scope_not_held":        {"scope": "Your account does not hold one of the scopes any more. Look through them again."},
	"life_unbounded":        {"expires": "It must have an end here. Pick another."},
	"life_too_long":         {"expires": "That is longer than is allowed here. Pick another."},
	"too_many_tokens":       {"": "There are too many already. Revoke one that is not used any more first."},
}

// problemsOf are those of a form whose fields were refused, and nil for every other error.
func problemsOf(err error) problems {
	if err == nil {
		return nil
	}
	return refusals[autherr.From(err).Reason]
}

// showSecret is the summary of what was made.
func (f family) showSecret(v *visit, m tokens.Minted, oldEnds time.Time) error {
	return v.show(http.StatusOK, "secret.html", "Your new "+f.Noun, secretPage{
		Name: m.Token.Description, Noun: f.Noun, Secret: m.Secret, Attribute: f.Attribute,
		Scopes: v.words(m.Token.Scopes), AllScopes: m.Token.AllScopes,
		Dated: true, Expires: m.Token.Expires, OldEnds: oldEnds, Back: f.Path,
	})
}

// find returns the account's token of this family that a request is about.
func (f family) find(v *visit) (store.Token, error) {
	id := v.fields.Get("id")
	if id != "" {
		found, err := v.Tokens.ListTokens(v.r.Context(), store.TokenFilter{ID: id, User: v.User.ID, Kinds: []store.TokenKind{f.kind}}, "", 1)
		if err != nil {
			return store.Token{}, autherr.NewUnavailable(err)
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	return store.Token{}, &autherr.Error{Kind: autherr.NotFound, Reason: "no_such_token", Message: "There is no such token"}
}

func (f family) askRevoke(v *visit) error {
	t, err := f.find(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "confirm.html", "Revoke this "+f.Noun+"?", confirmPage{
		Subject: t.Description, Explanation: "Programs that use it are refused from their next request on. This cannot be undone.",
		Action: f.Path + "/revoke", ID: t.ID, Button: "Revoke", Back: f.Path,
	})
}

func (f family) revoke(v *visit) error {
	t, err := f.find(v)
	if err != nil {
		return err
	}
	if err := v.Issuer.Revoke(v.r.Context(), v.User.ID, t.ID, v.address()); err != nil {
		return err
	}
	return v.goTo(f.Path)
}

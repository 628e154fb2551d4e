package portal

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/oauth2"
	"github.com/seed-f67351ce/sesame/store"
	"github.com/seed-f67351ce/sesame/tokens"
)

// happenings say in words what the types of events are.
var happenings = map[string]string{
	EventSignedIn: "Signed in", EventSignedOut: "Signed out", auth.EventSignInFailed: "Sign-in failed", auth.EventSignInRefused: "Sign-in refused",
	auth.EventClientRefused: "Client key refused", auth.EventClientFailed: "An app's credentials were wrong",
	tokens.EventCreated: "Made", tokens.EventRevoked: "Revoked", tokens.EventRotated: "Rotated", tokens.EventLeaked: "Found in public",
	oauth2.EventConsented: "Allowed an app", oauth2.EventDenied: "Denied an app",
	oauth2.EventRevoked: "An app gave back its access", oauth2.EventReused: "A used code or token came again: the app's access was ended",
	"oauth1.issued":    "An app got a token",
	EventAppRegistered: "Registered an app", EventAppChanged: "Changed an app",
	EventAppRotated: "Rotated an app's secret", EventAppDeleted: "Deleted an app",
	EventConsentRevoked: "Revoked an app's access", EventPasswordChanged: "Changed the password",
	EventPasswordRefused: "Password not changed", EventSessionsEnded: "Ended sessions",
}

// A logPage is what log.html is given.
type logPage struct {
	Rows []logRow
	// Older leads to the next page; empty on the last. First says that this is the first.
	Older string
	First bool
}

// A logRow is an event in words.
type logRow struct {
	Time time.Time
	// What happened, to what kind of thing, and what its owner calls that.
	What, Kind, Description string
	Refused                 bool
	// App is the name of the app that it is about, and Client its key.
	App, Client string
	// Browser, Reason, Scheme and Address say more, where they are known.
	Browser, Reason, Scheme, Address string
}

func newLogRow(e store.Event) logRow {
	row := logRow{
		Time: e.Time, What: happenings[e.Type], Kind: e.Details[tokens.DetailKind], Description: e.Details[tokens.DetailDescription],
		Refused: e.Outcome == "refused", Reason: strings.ReplaceAll(e.Reason, "_", " "), Client: e.Client, Scheme: e.Scheme, Address: e.Address,
		Browser: e.Details[detailBrowser],
	}
	if count := e.Details[auth.DetailCount]; count != "" {
		row.Reason += ", number " + count + " within the hour"
	}
	if row.What == "" {
		row.What = e.Type
	}
	return row
}

// showLog lists what happened to the account, the newest first. Events go by themselves at their age.
func showLog(v *visit) error {
	if v.portal.cfg.Events == nil {
		return v.show(http.StatusOK, "log.html", "Security log", logPage{First: true})
	}
	before := v.fields.Get("before")
	events, err := v.portal.cfg.Events.Events(v.r.Context(), store.EventFilter{User: v.User.ID, Before: before}, perPage+1)
	if err != nil {
		return autherr.NewUnavailable(err)
	}
	content := logPage{First: before == ""}
	for i, e := range events {
		if i == perPage {
			content.Older = logPath + "?before=" + url.QueryEscape(events[i-1].ID)
			break
		}
		content.Rows = append(content.Rows, newLogRow(e))
	}
	if err := v.nameApps(content.Rows); err != nil {
		return err
	}
	return v.show(http.StatusOK, "log.html", "Security log", content)
}

// nameApps puts the names of apps that still exist to the rows that do not have them.
func (v *visit) nameApps(rows []logRow) error {
	names := map[string]string{}
	for i := range rows {
		row := &rows[i]
		if row.Client == "" || row.Description != "" {
			continue
		}
		if _, known := names[row.Client]; !known {
			c, err := v.client(v.r.Context(), row.Client)
			if err != nil {
				return err
			}
			names[row.Client] = c.Name
		}
		if row.App = names[row.Client]; row.App == row.Client { // it is gone
			row.App = ""
		}
	}
	return nil
}

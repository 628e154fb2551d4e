package portal

import (
	"net/http"
	"strconv"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

// An accountPage is what account.html is given.
type accountPage struct {
	Name, Email string
	// CanChangePassword says that the host lets people do it here; Changed that one was just now, StillElsewhere that the
	// other sessions could not be ended then, and Elsewhere that there are others.
	CanChangePassword, Changed, StillElsewhere, Elsewhere bool
	Sessions                                              []sessionRow
}

// A sessionRow is a browser that is signed in.
type sessionRow struct {
	ID, Browser string
	Here        bool
	Since, Used time.Time
}

func showAccount(v *visit) error {
	content := accountPage{
		Name: v.User.Name, Email: v.User.Email, CanChangePassword: v.Passwords != nil,
		Changed: v.fields.Get("changed") == "password", StillElsewhere: v.fields.Get("changed") == "password-alone",
	}
	list, err := v.portal.cfg.Sessions.List(v.r.Context(), v.User.ID, 0)
	if err != nil {
		return err
	}
	for _, t := range list {
		content.Sessions = append(content.Sessions, sessionRow{
			ID: t.ID, Browser: browserOf(t.Note), Here: t.ID == v.Session.ID, Since: t.Created, Used: t.LastUsed,
		})
	}
	content.Elsewhere = len(list) > 1
	return v.show(http.StatusOK, "account.html", "Account", content)
}

// endSessions ends the session that the form names, or all but this one.
func endSessions(v *visit) error {
	if id := v.fields.Get("session"); id != "" {
		var events []store.Event
		if v.portal.cfg.Events != nil {
			events = append(events, v.did(EventSessionsEnded, false))
		}
		if err := v.portal.cfg.Sessions.EndOne(v.r.Context(), v.User.ID, id, events...); err != nil {
			return err
		}
		return v.goTo(accountPath)
	}
	if err := v.endOthers(); err != nil {
		return err
	}
	return v.goTo(accountPath)
}

// endOthers signs the visitor out everywhere else.
func (v *visit) endOthers() error {
	n, err := v.portal.cfg.Sessions.EndAll(v.r.Context(), v.User.ID, &v.Session)
	if err != nil || n == 0 {
		return err
	}
	event := v.did(EventSessionsEnded, false)
	event.Details = map[string]string{"sessions": strconv.Itoa(n)}
	v.happened(event)
	return nil
}

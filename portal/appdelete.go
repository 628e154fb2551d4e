package portal

import (
	"errors"
	"net/http"
	"strconv"

	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// maxCounted is how many tokens are counted before an app is deleted.
const maxCounted = 1000

func askDeleteApp(v *visit) error {
	c, err := v.app()
	if err != nil {
		return err
	}
	ends, err := v.tokensOf(c)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "confirm.html", "Delete this app?", confirmPage{
		Subject: c.Name, Explanation: "This ends " + ends + ", and its client key is refused from the next request on. This cannot be undone.",
		Action: appsPath + "/delete", ID: c.ID, Button: "Delete", Back: appsPath,
	})
}

// tokensOf says how many live tokens the app holds.
func (v *visit) tokensOf(c store.Client) (string, error) {
	list, err := v.Tokens.ListTokens(v.r.Context(), store.TokenFilter{Client: c.ID, Live: true}, "", maxCounted+1)
	if err != nil {
		return "", autherr.NewUnavailable(err)
	}
	n, now := 0, v.portal.cfg.Clock()
	for _, t := range list {
		if !isOver(t.Expires, now) {
			n++
		}
	}
	switch {
	case len(list) > maxCounted:
		return "more than " + strconv.Itoa(maxCounted) + " tokens that it holds", nil
	case n == 0:
		return "no token, since it holds none", nil
	case n == 1:
		return "1 token that it holds", nil
	}
	return strconv.Itoa(n) + " tokens that it holds", nil
}

// deleteApp removes the app with everything that was given to it.
func deleteApp(v *visit) error {
	c, err := v.app()
	if err != nil {
		return err
	}
	err = v.Clients.DeleteClient(v.r.Context(), c.ID, v.didTo(EventAppDeleted, c))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return errNoApp()
	case err != nil:
		return autherr.NewUnavailable(err)
	}
	return v.goTo(appsPath)
}

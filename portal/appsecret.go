package portal

import (
	"net/http"
	"strconv"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

const (
	secretSymbols = 43 // 256 bits
	hintSymbols   = 4
)

// newSecret draws a secret for c and puts what is kept of it before those that c has.
func (v *visit) newSecret(c *store.Client) string {
	text := random.Text(secretSymbols)
	secret := store.Secret{Digest: store.DigestOf(text), Hint: text[len(text)-hintSymbols:], Created: v.portal.cfg.Clock()}
	if v.SealSecret != nil {
		secret.Sealed = v.SealSecret(c.ID, text)
	}
	c.Secrets = append([]store.Secret{secret}, c.Secrets...)
	return text
}

// retire leaves of c's secrets the newest alone, and that for the overlap. It returns when that ends; zero for at once.
func retire(c *store.Client, now time.Time, overlap time.Duration) time.Time {
	newest := c.Secrets[0]
	end := endOfOld(now, overlap, newest.Expires)
	c.Secrets = nil
	if !end.IsZero() {
		newest.Expires = end
		c.Secrets = []store.Secret{newest}
	}
	return end
}

// appWithSecret is the app that a rotation is about.
func (v *visit) appWithSecret() (store.Client, error) {
	c, err := v.app()
	if err == nil && len(c.Secrets) == 0 {
		return c, &autherr.Error{Kind: autherr.Conflict, Reason: "no_secret", Message: "This app has no secret that could be rotated"}
	}
	return c, err
}

func askRotateApp(v *visit) error {
	c, err := v.appWithSecret()
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "confirm.html", "Rotate the secret?", confirmPage{
		Subject: c.Name, Explanation: "The app gets a new secret. Its client key and the tokens that it holds stay.",
		Action: appsPath + "/rotate", ID: c.ID, Button: "Rotate", Back: appsPath, Overlaps: overlaps[:], Version: c.Version,
	})
}

// rotateApp draws a new secret and shows it, once: the app that the form was about is another afterwards.
func rotateApp(v *visit) error {
	c, err := v.appWithSecret()
	if err != nil {
		return err
	}
	overlap, err := v.overlap()
	if err != nil {
		return err
	}
	if c.Version, err = strconv.ParseInt(v.fields.Get("version"), 10, 64); err != nil {
		return auth.Malformed("form_version_missing", "the form's own value is missing")
	}
	end := retire(&c, v.portal.cfg.Clock(), overlap)
	secret := v.newSecret(&c)
	if err := v.putApp(c, v.didTo(EventAppRotated, c)); err != nil {
		return err
	}
	return v.showAppSecret("The new secret", c, secret, end)
}

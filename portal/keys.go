package portal

import (
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/store"
)

var apiKeys = family{
	kind: store.APIKey, Path: keysPath, Noun: "API key", Title: "API keys", Attribute: "api_key", Rotates: true, Unscoped: true,
	Lead: "An API key is for callers that can send nothing but a fixed field or parameter. Where you can, use a token.",
}

func (f family) askRotate(v *visit) error {
	t, err := f.find(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, "confirm.html", "Rotate this "+f.Noun+"?", confirmPage{
		Subject: t.Description, Explanation: "You get a new one with the same scopes.",
		Action: f.Path + "/rotate", ID: t.ID, Button: "Rotate", Back: f.Path, Overlaps: overlaps[:],
	})
}

// rotate makes a successor and shows it. A key has one: the form, reloaded, shows none.
func (f family) rotate(v *visit) error {
	old, err := f.find(v)
	if err != nil {
		return err
	}
	overlap, err := v.overlap()
	if err != nil {
		return err
	}
	minted, err := v.Issuer.Rotate(v.r.Context(), v.User.ID, old.ID, overlap, v.address())
	if err != nil {
		return err
	}
	return f.showSecret(v, minted, endOfOld(minted.Token.Created, overlap, old.Expires))
}

// endOfOld is when a secret ends that was replaced at this time: zero for at once.
func endOfOld(now time.Time, overlap time.Duration, expires time.Time) time.Time {
	end := now.Add(overlap)
	switch {
	case overlap == 0:
		return time.Time{}
	case isOver(expires, end):
		return expires
	}
	return end
}

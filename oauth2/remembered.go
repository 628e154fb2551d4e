package oauth2

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"net/http"
	"slices"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/interaction"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// isAssured reports whether somebody vouches for who the app is.
func isAssured(c *store.Client) bool { return isConfidential(c) && !c.SelfRegistered }

// identity is what people know an app by who allow it something: whose it is, and where its answers lead. Consent is to
// that; when it changes it is asked for again.
func identity(c *store.Client) store.Digest {
	parts := append(make([]string, 0, len(c.RedirectURIs)+1), c.RedirectURIs...)
	slices.Sort(parts)
	text := make([]byte, 0, 256)
	for _, part := range append(parts, c.Owner) {
		text = append(binary.AppendUvarint(text, uint64(len(part))), part...)
	}
	return sha256.Sum256(text)
}

// maxRemembered is how many consents of one user to one app are looked at, the newest first.
const maxRemembered = 20

// remembers reports whether the user has allowed the app, as it is, all of this before, and not revoked it.
func (s *Server) remembers(ctx context.Context, userID string, a authorization) (bool, error) {
	if !isAssured(&a.client) {
		return false, nil
	}
	filter := store.GrantFilter{User: userID, Client: a.client.ID, Protocol: protocol, Live: true, Remembered: true}
	grants, err := s.cfg.Grants.Grants(ctx, filter, maxRemembered)
	if err != nil {
		return false, breakage(err)
	}
	client := identity(&a.client)
	return slices.ContainsFunc(grants, func(g store.Grant) bool {
		return g.Remembered && g.ClientDigest == client &&
			auth.Scopes(g.Scopes).Missing(a.scopes) == "" && auth.Scopes(g.Resources).Missing(a.resources) == ""
	}), nil
}

// remember keeps the consent for the next request alike, until it is revoked. It is a grant of its own, under which there
// are no tokens: each authorization can then end without the others. Where it cannot be kept the person is asked again.
func (s *Server) remember(r *http.Request, d interaction.Decision, a authorization) {
	if !isAssured(&a.client) {
		return
	}
	now := s.cfg.Clock()
	err := s.cfg.Grants.PutGrant(r.Context(), store.Grant{
		ID: random.ID(now), User: d.Subject.User.ID, Client: a.client.ID, Scopes: a.scopes, Resources: a.resources,
		Protocol: protocol, Remembered: true, ClientDigest: identity(&a.client), Created: now,
	})
	if err != nil {
		s.cfg.OnError(r, breakage(err))
	}
}

package oauth2

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/internal/random"
	"github.com/seed-f67351ce/sesame/store"
)

// codeSymbols are 256 bits.
const codeSymbols = 43

// A codeRecord is what a code's handle holds of the request that it answers.
type codeRecord struct {
	RedirectURI string
	Sent        bool // the request named it
	Challenge   string
	Scopes      auth.Scopes
	Resources   []string
	AuthTime    time.Time
	ACR         string
}

// putCode makes a code for the grant.
func (s *Server) putCode(ctx context.Context, g store.Grant, record codeRecord) (string, error) {
	data, err := json.Marshal(record)
	if err != nil {
		return "", err
	}
	code, now := random.Text(codeSymbols), s.cfg.Clock()
	return code, s.cfg.Handles.PutHandle(ctx, store.Handle{
		Digest: store.DigestOf(code), Kind: store.AuthorizationCode, Client: g.Client, User: g.User, Grant: g.ID,
		Data: data, Created: now, Expires: now.Add(s.cfg.CodeLife),
	})
}

// redeemCode exchanges a code (RFC 6749 §4.1.3). What is wrong with a request does not burn the code, so that a thief who
// lacks the verifier cannot destroy it; a second request with everything right ends what came of the first (§4.1.2).
func (s *Server) redeemCode(r *http.Request, client *store.Client, p parameters) (issued, error) {
	if err := mayUse(client, grantCode); err != nil {
		return issued{}, err
	}
	handle, record, err := s.checkCode(r.Context(), client, p)
	if err != nil {
		return issued{}, err
	}
	if handle.Used {
		return issued{}, s.reused(r.Context(), grantOf(handle), "code_reused")
	}
	user, known, err := s.user(r.Context(), handle.User)
	if err != nil {
		return issued{}, err
	}
	if !known || user.State != store.Active {
		return issued{}, errGrant("account_" + string(user.State))
	}
	if err := s.checkOwner(r.Context(), client); err != nil {
		return issued{}, err
	}
	audience, err := s.narrowed(p.all("resource"), record.Resources)
	if err != nil {
		return issued{}, err
	}
	handle.Used = true
	switch err := s.cfg.Handles.AdvanceHandle(r.Context(), handle); {
	case errors.Is(err, store.ErrUsed), errors.Is(err, store.ErrConflict):
		return issued{}, s.reused(r.Context(), grantOf(handle), "code_raced")
	case err != nil:
		return issued{}, s.storeError(err, "code_revoked")
	}
	return s.issueForGrant(r.Context(), client, handle, record, audience)
}

// checkCode judges everything of a request but whether its code was used.
func (s *Server) checkCode(ctx context.Context, client *store.Client, p parameters) (store.Handle, codeRecord, error) {
	code, verifier := p.get("code"), p.get("code_verifier")
	switch {
	case code == "":
		return store.Handle{}, codeRecord{}, fail(invalidRequest, "code is missing")
	case verifier == "":
		return store.Handle{}, codeRecord{}, errGrant("verifier_missing")
	case !validVerifier(verifier):
		return store.Handle{}, codeRecord{}, fail(invalidRequest, "code_verifier is malformed")
	}
	handle, err := s.cfg.Handles.Handle(ctx, store.DigestOf(code))
	if err != nil {
		return store.Handle{}, codeRecord{}, s.storeError(err, "code_unknown")
	}
	var record codeRecord
	if handle.Kind != store.AuthorizationCode || json.Unmarshal(handle.Data, &record) != nil {
		return store.Handle{}, codeRecord{}, errGrant("code_unknown")
	}
	uri := p.get("redirect_uri")
	switch {
	case handle.Client != client.ID:
		return store.Handle{}, codeRecord{}, errGrant("code_of_another_client")
	case !s.cfg.Clock().Before(handle.Expires):
		return store.Handle{}, codeRecord{}, errGrant("code_expired")
	case uri != "" && uri != record.RedirectURI:
		return store.Handle{}, codeRecord{}, errGrant("redirect_uri_differs")
	case !matchesChallenge(verifier, record.Challenge):
		return store.Handle{}, codeRecord{}, errGrant("verifier_wrong")
	}
	return handle, record, nil
}

// issueForGrant puts the first tokens of a grant.
func (s *Server) issueForGrant(ctx context.Context, client *store.Client, handle store.Handle, record codeRecord, audience []string) (issued, error) {
	now := s.cfg.Clock()
	t := store.Token{
		User: handle.User, Client: client.ID, Grant: handle.Grant, Scopes: record.Scopes,
		AuthTime: record.AuthTime, ACR: record.ACR, Audience: audience,
	}
	made := append(make([]store.Token, 0, 2), t)
	answer := s.drawAccess(&made[0], now, time.Time{})
	if mayUse(client, grantRefresh) == nil {
		t.Audience = record.Resources
		made = append(made, t)
		answer.refreshToken = s.drawRefresh(&made[1], now, handle.Created.Add(s.cfg.GrantLife))
	}
	if err := s.cfg.Tokens.PutTokens(ctx, made, 0); err != nil {
		return issued{}, s.storeError(err, "grant_revoked")
	}
	return answer, nil
}

// How long the first of concurrent requests may take to put its tokens, and how often that is looked for: soon at first, and
// then less and less, since where a crash kept it from putting any there is nothing to find.
const (
	reuseWait      = 2 * time.Second
	firstReusePoll = 5 * time.Millisecond
	lastReusePoll  = 200 * time.Millisecond
	reuseLimit     = 1
)

// grantOf is whose grant a code belongs to.
func grantOf(h store.Handle) store.Grant {
	return store.Grant{ID: h.Grant, User: h.User, Client: h.Client}
}

// reused ends a grant whose code or refresh token was used again. Of concurrent requests the first may not have put its
// tokens yet, and they are to be issued before they are ended: it gets its answer, and what it got is dead. Neither a caller
// who hangs up nor a list that cannot be had keeps the grant alive.
func (s *Server) reused(ctx context.Context, g store.Grant, reason string) error {
	if kept, err := s.cfg.Grants.Grant(ctx, g.ID); err == nil && !kept.Revoked.IsZero() {
		return errGrant(reason)
	}
	poll := firstReusePoll
	for waited := time.Duration(0); waited < reuseWait; waited += poll {
		made, err := s.cfg.Tokens.ListTokens(ctx, store.TokenFilter{Grant: g.ID}, "", reuseLimit)
		if err != nil || len(made) > 0 {
			break
		}
		select {
		case <-ctx.Done():
			waited = reuseWait
		case <-time.After(poll):
		}
		poll = min(2*poll, lastReusePoll)
	}
	ctx = context.WithoutCancel(ctx)
	if _, err := s.cfg.Grants.RevokeGrants(ctx, store.GrantFilter{ID: g.ID}, s.cfg.Clock(), s.events(ctx, EventReused, g, reason)...); err != nil {
		return breakage(err)
	}
	return errGrant(reason)
}

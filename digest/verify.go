package digest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	"github.com/seed-f67351ce/sesame/auth/throttle"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/store"
)

// A call is one request on its way through Verify.
type call struct {
	r     *http.Request
	now   time.Time
	c     Credentials
	nonce nonce
	e     Exchange
	who   subject
	proof Sum // of the server's, where it gives one
}

// Verify implements [auth.Scheme]. What needs no store comes first, the count of the nonce is claimed last.
func (s *Scheme) Verify(ctx context.Context, r *http.Request) (verdict auth.Verdict, err error) {
	verdict.Identity.Scheme = scheme
	k := call{r: r, now: s.cfg.Clock()}
	_, text := auth.Authorization(r)
	if err := k.c.parse(text); err != nil {
		return verdict, err
	}
	if err := s.check(&k); err != nil {
		return verdict, err
	}
	if verdict.Body, err = s.hash(&k); err != nil {
		return verdict, err
	}
	if err := s.find(ctx, &k); err != nil {
		return verdict, err
	}
	verdict.Identity.Subject = k.who.user.ID
	if err := s.settle(ctx, &k); err != nil {
		return verdict, err
	}
	s.sealAgain(ctx, &k.who)
	s.complete(&verdict, &k)
	return verdict, nil
}

// hash says what both sides hash, and reads the body where it is a part of that.
func (s *Scheme) hash(k *call) (body io.ReadCloser, err error) {
	k.e = Exchange{
		Algorithm: k.c.Algorithm, QOP: k.c.QOP, Nonce: k.c.Nonce, NC: k.c.NC, CNonce: k.c.CNonce,
		Method: k.r.Method, URI: k.c.URI,
	}
	if k.c.QOP == AuthInt {
		body, k.e.Body, err = s.readBody(k.r, k.c.Algorithm)
	}
	return body, err
}

// complete fills in who it was and what the answer carries.
func (s *Scheme) complete(verdict *auth.Verdict, k *call) {
	user := &k.who.user
	verdict.Identity.Kind = auth.User
	verdict.Identity.Username = user.Name
	verdict.Identity.Scopes = user.Scopes
	verdict.State = user.State
	verdict.Info = s.info(k)
}

// settle decides on a response that is right or not. Checking it costs next to nothing, so it is checked first: a wrong
// one is counted before its answer is sent, and a right one is refused too while a limit holds; a burst of guesses learns
// no more than its counted ones say. Where the throttle trusts the address, since somebody who knows the password was let
// in from there within the last minute and no guess came since, it is not asked: a client that goes on costs no count.
// A guess that is wrong ends the trust before anything else, so that of many at once no more are judged under it than
// there are CPUs.
func (s *Scheme) settle(ctx context.Context, k *call) (err error) {
	response := s.prove(k)
	if !response.equal(&k.c.response) || !k.who.known {
		if _, err := s.cfg.Throttle.Reserve(ctx, k.r, k.who.account); err != nil {
			return err
		}
		return auth.Refuse(k.c.Username, k.who.reason)
	}
	var attempt throttle.Attempt // of somebody who is trusted there is none
	if !s.cfg.Throttle.Trusts(k.r, k.who.account) {
		if attempt, err = s.cfg.Throttle.Admit(ctx, k.r, k.who.account); err != nil {
			return err
		}
	}
	if err := s.claim(ctx, k); err != nil {
		return err // a replay was made by somebody who knows the password and need not have been sent by them: no success
	}
	s.report(ctx, k.who.user.ID, attempt.Succeeded(ctx))
	return nil
}

// prove returns the response that is right, and makes the server's own proof with it. With auth-int that would cover the
// answer's body, which is not there yet; it is left out then.
func (s *Scheme) prove(k *call) (response Sum) {
	if k.e.QOP != Auth || s.cfg.WithoutRspAuth {
		return k.e.Response(k.who.ha1)
	}
	response, k.proof = k.e.proofs(k.who.ha1)
	return response
}

// claim takes the count of the nonce, after the response has proved to be right: a wrong one must not use up counts.
func (s *Scheme) claim(ctx context.Context, k *call) (err error) {
	if k.c.QOP != 0 {
		err = s.cfg.Once.ClaimCount(ctx, k.nonce.key, k.c.Count, k.nonce.claimed())
	}
	if err == nil && s.single(k) {
		err = s.cfg.Once.Claim(ctx, k.nonce.single(), k.nonce.claimed())
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrUsed):
		return stale(&k.c, "nonce_used")
	}
	return autherr.NewUnavailable(err)
}

// single reports whether the nonce is good for one request like this: without counts, or with an unsafe method where the
// host asks for that.
func (s *Scheme) single(k *call) bool {
	return k.c.QOP == 0 || s.cfg.OneTime && !isSafe(k.r.Method)
}

// isSafe is RFC 9110 §9.2.1.
func isSafe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return true
	}
	return false
}

func (s *Scheme) report(ctx context.Context, userID string, err error) {
	if err != nil {
		s.cfg.Report(ctx, userID, err)
	}
}

package oauth1

import (
	"net/http"
	"slices"
	"time"

	"github.com/seed-f67351ce/sesame/auth"
	autherr "github.com/seed-f67351ce/sesame/errors"
	"github.com/seed-f67351ce/sesame/internal/form"
)

// What the endpoints read of a request at most.
var endpointLimits = limits{body: form.MaxBody, params: form.MaxParameters}

// Issued are credentials that were made (§2.1, §2.3).
type issued struct {
	token, secret string
	// temporary says that a callback was confirmed.
	temporary bool
}

// A caller is what is known of who asks, for the observer.
type caller struct{ client, account string }

// A step judges a signed request and makes credentials.
type step func(r *http.Request, m *message, by *caller, now time.Time) (issued, error)

// TemporaryCredentials is the endpoint where an app begins (§2.1).
func (s *Server) TemporaryCredentials(w http.ResponseWriter, r *http.Request) {
	s.serve(w, r, s.temporaryCredentials)
}

// TokenCredentials is the endpoint where an app exchanges temporary credentials that a user approved (§2.3).
func (s *Server) TokenCredentials(w http.ResponseWriter, r *http.Request) {
	s.serve(w, r, s.tokenCredentials)
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request, next step) {
	m := s.scheme.borrow(endpointLimits)
	defer s.scheme.giveBack(m)
	var by caller
	now := s.now()
	answer, err := s.judge(r, m, &by, now, next)
	s.observe(r, by, now, err)
	if err != nil {
		s.refuse(w, r, err)
		return
	}
	answer.write(w)
}

// judge is the list of what must hold, in order.
func (s *Server) judge(r *http.Request, m *message, by *caller, now time.Time, next step) (issued, error) {
	for _, check := range [...]func(*http.Request) error{s.checkTransport, s.checkHTTPMethod, checkFields} {
		if err := check(r); err != nil {
			return issued{}, err
		}
	}
	if err := s.scheme.receive(m, r, now); err != nil {
		return issued{}, err
	}
	return next(r, m, by, now)
}

// checkTransport keeps secrets off clear HTTP (§2).
func (s *Server) checkTransport(r *http.Request) error {
	if s.cfg.InsecureAllowHTTP || s.scheme.cfg.Proxies.Secure(r) {
		return nil
	}
	return auth.RefuseHTTP()
}

func (s *Server) checkHTTPMethod(r *http.Request) error {
	allowed := []string{http.MethodPost}
	if s.cfg.AllowGET {
		allowed = []string{http.MethodGet, http.MethodPost}
	}
	if slices.Contains(allowed, r.Method) {
		return nil
	}
	return &autherr.Error{
		Kind: autherr.MethodNotAllowed, Reason: "method", Message: "This endpoint does not take this method", Allow: allowed,
	}
}

// checkFields refuses what is not looked at: a second Authorization field, one that is too long, a body that is.
func checkFields(r *http.Request) error {
	fields := r.Header["Authorization"]
	switch {
	case len(fields) > 1:
		return auth.Malformed("authorization_twice", "more than one Authorization field")
	case len(fields) == 1 && len(fields[0]) > auth.MaxAuthorization:
		return auth.Malformed("authorization_too_long", "the Authorization field is too long")
	case isCoded(r):
		return errCoded()
	case r.ContentLength > endpointLimits.body:
		return errTooLarge(nil)
	}
	return nil
}

// write answers with the credentials as a form (§2.1, §2.3).
func (i issued) write(w http.ResponseWriter) {
	text := appendEncoded([]byte("oauth_token="), i.token)
	text = appendEncoded(append(text, "&oauth_token_secret="...), i.secret)
	if i.temporary {
		text = append(text, "&oauth_callback_confirmed=true"...)
	}
	h := w.Header()
	h.Set("Content-Type", "application/x-www-form-urlencoded")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(text)
}

// refuse answers with err, a 401 with the challenge.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err error) {
	for _, challenge := range s.scheme.Challenges(r, err) {
		w.Header().Add("WWW-Authenticate", challenge.String())
	}
	s.cfg.Writer.WriteError(w, r, err)
}

// observe tells the observer what was answered.
func (s *Server) observe(r *http.Request, by caller, began time.Time, err error) {
	if s.cfg.Observer == nil {
		return
	}
	o := auth.ObservationOf(err)
	o.Scheme, o.Account, o.Client = schemeName, by.account, by.client
	o.Address, o.Duration = s.scheme.cfg.Proxies.Address(r), s.now().Sub(began)
	s.cfg.Observer.Observe(r.Context(), o)
}
